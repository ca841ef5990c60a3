import JSON
import WebSocket

/// What is received and sent on open WebSockets.
extension Service {
    mutating func receive(_ bytes: [UInt8], on connection: Int) -> [Timed] {
        guard var socket = sockets[connection] else { return [] }
        let oddities = socket.watch.receive(bytes)
        let incoming = socket.progress == .closed ? [] : socket.assembler.receive(bytes)
        sockets[connection] = socket
        for oddity in oddities { record(.violation, ["what": .string(oddity.rawValue)]) }
        return incoming.flatMap { incoming in
            // After a close frame, nothing is handled, not even what came in the same read.
            sockets[connection]?.progress == .closed ? [] : handle(incoming, on: connection, id: socket.id)
        }
    }

    private mutating func handle(_ incoming: Assembler.Incoming, on connection: Int, id: String) -> [Timed] {
        let isSilent = sockets[connection]?.isSilent ?? true
        switch incoming {
        case .text(let text):
            if sockets[connection]?.link != nil { return handlePacket(text, on: connection) }
            if sockets[connection]?.hearing != nil { return isSilent ? [] : hear(text: text, on: connection) }
            if sockets[connection]?.speech != nil { return handleSpeech(text, on: connection) }
            return handle(text, on: connection, id: id)
        case .binary(let bytes) where sockets[connection]?.hearing != nil:
            return isSilent ? [] : hear(sound: bytes, on: connection)
        case .binary: return breach("a binary message", closing: connection, with: .unsupportedData)
        case .violation(let error):
            return breach("the frames break RFC 6455: \(error)", closing: connection, with: error.closeCode)
        case .ping(let payload):
            record(.wsPing, ["id": .string(id)])
            return isSilent ? [] : [send(.pong(payload))]
        case .pong:
            record(.wsPong, ["id": .string(id)])
            return []
        case .close(let code, _):
            if case .closing(let ours) = sockets[connection]?.progress {
                close(connection, code: ours, by: "server")
                return [Timed(effect: .finish)]
            }
            close(connection, code: code?.rawValue ?? 1005, by: "client")
            return isSilent ? [] : [send(.close(code)), Timed(effect: .finish)]
        }
    }

    private mutating func handle(_ text: String, on connection: Int, id: String) -> [Timed] {
        if sockets[connection]?.isAssist == true {
            return breach("a message on a stream that only listens", closing: connection, with: .policyViolation)
        }
        let message = try? JSON(parsing: text.utf8)
        if message == ["type": "ping"] {
            record(.ping, ["id": .string(id)])
            return []
        }
        guard case .string(let digit)? = message?["dtmf"], let key = digit.first, digit.count == 1,
            "0123456789*#".contains(key), message == ["type": "dtmf", "dtmf": .string(digit)]
        else { return breach("a message that is neither dtmf nor ping", closing: connection, with: .policyViolation) }
        record(.dtmf, ["id": .string(id), "digit": .string(digit)])
        let rule = sessions[id]?.play.first(for: .key(key))
        return timed(rule?.steps ?? [])
    }

    mutating func breach(_ what: String, closing connection: Int, with code: CloseCode) -> [Timed] {
        record(.violation, ["what": .string(what)])
        close(connection, code: code.rawValue, by: "server")
        return [send(.close(code)), Timed(effect: .finish)]
    }

    /// Carries out an action of the scenario, if the socket is still open.
    mutating func perform(_ action: Scenario.Action, on connection: Int) -> [Timed] {
        guard let socket = sockets[connection], socket.progress == .open, !socket.isSilent else { return [] }
        switch action {
        case .send(let message):
            let message = completed(message)
            recordSent(message, to: socket.id)
            return [send(.text(message.text))]
        case .say(let text):
            return perform(.send(["type": "response", "text": .string(text)]), on: connection)
        case .garbage:
            recordSent("garbage", to: socket.id)
            return [send(.text("{\"type\":\"response\",\"text\":"))]
        case .frame(let bytes):
            recordSent(.string("\(bytes.count) raw bytes"), to: socket.id)
            return [Timed(effect: .send(bytes))]
        case .close(let code):
            sockets[connection]?.progress = .closing(code)
            let reply = Timed(effect: .send(Frame.close(CloseCode(rawValue: code)).encoded(mask: nil)))
            return [reply, Timed(delay: .seconds(5), effect: .drop)]
        case .drop:
            close(connection, code: 1006, by: "dropped")
            return [Timed(effect: .drop)]
        case .silence: sockets[connection]?.isSilent = true
        default: break
        }
        return []
    }

    func send(_ frame: Frame) -> Timed { Timed(effect: .send(frame.encoded(mask: nil))) }

    func recordSent(_ message: JSON, to id: String) {
        record(.sent, ["id": .string(id), "message": message])
    }

    private func completed(_ message: JSON) -> JSON {
        guard case .object(var members) = message, case .string(let url)? = members["audioUrl"] else { return message }
        members["audioUrl"] = .string(complete(url))
        return .object(members)
    }
}
