import JSON
import WebSocket

/// How WebSockets begin and end.
extension Service {
    mutating func voice(
        _ request: Request, id: String, from peer: Peer, now: Duration
    ) throws(Breach) -> [Timed] {
        let key = try key(of: request, "voice", from: peer)
        if request["x-cognigy-session-id"] != id { throw Breach(400, "X-Cognigy-Session-Id is not the path's session") }
        guard let session = sessions[id] else { throw Breach(404, "a voice socket for an unknown session") }
        if session.hasEnded { throw Breach(409, "a voice socket for a session that has ended") }
        if session.voice != nil { throw Breach(409, "a second voice socket for a session") }
        if let refusal = try refusal(of: request, to: .call, caller: session.caller, now: now) {
            record(.voice, ["status": .integer(refusal.status), "id": .string(id)])
            return answer(refusal)
        }

        let step = sessions[id]?.play.first(for: .voice)?.steps.first ?? Scenario.Step(action: .ok)
        revokeIfRefused(request, by: step, caller: session.caller)
        if let upgrade = upgrade(key: key, step, then: .openVoice(session: id)) { return upgrade }
        record(.voice, ["status": outcome(of: step, otherwise: 200), "id": .string(id)])
        return carryOut(step, otherwise: Reply())
    }

    func key(of request: Request, _ name: String, from peer: Peer) throws(Breach) -> String {
        let key: String
        do { key = try Handshake.ServerRequest(method: request.method, headers: request.headersByName).key } catch {
            throw Breach(400, "the \(name) request is no WebSocket handshake: \(error)")
        }
        if peer.offeredHTTP2 { throw Breach(400, "the \(name) connection offered HTTP/2") }
        return key
    }

    /// The reply to a handshake; nil if the scenario answers it with something else.
    func upgrade(key: String, _ step: Scenario.Step, then opening: Effect) -> [Timed]? {
        var reply = Handshake.serverResponse(key: key)
        switch step.action {
        case .ok: break
        case .slow: return slowly(reply, after: step.delay, then: opening)
        case .badAccept: reply = Handshake.serverResponse(key: "another key")
        case .unofferedExtension:
            reply = reply.dropLast(2) + Array("Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".utf8)
        default: return nil
        }
        return [
            Timed(delay: step.delay, effect: .send(reply)), Timed(delay: step.delay, effect: opening),
        ]
    }

    /// The voice socket is open. Returns what the scenario says then.
    mutating func openVoice(session id: String, on connection: Int) -> [Timed] {
        record(.voice, ["status": 101, "id": .string(id)])
        sockets[connection] = OpenSocket(id: id)
        sessions[id]?.voice = connection
        return (sessions[id]?.play.opening() ?? []).flatMap { rule in
            if case .after(let delay) = rule.trigger { timed(rule.steps, after: delay) } else { timed(rule.steps) }
        }
    }

    /// The steps one after the other, each after its delay.
    func timed(_ steps: [Scenario.Step], after start: Duration = .zero) -> [Timed] {
        var delay = start
        return steps.map { step in
            delay += step.delay
            return Timed(delay: delay, effect: .perform(step.action))
        }
    }

    /// The connection has ended.
    mutating func ended(_ connection: Int) {
        switch sockets[connection]?.progress {
        case .open: close(connection, code: 1006, by: "dropped")
        case .closing(let code): close(connection, code: code, by: "server")
        default: break
        }
        sockets[connection] = nil
        dialogs[connection] = nil
    }

    mutating func close(_ connection: Int, code: UInt16, by whom: String) {
        guard let id = sockets[connection]?.id else { return }
        sockets[connection]?.progress = .closed
        if sockets[connection]?.speech != nil { return }
        if let link = sockets[connection]?.link {
            if conversations[id]?.connection == connection { conversations[id]?.connection = nil }
            let details: [String: JSON] = ["id": .string(id), "code": .integer(Int(code)), "by": .string(whom)]
            return record(.closed, details.merging(["said_goodbye": .bool(link.hasLeft)]) { $1 })
        }
        if let hearing = sockets[connection]?.hearing {
            let details: [String: JSON] = ["id": .string(id), "code": .integer(Int(code)), "by": .string(whom)]
            return record(.closed, details.merging(["style": .string(hearing.style.rawValue)]) { $1 })
        }
        sessions[id]?.voice = nil
        // After any other code the client may connect again.
        if whom == "client" && code == 1000 { sessions[id]?.hasEnded = true }
        // Handoff and barge-in no longer find the session. With 1001 the client says that the caller has hung up.
        if whom == "client" && (code == 1000 || code == 1001) { live[id] = nil }
        record(.closed, ["id": .string(id), "code": .integer(Int(code)), "by": .string(whom)])
    }
}
