import JSON

/// The client's side of one connection: what it answers at once, and what it tells its owner.
public struct ClientSide: Equatable, Sendable {
    /// Of Engine.IO. In protocol 3 the client pings, in 4 the server.
    public enum Version: Int, Equatable, Sendable {
        case three = 3
        case four = 4
    }

    public enum News: Equatable, Sendable {
        /// The server has said how often is pinged.
        case opened
        /// Events can be sent and received.
        case joined
        case event(String, [JSON])
        /// A ping or the answer to one has come.
        case alive
        /// The server ends the connection.
        case parted(String)
        case malformed
    }

    public let version: Version
    /// The answer to the event `handshake`, with which a server asks who is there.
    private let introduction: JSON?
    /// How often this side pings; in protocol 4, how often the server does.
    public private(set) var pingInterval = Packet.usualInterval
    /// How much longer the other side may take.
    public private(set) var pingTimeout = Packet.usualTimeout

    public init(_ version: Version, introduction: JSON? = nil) {
        self.version = version
        self.introduction = introduction
    }

    /// How long the line may be silent before the server counts as gone, and whether this side has to ask.
    public var pings: Bool { version == .three }

    /// A text message has come. `answers` go out before anything else: a server may count what is not acknowledged
    /// within two seconds as undelivered.
    public mutating func receive(_ text: String) -> (answers: [String], news: News?) {
        switch Packet(text) {
        case .open(let interval, let timeout):
            (pingInterval, pingTimeout) = (interval, timeout)
            return (version == .four ? [Packet.connect.text] : [], .opened)
        case .connect: return ([], .joined)
        case .event(let name, let values, let ack):
            let answer = ack.map { Packet.ack($0, name == "handshake" ? introduction.map { [$0] } ?? [] : []).text }
            return ([answer].compactMap { $0 }, .event(name, values))
        case .ping(let payload): return ([Packet.pong(payload).text], .alive)
        case .pong, .ack, .noop: return ([], .alive)
        case .close: return ([], .parted("it closed the connection"))
        case .disconnect: return ([], .parted("it ended the session"))
        case .refusal(let why):
            let words = why["message"]?.string ?? why.string
            return ([], .parted("it refused the session\(words.map { ": \($0.prefix(200))" } ?? "")"))
        case .upgrade, .unknown: return ([], .malformed)
        }
    }

    public static let ping = Packet.ping("").text
    public static let farewell = Packet.disconnect.text

    public static func event(_ name: String, _ value: JSON) -> String { Packet.event(name, [value], ack: nil).text }
}
