import Cognigy
import HTTP
import Testing

@Suite struct SynthesisTests {
    @Test func theRequestIsThatOfTheContract() throws {
        let url = try #require(Location("https://tts.example/v1"))
        let request = Synthesis.request(url: url, key: "K", text: "Guten Tag, \"é\"", voice: "anna")
        #expect(request.method == .post)
        #expect(request.location.text == "https://tts.example/v1/tts/synthesize")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer K")])
        let audio = #""audioEncoding":"LINEAR16","sampleRateHertz":16000"#
        #expect(request.body == Array(#"{\#(audio),"text":"Guten Tag, \"é\"","voice":"anna"}"#.utf8))
        #expect(request.limit == 10 << 20)
    }

    @Test func theKeyMayBeMissing() throws {
        let url = try #require(Location("https://tts.example/"))
        let request = Synthesis.request(url: url, key: nil, text: "x", voice: "v")
        #expect(request.location.text == "https://tts.example/tts/synthesize")
        #expect(request.headers == [Header("Content-Type", "application/json")])
        #expect(
            request.body == Array(#"{"audioEncoding":"LINEAR16","sampleRateHertz":16000,"text":"x","voice":"v"}"#.utf8))
    }
}
