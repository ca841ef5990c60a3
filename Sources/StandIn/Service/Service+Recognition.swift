import JSON

/// Speech to text, in both forms that the bridge knows.
extension Service {
    /// `isForm`: the sound is a file in a form; otherwise it is the body.
    mutating func recognition(_ request: Request, isForm: Bool) throws(Breach) -> [Timed] {
        if bearer(of: request) != scenario.recognitionKey {
            throw Breach(401, "\(request.target): not the key of speech to text")
        }
        let sound = isForm ? try formSound(of: request) : try rawSound(of: request)
        if sound.isEmpty || sound.count % 2 != 0 { throw Breach(422, "\(request.target): no 16-bit samples") }
        let step = step(for: .stt)
        var entry: [String: JSON] = ["bytes": .integer(sound.count), "status": outcome(of: step, otherwise: 200)]
        let text = step.action.words ?? "Hello."
        if step.action == .ok || step.action.words != nil { entry["text"] = .string(text) }
        record(.stt, entry)
        let reply: JSON = isForm ? ["text": .string(text)] : ["text": .string(text), "confidence": 0.9]
        return carryOut(step, otherwise: .json(reply))
    }

    private func rawSound(of request: Request) throws(Breach) -> [UInt8] {
        if request["content-type"]?.lowercased().filter({ $0 != " " }) != "audio/l16;rate=16000" {
            throw Breach(415, "\(request.target): the body's type is not audio/l16; rate=16000")
        }
        return request.body
    }

    private func formSound(of request: Request) throws(Breach) -> [UInt8] {
        let place = request.target
        guard let boundary = Form.boundary(in: request["content-type"] ?? "") else {
            throw Breach(415, "\(place): the body's type is not multipart/form-data with a boundary")
        }
        guard let form = Form(request.body, boundary: boundary) else {
            throw Breach(400, "\(place): the body is not the form that its boundary makes")
        }
        let names = form.fields.map(\.name).sorted()
        if names.filter({ !["language", "prompt"].contains($0) }) != ["file", "model"] || Set(names).count < names.count
        {
            throw Breach(422, "\(place): the form's fields are not file and model, and perhaps language and prompt")
        }
        for field in form.fields where field.isFile != (field.name == "file") || field.content.isEmpty {
            throw Breach(422, "\(place): \(field.name) is empty or of the wrong kind")
        }
        let file = form.fields.first { $0.name == "file" }?.content ?? []
        if !file.starts(with: Tone.header(forBytes: max(0, file.count - 44), rate: 16_000, channels: 1)) {
            throw Breach(422, "\(place): the file is not WAV of 16 bits, mono, at 16000 Hz")
        }
        return Array(file.dropFirst(44))
    }
}
