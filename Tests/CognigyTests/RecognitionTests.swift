import Cognigy
import HTTP
import Testing

@Suite struct RecognitionTests {
    private func request(_ style: Recognition.Style, pcm: [UInt8], key: String? = "K") throws -> Request {
        let url = try #require(Location("https://stt.example/v1/audio/transcriptions?x=1"))
        return Recognition.request(url: url, key: key, style: style, pcm: pcm)
    }

    private func heard(_ text: String) throws(ReplyRefusal) -> Recognition.Heard? {
        try Recognition.heard(Array(text.utf8))
    }

    @Test func rawSoundIsTheBodyAsItIs() throws {
        let request = try request(.raw, pcm: [1, 0, 255, 127])
        #expect(request.method == .post)
        #expect(request.location.text == "https://stt.example/v1/audio/transcriptions?x=1")
        #expect(
            request.headers == [
                Header("Content-Type", "audio/l16; rate=16000"), Header("Authorization", "Bearer K"),
            ])
        #expect(request.body == [1, 0, 255, 127])
    }

    @Test func theKeyMayBeMissing() throws {
        #expect(try request(.raw, pcm: [0, 0], key: nil).headers.map(\.name) == ["Content-Type"])
        #expect(try request(.openAI(model: "m"), pcm: [0, 0], key: nil).headers.map(\.name) == ["Content-Type"])
    }

    @Test func theFormHoldsAModelAndAWAVFile() throws {
        let request = try request(.openAI(model: "whisper-1"), pcm: [0x10, 0x20, 0x30, 0x40])
        let boundary = "cognigy-bridge-0"
        #expect(
            request.headers == [
                Header("Content-Type", "multipart/form-data; boundary=\(boundary)"),
                Header("Authorization", "Bearer K"),
            ])
        let model = "--\(boundary)\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
        let file =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
            + "Content-Type: audio/wav\r\n\r\n"
        // RIFF: 40 bytes follow. PCM, one channel, 16,000 samples and 32,000 bytes a second, 2 bytes each of 16 bits.
        let wav: [UInt8] =
            Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0]
            + [0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0] + Array("data".utf8) + [4, 0, 0, 0]
            + [0x10, 0x20, 0x30, 0x40]
        #expect(request.body == Array(model.utf8) + Array(file.utf8) + wav + Array("\r\n--\(boundary)--\r\n".utf8))
    }

    @Test func theFormHoldsTheLanguageAndTheWordsThatAreLikely() throws {
        let recognizer = Recognizer(
            location: try #require(Location("https://stt.example/")), style: .openAI(model: "m"))
        let request = recognizer.request([0, 0], .init(language: "de-AT", hints: ["Wien", "a\r\n--x", "Grüß"]))
        let text = String(decoding: request.body ?? [], as: UTF8.self)
        #expect(text.contains("name=\"language\"\r\n\r\nde\r\n--"))
        #expect(text.contains("name=\"prompt\"\r\n\r\nWien, Grüß\r\n--"))
        let many = recognizer.request(
            [0, 0], .init(language: "multi-language", hints: Array(repeating: "word", count: 500)))
        let body = String(decoding: many.body ?? [], as: UTF8.self)
        #expect(!body.contains("name=\"language\"") && body.utf8.count < 2000)
    }

    @Test func rawSoundHasNoPlaceForALanguage() throws {
        let recognizer = Recognizer(location: try #require(Location("https://stt.example/")), style: .raw)
        #expect(recognizer.request([1, 0], .init(language: "de", hints: ["x"])) == recognizer.request([1, 0]))
        #expect(!recognizer.takesOptions)
    }

    @Test func aLongUtteranceIsToldInFullLength() throws {
        let body = try #require(try request(.openAI(model: "m"), pcm: [UInt8](repeating: 7, count: 960_000)).body)
        let riff = try #require(body.indices.first { body[$0...].starts(with: "RIFF".utf8) })
        #expect(Array(body[(riff + 40)..<(riff + 44)]) == [0x00, 0xA6, 0x0E, 0x00])
        #expect(body.count == riff + 44 + 960_000 + "\r\n--cognigy-bridge-0--\r\n".utf8.count)
    }

    @Test func theBoundaryIsNeverInTheSoundOrTheModel() throws {
        let sound = Array("\r\n--cognigy-bridge-0\r\n--cognigy-bridge-2--".utf8)
        let request = try request(.openAI(model: "x\r\n--cognigy-bridge-1"), pcm: sound)
        #expect(request.headers.first?.value == "multipart/form-data; boundary=cognigy-bridge-3")
        let body = String(decoding: request.body ?? [], as: UTF8.self)
        #expect(body.split(separator: "--cognigy-bridge-3", omittingEmptySubsequences: false).count == 4)
    }

    @Test(
        arguments: [
            (#"{"text":"Hello there."}"#, "Hello there.", nil), (#"{"text":" hi\n"}"#, "hi", nil),
            (#"{"text":"hi","confidence":0.9}"#, "hi", 0.9), (#"{"text":"hi","confidence":"0.9"}"#, "hi", 0.9),
            (#"{"text":"hi","confidence":null}"#, "hi", nil), (#"{"text":"hi","confidence":[]}"#, "hi", nil),
            (#"{"text":42,"language":"en"}"#, "42", nil),
        ] as [(String, String, Double?)])
    func whatWasHeardIsRead(text: String, words: String, confidence: Double?) throws {
        let heard = try #require(try heard(text))
        #expect(heard.text == words)
        #expect(heard.confidence == confidence)
    }

    @Test(arguments: [#"{"text":""}"#, #"{"text":" \n\t"}"#, #"{"text":null,"confidence":0.1}"#])
    func anEmptyTextMeansThatNothingWasUnderstood(text: String) throws {
        #expect(try heard(text) == nil)
    }

    @Test(
        arguments: [
            ("", .notJSON), ("hello", .notJSON), ("[]", .notAnObject), ("\"hello\"", .notAnObject),
            ("{}", .missing("text")), (#"{"error":{"message":"no"}}"#, .missing("text")),
            (#"{"text":true}"#, .wrongType("text")), (#"{"text":["a"]}"#, .wrongType("text")),
        ] as [(String, ReplyRefusal)])
    func whatCannotBeReadIsRefused(text: String, refusal: ReplyRefusal) {
        #expect(throws: refusal) { try heard(text) }
    }
}
