import Cognigy
import HTTP
import JSON

@testable import StandIn

extension Target {
    /// What we write: forms, requests and paths with any words in them, which the stand-in reads as what was meant.
    static let requests = Target(name: "cognigy-requests") { bytes in
        var draw = Draw(bytes)
        guard let base = Location("https://api.test/v") else { return }
        let (one, other) = (draw.text(), draw.text())
        let form = Token.request(base: base, clientID: one, clientSecret: other, style: .assist)
        let fields = URLForm.fields(form.body ?? [])
        demand(fields?["client_id"] == one && fields?["client_secret"] == other, "a form holds what was meant")
        let json =
            (try? JSON(parsing: Token.request(base: base, clientID: one, clientSecret: other).body ?? [])) ?? .null
        demand(json["client_id"]?.string == one, "a body holds what was meant")
        let hints = (0..<draw.number(below: 4)).map { _ in draw.text() }
        for style in [RecognitionStream.Style.websocket, .vosk] {
            let opening = RecognitionStream.opening(style, language: one, hints: hints)
            demand((try? JSON(parsing: opening.utf8)) != nil, "an opening is JSON")
        }
        let address = SynthesisStream.Address(location: base, key: nil, voice: one, language: other)
        demand(address.path.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a path is printable ASCII")
        for message in SynthesisStream.messages(for: one) {
            demand((try? JSON(parsing: message.utf8)) != nil, "a message is JSON")
        }
        let pcm = draw.remainder()
        let request = Recognition.request(
            url: base, key: nil, style: .openAI(model: one), pcm: pcm, language: other, hints: hints)
        guard let type = request.headers.first?.value, let boundary = Form.boundary(in: type),
            let parsed = Form(request.body ?? [], boundary: boundary)
        else { complain("a form can be read") }
        let file = parsed.fields.first(where: \.isFile)
        demand(file?.content.dropFirst(44).elementsEqual(pcm) == true, "the sound is the one that was meant")
        demand(parsed.fields.first { $0.name == "model" }?.content == Array(one.utf8), "the model is the one meant")
    }
}
