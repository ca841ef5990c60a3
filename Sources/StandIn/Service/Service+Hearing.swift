import JSON
import WebSocket

/// Speech to text while the caller speaks: a socket an utterance, by the speech API of jambonz or by the protocol of Vosk's
/// server. Words are told as sound arrives.
extension Service {
    mutating func hear(
        _ request: Request, _ style: HearingLink.Style, from peer: Peer
    ) throws(Breach) -> [Timed] {
        let key = try key(of: request, "speech", from: peer)
        // Vosk's server reads no key.
        let mayBeBare = style == .vosk && !request.has("authorization")
        if !mayBeBare, bearer(of: request) != scenario.recognitionKey {
            throw Breach(401, "\(request.target): not the key of speech to text")
        }
        let step = step(for: .sttSocket)
        if let upgrade = upgrade(key: key, step, then: .openHearing(style)) { return upgrade }
        record(.sttSocket, ["status": outcome(of: step, otherwise: 200), "style": .string(style.rawValue)])
        return carryOut(step, otherwise: Reply())
    }

    mutating func openHearing(_ style: HearingLink.Style, on connection: Int) -> [Timed] {
        let id = "hearing-\(connection)"
        record(.sttSocket, ["status": 101, "style": .string(style.rawValue), "id": .string(id)])
        sockets[connection] = OpenSocket(id: id)
        sockets[connection]?.hearing = HearingLink(style: style)
        return timed(play.first(for: .sttOpen)?.steps ?? [])
    }

    mutating func hear(text: String, on connection: Int) -> [Timed] {
        guard var link = sockets[connection]?.hearing else { return [] }
        defer { sockets[connection]?.hearing = link }
        switch link.progress {
        case .open:
            guard let fault = link.begin(try? JSON(parsing: text.utf8)) else { return [] }
            return breach("the beginning of speech: \(fault)", closing: connection, with: .policyViolation)
        case .begun:
            if !link.isEnd(text) {
                return breach("a text between the sound", closing: connection, with: .policyViolation)
            }
            link.progress = .ended
            return finish(link, on: connection)
        case .ended: return breach("a text after the end", closing: connection, with: .policyViolation)
        }
    }

    mutating func hear(sound: [UInt8], on connection: Int) -> [Timed] {
        guard var link = sockets[connection]?.hearing else { return [] }
        defer { sockets[connection]?.hearing = link }
        if link.progress != .begun {
            let place = link.progress == .open ? "before its beginning" : "after its end"
            return breach("sound \(place)", closing: connection, with: .policyViolation)
        }
        if sound.isEmpty || sound.count % 2 != 0 {
            return breach("sound without 16-bit samples", closing: connection, with: .policyViolation)
        }
        link.bytes += sound.count
        if link.step == nil { link.step = step(for: .stt) }
        let partial = link.partial
        let isNew = partial.count > link.told
        link.told = partial.count
        switch link.step?.action {
        case .hang: return []
        case .drop where isNew:
            record(.stt, ["bytes": .integer(link.bytes), "status": "drop", "style": .string(link.style.rawValue)])
            return [Timed(effect: .perform(.drop))]
        default: break
        }
        if isNew { record(.sttWords, ["text": .string(partial.text)]) }
        // Vosk's server answers every message.
        return isNew || link.style == .vosk ? [send(.text(link.message(partial.text, isFinal: false).text))] : []
    }

    /// The last result, and then the end: the server closes the connection.
    private mutating func finish(_ link: HearingLink, on connection: Int) -> [Timed] {
        let step = link.step ?? Scenario.Step(action: .ok)
        var entry: [String: JSON] = [
            "bytes": .integer(link.bytes), "status": outcome(of: step, otherwise: 200),
            "style": .string(link.style.rawValue),
        ]
        entry["language"] = link.language.map { .string($0) }
        if !link.hints.isEmpty { entry["hints"] = .array(link.hints) }
        if step.action == .ok || step.action.words != nil { entry["text"] = .string(link.text) }
        record(.stt, entry)
        let message: String
        switch step.action {
        case .hang, .stall: return []
        case .drop: return [Timed(delay: step.delay, effect: .perform(.drop))]
        case .status(let status, _, _):
            if link.style == .vosk { return [Timed(delay: step.delay, effect: .perform(.close(1011)))] }
            message = JSON.object(["type": "error", "error": .string("status \(status)")]).text
        case .reply(let value): message = value.text
        case .garbage: message = "neither JSON nor words"
        case .deep: message = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        case .huge: message = String(repeating: "x", count: 2 << 20)
        default: message = link.message(link.text, isFinal: true).text
        }
        let result = Timed(delay: step.delay, effect: .send(Frame.text(message).encoded(mask: nil)))
        return [result, Timed(delay: step.delay, effect: .perform(.close(1000)))]
    }
}
