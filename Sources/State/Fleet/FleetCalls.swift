import Redis

/// The way from a webhook, which any machine may get, to the one that has the call: a channel for each session, to which its call
/// listens.
public struct FleetCalls {
    private let shelf: FleetShelf

    public init(shelf: FleetShelf) { self.shelf = shelf }

    /// What the call of this session asks for. What others say to it is pushed.
    public func listening(to session: String) -> RedisCommand { RedisCommand("SUBSCRIBE", channel(session)) }

    /// What a push says to the call of this session.
    public func message(_ push: [RedisReply], session: String) -> ControlSocket.Message? {
        guard push.count == 3, push[0] == .text(Array("message".utf8)), push[1] == .text(Array(channel(session).utf8)),
            let text = push[2].text
        else { return nil }
        return ControlSocket.Message(rawValue: String(decoding: text, as: UTF8.self))
    }

    /// Stops what the call of this session plays. `then` gets whether a machine has that call.
    public func stop(session: String, then: @escaping (Bool) -> Void) {
        shelf.line.ask(RedisCommand("PUBLISH", channel(session), ControlSocket.Message.stop.rawValue)) {
            then(($0?.integer ?? 0) > 0)
        }
    }

    private func channel(_ session: String) -> String { shelf.openKey("call", session) }
}
