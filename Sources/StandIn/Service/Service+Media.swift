import JSON

/// Audio files and text to speech.
extension Service {
    mutating func audio(_ request: Request, file: String, now: Duration) throws(Breach) -> [Timed] {
        if request.has("authorization"), let refusal = try refusal(of: request, to: .call, caller: file, now: now) {
            record(.audio, ["name": .string(file), "status": .integer(refusal.status)])
            return answer(refusal)
        }
        guard scenario.audioFiles.contains(file) else { throw Breach(404, "an audio file that nobody named: \(file)") }
        let name = file.split(separator: ".").first.map(String.init) ?? file
        let step = step(for: .audio(name))
        record(.audio, ["name": .string(file), "status": outcome(of: step, otherwise: 200)])
        let isSound = file.hasSuffix(".wav")
        let body = isSound ? Tone(named: name).wav : Array("RIFFThis is not a sound.".utf8)
        return carryOut(step, otherwise: Reply(type: "audio/wav", body: body))
    }

    mutating func speech(_ request: Request) throws(Breach) -> [Timed] {
        if bearer(of: request) != scenario.speechKey { throw Breach(401, "\(request.target): not the speech key") }
        let names: Set = ["text", "sampleRateHertz", "audioEncoding"]
        let members = try members(of: request, named: names, optional: ["voice"])
        let text = try string("text", of: members, in: request.target)
        try optionalString("voice", of: members, in: request.target)
        if text.isEmpty { throw Breach(422, "\(request.target): text is empty") }
        if members["sampleRateHertz"] != 16_000 || members["audioEncoding"] != "LINEAR16" {
            throw Breach(422, "\(request.target): the format is not LINEAR16 at 16000 Hz")
        }
        let step = step(for: .tts)
        record(.tts, ["text": .string(text), "status": outcome(of: step, otherwise: 200)])
        // About the length of fast speech, but 3 s at most, so that tests are short.
        let tone = Tone(milliseconds: min(200 + 20 * text.count, 3000), rate: 16_000)
        return carryOut(step, otherwise: Reply(type: "audio/l16", body: tone.samples))
    }
}
