import JSON

/// One packet of Engine.IO, with the packet of Socket.IO in it: one text message of a WebSocket.
///
/// The room SocketIO holds what a client and a server of Socket.IO say to each other over one WebSocket: Engine.IO
/// protocols 3 and 4, the default namespace, text only. It does no I/O and keeps no time; `ClientSide` says when time
/// matters.
public enum Packet: Equatable, Sendable {
    /// The server's first packet: how often is pinged, and how long an answer may take.
    case open(pingInterval: Duration, pingTimeout: Duration)
    case close
    /// The text behind the type is sent back.
    case ping(String)
    case pong(String)
    /// Belong to other transports.
    case upgrade
    case noop
    /// The client is in the namespace.
    case connect
    case disconnect
    /// `ack`: the number under which the other side wants to hear that it arrived.
    case event(String, [JSON], ack: Int?)
    case ack(Int, [JSON])
    /// The server does not let the client in.
    case refusal(JSON)
    /// A type, a namespace or a form that this side does not use: binary events are among them.
    case unknown

    /// Beyond these a server's word on its pings is taken for a mistake.
    static let intervals = Duration.seconds(1)...Duration.seconds(600)
    static let usualInterval = Duration.seconds(25)
    static let usualTimeout = Duration.seconds(20)

    public init(_ text: String) {
        let bytes = Array(text.utf8)
        let rest = bytes.dropFirst()
        self =
            switch bytes.first {
            case UInt8(ascii: "0"): Packet.opening(rest)
            case UInt8(ascii: "1"): .close
            case UInt8(ascii: "2"): .ping(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "3"): .pong(String(decoding: rest, as: UTF8.self))
            case UInt8(ascii: "4"): Packet.message(rest)
            case UInt8(ascii: "5"): .upgrade
            case UInt8(ascii: "6"): .noop
            default: .unknown
            }
    }

    private static func opening(_ bytes: ArraySlice<UInt8>) -> Packet {
        guard let json = try? JSON(parsing: bytes), json.object != nil else { return .unknown }
        func time(_ name: String, or usual: Duration) -> Duration {
            guard let value = json[name]?.number, value.isFinite, value > 0 else { return usual }
            let time = Duration.milliseconds(min(value, 86_400_000))
            return min(max(time, intervals.lowerBound), intervals.upperBound)
        }
        return .open(
            pingInterval: time("pingInterval", or: usualInterval), pingTimeout: time("pingTimeout", or: usualTimeout))
    }

    /// A packet of Socket.IO: type, namespace, number and JSON; all but the type may be missing.
    private static func message(_ bytes: ArraySlice<UInt8>) -> Packet {
        var rest = bytes.dropFirst()
        if rest.first == UInt8(ascii: "/") {
            let namespace = rest.prefix { $0 != UInt8(ascii: ",") }
            if namespace.count > 1, namespace.dropFirst().first != UInt8(ascii: "?") { return .unknown }
            rest = rest.dropFirst(namespace.count + 1)
        }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let number = Int(String(decoding: digits, as: UTF8.self))
        if !digits.isEmpty, number == nil { return .unknown }
        switch bytes.first {
        case UInt8(ascii: "0"): return .connect
        case UInt8(ascii: "1"): return .disconnect
        case UInt8(ascii: "2"):
            guard let values = (try? JSON(parsing: rest.dropFirst(digits.count)))?.array,
                case .string(let name) = values.first
            else { return .unknown }
            return .event(name, Array(values.dropFirst()), ack: number)
        case UInt8(ascii: "3"):
            guard let number else { return .unknown }
            let values = (try? JSON(parsing: rest.dropFirst(digits.count)))?.array
            return .ack(number, values ?? [])
        case UInt8(ascii: "4"): return .refusal((try? JSON(parsing: rest)) ?? .null)
        default: return .unknown
        }
    }

    /// What this side sends. Packets that only a server sends have no text.
    public var text: String {
        switch self {
        case .close: "1"
        case .ping(let payload): "2" + payload
        case .pong(let payload): "3" + payload
        case .connect: "40"
        case .disconnect: "41"
        case .event(let name, let values, let ack):
            "42\(ack.map { String($0) } ?? "")\(JSON.array([.string(name)] + values).text)"
        case .ack(let number, let values): "43\(number)\(JSON.array(values).text)"
        case .open, .upgrade, .noop, .refusal, .unknown: "6"
        }
    }
}
