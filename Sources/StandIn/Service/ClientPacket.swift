import JSON

/// A packet of Socket.IO in one of Engine.IO, as a client of the endpoint sends it: only those that it may send, and only
/// in the default namespace. The stand-in reads packets by itself, because it judges the room that writes them.
enum ClientPacket: Equatable {
    /// `2`, maybe with a payload.
    case ping(String)
    /// `3`
    case pong(String)
    /// `1`: the client ends the connection.
    case close
    /// `40`, in version 4 only. Some clients add an object for authentication, which is empty here.
    case connect
    /// `41`: the client leaves the namespace.
    case disconnect
    /// `42`, maybe with the id of the acknowledgement that is asked for.
    case event(id: Int?, [JSON])
    /// `43`
    case ack(id: Int, [JSON])

    init?(_ text: String) {
        let rest = text.dropFirst()
        switch text.first {
        case "1" where rest.isEmpty: self = .close
        case "2": self = .ping(String(rest))
        case "3": self = .pong(String(rest))
        case "4": self.init(inMessage: rest)
        default: return nil
        }
    }

    private init?(inMessage message: Substring) {
        let rest = message.dropFirst()
        switch message.first {
        case "0" where rest.isEmpty || rest == "{}": self = .connect
        case "1" where rest.isEmpty: self = .disconnect
        case "2":
            guard let (id, values) = Self.numbered(rest), case .string? = values.first else { return nil }
            self = .event(id: id, values)
        case "3":
            guard let (id, values) = Self.numbered(rest), let id else { return nil }
            self = .ack(id: id, values)
        default: return nil
        }
    }

    /// A number, if there is one, and an array.
    private static func numbered(_ text: Substring) -> (id: Int?, values: [JSON])? {
        let digits = text.prefix { "0123456789".contains($0) }
        let id = Int(digits)
        if id == nil && !digits.isEmpty { return nil }
        guard let values = (try? JSON(parsing: text.dropFirst(digits.count).utf8))?.array else { return nil }
        return (id, values)
    }

    /// An event as the server sends it.
    static func event(_ name: String, _ payload: JSON?, ack: Int? = nil) -> String {
        let values: [JSON] = [.string(name)] + (payload.map { [$0] } ?? [])
        return "42" + (ack.map { String($0) } ?? "") + JSON.array(values).text
    }
}
