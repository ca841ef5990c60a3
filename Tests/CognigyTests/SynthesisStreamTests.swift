import Cognigy
import HTTP
import JSON
import Testing

/// The messages of jambonz's "Text-to-speech API", Streaming WebSocket API.
@Suite struct SynthesisStreamTests {
    private func address(
        _ url: String, key: String? = nil, voice: String = "anna", language: String? = nil
    ) throws -> SynthesisStream.Address {
        SynthesisStream.Address(
            location: try #require(Location(url)), key: key, voice: voice, language: language)
    }

    @Test func theQueryNamesWhoIsToSpeak() throws {
        #expect(
            try address("https://tts.example/stream/acme", voice: "ann & é/1", language: "de-DE").path
                == "/stream/acme?voice=ann%20%26%20%C3%A9%2F1&language=de-DE&sampleRate=16000")
        #expect(try address("https://tts.example/").path == "/?voice=anna&sampleRate=16000")
    }

    @Test func theKeyIsInTheHeaderOnly() throws {
        let secret = try address("https://tts.example/", key: "K3y")
        #expect(secret.headers == [.bearer("K3y")] && !secret.path.contains("K3y"))
        #expect(try address("https://tts.example/").headers == [])
    }

    @Test func aTextGoesOutWholeAndIsThenFlushed() throws {
        #expect(
            SynthesisStream.messages(for: "Guten \"Tag\"\né")
                == [#"{"text":"Guten \"Tag\"\né","type":"stream"}"#, #"{"type":"flush"}"#])
        #expect(SynthesisStream.stop == #"{"type":"stop"}"#)
    }

    @Test(arguments: [
        (#"{"type":"connect","data":{"sample_rate":24000,"base64_encoding":false}}"#, 24_000),
        (#"{"type":"connect","data":{"sample_rate":"8000"}}"#, 8000), (#"{"type":"connect"}"#, 16_000),
        (#"{"type":"connect","data":{"sample_rate":null}}"#, 16_000),
    ]) func aVoiceThatIsReadySaysItsRate(_ text: String, _ rate: Int) {
        #expect(SynthesisStream.incoming(text) == .ready(rate: rate))
    }

    @Test(arguments: ["0", "7999", "48001", "-16000", "16000.5", "1e300", "\"x\"", "{}", "true"])
    func aRateThatNoVoiceHasIsAFailure(_ rate: String) {
        let text = #"{"type":"connect","data":{"sample_rate":\#(rate)}}"#
        guard case .failed = SynthesisStream.incoming(text) else {
            Issue.record("\(SynthesisStream.incoming(text))")
            return
        }
    }

    @Test func soundMayComeInBase64() {
        #expect(SynthesisStream.incoming(#"{"type":"data","data":{"audio":"AQID"}}"#) == .samples([1, 2, 3]))
        let longest = #"{"type":"data","data":{"audio":"\#(String(repeating: "AAAA", count: 1 << 16))"}}"#
        #expect(SynthesisStream.incoming(longest) == .samples([UInt8](repeating: 0, count: 3 << 16)))
        let tooLong = #"{"type":"data","data":{"audio":"\#(String(repeating: "AAAA", count: (1 << 16) + 1))"}}"#
        for text in [
            tooLong, #"{"type":"data"}"#, #"{"type":"data","data":{"audio":"AQI"}}"#, #"{"type":"data","data":7}"#,
        ] {
            guard case .failed = SynthesisStream.incoming(text) else {
                Issue.record("\(text)")
                continue
            }
        }
    }

    @Test(arguments: [
        (#"{"type":"error","error":"no such voice"}"#, "no such voice"),
        (#"{"error":"quota"}"#, "quota"), (#"{"type":"error","error":{"message":"busy"}}"#, "busy"),
        (#"{"type":"error"}"#, ""),
        (#"{"type":"error","error":"a\nb\u0007"}"#, "a b"),
    ]) func anErrorIsSaidInOneLine(_ text: String, _ words: String) {
        #expect(SynthesisStream.incoming(text) == .complains(words))
    }

    @Test func anErrorIsNotLongerThanALine() {
        let text = #"{"type":"error","error":"\#(String(repeating: "word ", count: 1000))"}"#
        guard case .complains(let words) = SynthesisStream.incoming(text) else {
            Issue.record("no failure")
            return
        }
        #expect(words.hasPrefix("word word") && words.utf8.count < 250)
    }

    @Test(arguments: [
        "", "x", "[]", "7", "{", #"{"type":7}"#, #"{"type":"keepalive"}"#, #"{"type":"metadata","x":[1]}"#,
    ])
    func whatIsNotKnownMeansNothing(_ text: String) {
        #expect(SynthesisStream.incoming(text) == .other)
    }
}
