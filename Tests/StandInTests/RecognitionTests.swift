import JSON
import Testing

@testable import StandIn

@Suite struct RecognitionTests {
    private static let sound = Tone(milliseconds: 100, rate: 16_000).samples

    private func part(_ disposition: String, _ content: [UInt8]) -> [UInt8] {
        Array("--b\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + content + "\r\n".utf8
    }

    private func form(_ file: [UInt8], model: String = "m") -> Request {
        .form(
            part("name=\"model\"", Array(model.utf8)) + part("name=\"file\"; filename=\"a.wav\"", file)
                + Array("--b--\r\n".utf8))
    }

    private var wav: [UInt8] { Tone.header(forBytes: Self.sound.count, rate: 16_000, channels: 1) + Self.sound }

    @Test func bothStylesAreServed() throws {
        let stage = try Stage("stt say \"I want a refund.\" times 1\nstt say \"\" times 1")
        let heard = try stage.reply(to: .rawSound(Self.sound)).body
        #expect(heard == ["text": "I want a refund.", "confidence": 0.9])
        #expect(try stage.reply(to: form(wav)).body == ["text": ""])
        #expect(try stage.reply(to: form(wav)).body == ["text": "Hello."])
        #expect(stage.entries.map(\.event) == [.stt, .stt, .stt])
        #expect(stage.entries.map { $0["text"] } == ["I want a refund.", "", "Hello."])
        #expect(stage.entries.allSatisfy { $0["bytes"] == 3200 && $0["status"] == 200 })
    }

    @Test func rawSoundIsJudged() throws {
        let stage = try Stage()
        let good = Request.rawSound(Self.sound)
        try stage.expectBreach(.rawSound(Self.sound, key: "other"), 401)
        try stage.expectBreach(good.with("authorization", nil), 401)
        for type in ["audio/l16", "audio/l16; rate=8000", "audio/wav", nil] {
            try stage.expectBreach(good.with("content-type", type), 415)
        }
        try stage.expectBreach(.rawSound([]), 422)
        try stage.expectBreach(.rawSound([1, 2, 3]), 422)
        try stage.expectBreach(.rawSound(Array("demo-stt-key".utf8)), 400)
    }

    @Test func theFormIsJudged() throws {
        let stage = try Stage()
        let good = form(wav)
        try stage.expectBreach(good.with("authorization", "Bearer x"), 401)
        for type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b", nil] {
            try stage.expectBreach(good.with("content-type", type), 415)
        }
        try stage.expectBreach(good.with("content-type", "multipart/form-data; boundary=c"), 400)
        try stage.expectBreach(form(wav, model: ""), 422)
        try stage.expectBreach(form(Self.sound), 422)
        try stage.expectBreach(form(Tone(milliseconds: 100, rate: 8000).wav), 422)
        try stage.expectBreach(form(Tone(milliseconds: 100, rate: 16_000, channels: 2).wav), 422)
        try stage.expectBreach(form(Array(wav.dropLast(2))), 422)
        try stage.expectBreach(form(Array(wav.prefix(44))), 422)
        let file = part("name=\"file\"; filename=\"a.wav\"", wav)
        let model = part("name=\"model\"", [0x6D])
        let end = Array("--b--\r\n".utf8)
        try stage.expectBreach(.form(file + end), 422)
        try stage.expectBreach(.form(file + model + model + end), 422)
        try stage.expectBreach(.form(file + model + part("name=\"temperature\"", [0x65]) + end), 422)
        try stage.expectBreach(.form(part("name=\"file\"", wav) + model + end), 422)
        try stage.expectBreach(.form(file + model), 400)
        #expect(try stage.reply(to: .form(file + model + end)).status == 200)
        let hints = part("name=\"language\"", [0x65]) + part("name=\"prompt\"", [0x65])
        #expect(try stage.reply(to: .form(file + model + hints + end)).status == 200)
    }

    @Test func faultsArePlayed() throws {
        let stage = try Stage("stt status 503 times 1\nstt hang times 1\nstt garbage times 1")
        #expect(try stage.reply(to: .rawSound(Self.sound)).status == 503)
        #expect(stage.answer(.rawSound(Self.sound)) == [])
        #expect(try stage.reply(to: .rawSound(Self.sound)).body == nil)
        #expect(stage.entries.map { $0["status"] } == [503, "hang", 200])
        #expect(stage.entries.allSatisfy { $0["text"] == nil })
    }
}
