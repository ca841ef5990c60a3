import JSON
import WebSocket

/// A voice on a WebSocket, as jambonz documents it for custom vendors ("Text-to-speech API", Streaming WebSocket API).
extension Service {
    mutating func speechStream(_ request: Request, query: String, from peer: Peer) throws(Breach) -> [Timed] {
        let key = try key(of: request, "speech", from: peer)
        if bearer(of: request) != scenario.speechKey { throw Breach(401, "the speech handshake: not the speech key") }
        guard let fields = URLForm.fields(Array(query.utf8)) else {
            throw Breach(400, "the query of the voice is no form")
        }
        if !Set(fields.keys).isSubset(of: ["voice", "language", "sampleRate"]) || fields["voice", default: ""].isEmpty {
            throw Breach(422, "the query of the voice is not voice, sampleRate and perhaps language")
        }
        if fields["sampleRate"] != "16000" { throw Breach(422, "the query of the voice wants another rate than 16000") }
        let reply = Handshake.serverResponse(key: key)
        return [Timed(effect: .send(reply)), Timed(effect: .openSpeech(voice: fields["voice"] ?? ""))]
    }

    /// The socket is open: says that text may come, and how its sound will be.
    mutating func openSpeech(voice: String, on connection: Int) -> [Timed] {
        sockets[connection] = OpenSocket(id: "voice", speech: SpokenText(voice: voice))
        return [send(.text(#"{"type":"connect","data":{"sample_rate":16000,"base64_encoding":false}}"#))]
    }

    mutating func handleSpeech(_ text: String, on connection: Int) -> [Timed] {
        guard var speech = sockets[connection]?.speech, let message = try? JSON(parsing: text.utf8) else {
            return breach("a message to the voice that is no JSON", closing: connection, with: .policyViolation)
        }
        if message == ["type": "flush"], !speech.text.isEmpty {
            let words = speech.text
            speech.text = ""
            sockets[connection]?.speech = speech
            return speak(words, voice: speech.voice, on: connection)
        }
        if message == ["type": "stop"] {
            close(connection, code: 1000, by: "client")
            return [send(.close(.normal)), Timed(effect: .finish)]
        }
        guard case .string(let words)? = message["text"], message == ["type": "stream", "text": .string(words)],
            !words.isEmpty
        else { return breach("a message that the voice does not know", closing: connection, with: .policyViolation) }
        sockets[connection]?.speech?.text += words
        return []
    }

    private mutating func speak(_ text: String, voice: String, on connection: Int) -> [Timed] {
        let step = step(for: .tts)
        record(
            .tts, ["text": .string(text), "voice": .string(voice), "status": outcome(of: step, otherwise: 200)])
        let sound = Tone(milliseconds: min(200 + 20 * text.count, 3000), rate: 16_000).samples
        let half = sound.prefix(sound.count / 4 * 2)
        let delay = step.delay
        switch step.action {
        case .status(let status, _, _):
            let error: JSON = ["type": "error", "error": .string("status \(status)")]
            return [Timed(delay: delay, effect: send(.text(error.text)).effect)]
        case .drop: return [Timed(delay: delay, effect: .drop)]
        case .hang: return []
        case .stall: return [samples(half, after: delay)]
        case .cut: return [samples(half, after: delay), Timed(delay: delay, effect: .drop)]
        case .garbage: return [Timed(delay: delay, effect: send(.text(#"{"type":"data","data":{"audio":"#)).effect)]
        case .huge: return (0..<60).map { _ in samples([UInt8](repeating: 1, count: 640_000)[...], after: delay) }
        case .paced(let piece, let pause): return paced(sound, piece, pause, after: delay)
        default: return [samples(sound[...], after: delay)]
        }
    }

    private func samples(_ bytes: ArraySlice<UInt8>, after delay: Duration) -> Timed {
        Timed(delay: delay, effect: send(.binary(Array(bytes))).effect)
    }

    /// As fast as it is heard.
    private func paced(_ sound: [UInt8], _ piece: Duration, _ pause: Duration, after delay: Duration) -> [Timed] {
        let size = max(2, Int(piece * 16_000 / .seconds(1)) * 2)
        var delay = delay
        return stride(from: 0, to: sound.count, by: size).map { start in
            if start > sound.count / 2, start - size <= sound.count / 2 { delay += pause }
            defer { delay += piece }
            return samples(sound[start..<min(start + size, sound.count)], after: delay)
        }
    }
}

/// What a voice on a WebSocket was given and has not spoken.
struct SpokenText {
    let voice: String
    var text = ""
}
