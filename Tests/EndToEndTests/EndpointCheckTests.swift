import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge check` where an endpoint answers the callers.
@Suite struct EndpointCheckTests {
    private func check(_ pbx: PBX, _ words: [String] = []) throws -> (steps: [CheckStep], outcome: Outcome) {
        try CheckStep.run(pbx, words)
    }

    private func step(_ name: String, _ steps: [CheckStep]) -> CheckStep? { steps.first { $0.name == name } }

    @Test func anEndpointThatIsReadyIsGoodAndItsFlowIsNotRun() throws {
        let pbx = try EndpointTests.pbx()
        let (steps, outcome) = try check(pbx)
        let endpoint = try #require(step("endpoint", steps))
        #expect(endpoint.outcome == "ok" && endpoint.text.hasPrefix("\(pbx.service.baseURL) takes the token"))
        #expect(outcome.status == .code(0))
        #expect(!outcome.output.contains(Scenario.demoToken))
        let connect = try pbx.service.wait { $0.event == .connect }
        #expect(connect["test"]?.bool == true)
        #expect(pbx.service.count(.input) == 0)
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: EndpointTests.surfaces) func aTurnShowsWhatTheFlowSays(surface: String) throws {
        let pbx = try EndpointTests.pbx(#"event CALL_CREATED say "Hello \u{1b}[31m there.""#, surface: surface)
        let (steps, outcome) = try check(pbx, ["--turn"])
        let said = step("endpoint", steps)?.text ?? ""
        #expect(said.contains("Hello") && said.contains("there."), "\(said)")
        #expect(!said.contains("\u{1b}") && !outcome.output.contains("001b"))
        #expect(pbx.service.count(.input) == 1)
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: EndpointTests.surfaces) func aFlowThatRepeatsTheTokenDoesNotShowIt(surface: String) throws {
        let pbx = try EndpointTests.pbx("event CALL_CREATED error \"no \(Scenario.demoToken) here\"", surface: surface)
        let (steps, outcome) = try check(pbx, ["--turn"])
        #expect(step("endpoint", steps)?.text.contains("no <secret> here") == true, "\(outcome.output)")
        #expect(outcome.status == .code(69) && !outcome.output.contains(Scenario.demoToken))
    }

    @Test func byRESTItSaysWhatCannotBeTriedAndWhatCannotBeHeard() throws {
        let pbx = try EndpointTests.pbx(surface: "rest")
        let said = step("endpoint", try check(pbx).steps)?.text ?? ""
        #expect(said.contains("--turn") && said.contains("unasked"))
        #expect(pbx.service.count(.input) == 0)
    }

    @Test(arguments: EndpointTests.surfaces) func aWrongTokenIsBad(surface: String) throws {
        let pbx = try EndpointTests.pbx(surface: surface)
        let wrong = String(repeating: "0123456789abcdef", count: 4)
        pbx.environment["COGNIGY_ENDPOINT_URL"] = "\(pbx.service.baseURL)/\(wrong)"
        let (steps, outcome) = try check(pbx, ["--turn"])
        #expect(outcome.status == .code(69))
        let endpoint = try #require(step("endpoint", steps))
        #expect(endpoint.outcome == "bad" && endpoint.sentence.contains("endpoint_url"), "\(endpoint)")
        #expect(endpoint.remedy != nil)
        #expect(!outcome.output.contains(wrong))
    }

    @Test func aFlowThatSaysTextWhereNothingSpeaksIsWarnedOf() throws {
        let pbx = try EndpointTests.pbx(settings: ["COGNIGY_SPEECH_TTS": "none"])
        let (steps, outcome) = try check(pbx)
        let voice = try #require(step("voice", steps))
        #expect(
            voice.outcome == "warning" && voice.text.contains("do not hear")
                && voice.remedy?.contains("tts_url") == true)
        #expect(outcome.status == .code(0))
    }

    // MARK: A spoken word, and what is written down of it

    private func listening(_ style: String, _ scenario: String = "") throws -> PBX {
        let pbx = try EndpointTests.pbx(scenario)
        let isStream = ["websocket", "vosk"].contains(style)
        let path = isStream ? "/stt/\(style)" : style == "openai" ? "/v1/audio/transcriptions" : "/stt"
        let speech = [
            "COGNIGY_SPEECH_STT_URL": (isStream ? "ws" + pbx.service.baseURL.dropFirst(4) : pbx.service.baseURL) + path,
            "COGNIGY_SPEECH_STT_STYLE": style, "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
        ]
        pbx.environment.merge(speech) { $1 }
        return pbx
    }

    @Test(arguments: ["raw", "openai", "websocket", "vosk"]) func whatTheVoiceSaysIsWrittenDown(style: String) throws {
        let pbx = try listening(style, #"stt say "Test.""#)
        let (steps, outcome) = try check(pbx)
        #expect(outcome.status == .code(0), "\(outcome.output)")
        let place = pbx.service.baseURL.dropFirst("http://".count)
        #expect(step("voice", steps)?.text.hasPrefix("\(place) says \"test\": ") == true)
        #expect(step("speech to text", steps)?.text.hasPrefix("\(place) writes down \"Test.\", after ") == true)
        #expect(pbx.service.count(.tts) == 1 && pbx.service.count(.stt) == 1)
        #expect(pbx.service.violations == [])
    }

    @Test func whatIsNotUnderstoodIsSaid() throws {
        var pbx = try listening("raw", #"stt say "Best.""#)
        #expect(step("speech to text", try check(pbx).steps)?.text.contains("has understood \"Best.\"") == true)
        pbx = try listening("raw", #"stt reply {"text":""}"#)
        let heard = try #require(step("speech to text", try check(pbx).steps))
        #expect(heard.outcome == "warning" && heard.text.contains("understood nothing"), "\(heard)")
    }

    @Test(arguments: [
        ("raw", "stt garbage", "stt_url"), ("raw", "stt status 500", "status page"), ("raw", "stt status 429", "limit"),
        ("vosk", "stt-socket status 404", "stt_url"), ("websocket", "stt status 400", "stt_url"),
    ])
    func aRecogniserThatFailsIsBad(style: String, fault: String, remedy: String) throws {
        let (steps, outcome) = try check(try listening(style, fault))
        #expect(outcome.status == .code(69))
        let heard = try #require(step("speech to text", steps))
        #expect(heard.outcome == "bad" && heard.remedy?.contains(remedy) == true, "\(heard)")
        #expect(step("voice", steps)?.outcome == "ok" && step("endpoint", steps)?.outcome == "ok")
    }

    @Test(arguments: ["raw", "websocket"]) func aKeyThatIsRefusedIsNamedAndNotShown(style: String) throws {
        var pbx = try listening(style)
        pbx.environment["COGNIGY_SPEECH_STT_KEY"] = "another-key"
        var (steps, outcome) = try check(pbx)
        #expect(step("speech to text", steps)?.sentence.contains("refuses stt_key") == true)
        pbx = try listening(style)
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = "another-key"
        (steps, outcome) = try check(pbx)
        #expect(step("voice", steps)?.sentence.contains("tts_key") == true, "\(outcome.output)")
        #expect(!outcome.output.contains("another-key"))
        // It is tried all the same.
        #expect(step("speech to text", steps)?.outcome == "ok", "\(outcome.output)")
    }

    @Test func aRecogniserThatIsAwayIsBad() throws {
        let away = try listening("vosk")
        away.environment["COGNIGY_SPEECH_STT_URL"] = "ws://127.0.0.1:9"
        let (steps, outcome) = try check(away)
        #expect(step("speech to text", steps)?.text.contains("Connection refused") == true, "\(outcome.output)")
        #expect(step("endpoint", steps)?.outcome == "ok")
    }

    @Test func aServerThatIsAwayIsBad() throws {
        let pbx = try EndpointTests.pbx()
        pbx.service.kill()
        let (steps, outcome) = try check(pbx)
        #expect(outcome.status == .code(69))
        let bad = try #require(step("TCP", steps))
        #expect(bad.text.contains("Connection refused") && bad.remedy?.contains("endpoint_url") == true, "\(bad)")
        #expect(step("endpoint", steps) == nil)
    }

    @Test(arguments: [
        "https://endpoint-trial.cognigy.ai", "https://endpoint-trial.cognigy.ai/", "endpoint-trial.cognigy.ai/0e77b9a1",
        "http://endpoint-trial.cognigy.ai/0e77b9a10e77b9a1",
    ])
    func aURLThatIsNoneIsNamedWithoutShowingIt(url: String) throws {
        let pbx = try EndpointTests.pbx()
        pbx.environment["COGNIGY_ENDPOINT_URL"] = url
        let outcome = try check(pbx).outcome
        #expect(outcome.status == .code(78))
        #expect(outcome.output.contains("COGNIGY_ENDPOINT_URL"), "\(outcome.output)")
        #expect(!outcome.output.contains("0e77b9a1"))
    }
}
