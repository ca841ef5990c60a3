import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge check` where an endpoint answers the callers.
@Suite struct EndpointCheckTests {
    private func check(_ pbx: PBX, _ words: [String] = []) throws -> Outcome {
        // The machine of the tests may have an Asterisk, which looks elsewhere.
        let folder = Binary.path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        try pbx.folder.write("[directories]\nastagidir => \(folder)\n", to: "asterisk.conf")
        pbx.environment["AST_CONFIG_DIR"] = pbx.folder.path
        return try Outcome(of: [Binary.path, "check"] + words, environment: pbx.environment)
    }

    @Test func anEndpointThatIsReadyIsGoodAndItsFlowIsNotRun() throws {
        let pbx = try EndpointTests.pbx()
        let outcome = try check(pbx)
        #expect(outcome.output.contains("ok  endpoint: \(pbx.service.baseURL) takes the token"), "\(outcome.output)")
        #expect(!outcome.output.contains(Scenario.demoToken))
        let connect = try pbx.service.wait { $0.event == .connect }
        #expect(connect["test"]?.bool == true)
        #expect(pbx.service.count(.input) == 0)
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: EndpointTests.surfaces) func aTurnShowsWhatTheFlowSays(surface: String) throws {
        let pbx = try EndpointTests.pbx(#"event CALL_CREATED say "Hello \u{1b}[31m there.""#, surface: surface)
        let outcome = try check(pbx, ["--turn"])
        #expect(outcome.output.contains("Hello") && outcome.output.contains("there."), "\(outcome.output)")
        #expect(!outcome.output.contains("\u{1b}"))
        #expect(pbx.service.count(.input) == 1)
        #expect(pbx.service.violations == [])
    }

    @Test func byRESTItSaysWhatCannotBeTriedAndWhatCannotBeHeard() throws {
        let pbx = try EndpointTests.pbx(surface: "rest")
        let outcome = try check(pbx)
        #expect(outcome.output.contains("--turn"))
        #expect(outcome.output.contains("unasked"))
        #expect(pbx.service.count(.input) == 0)
    }

    @Test(arguments: EndpointTests.surfaces) func aWrongTokenIsBad(surface: String) throws {
        let pbx = try EndpointTests.pbx(surface: surface)
        let wrong = String(repeating: "0123456789abcdef", count: 4)
        pbx.environment["COGNIGY_ENDPOINT_URL"] = "\(pbx.service.baseURL)/\(wrong)"
        let outcome = try check(pbx, ["--turn"])
        #expect(outcome.status == .code(1))
        #expect(
            outcome.output.contains("BAD endpoint: ") && outcome.output.contains("endpoint_url"), "\(outcome.output)")
        #expect(!outcome.output.contains(wrong))
    }

    // MARK: A recogniser that listens while the caller speaks

    private func listening(_ style: String, _ scenario: String = "") throws -> PBX {
        let pbx = try EndpointTests.pbx(scenario)
        let speech = [
            "COGNIGY_SPEECH_STT_URL": "ws" + pbx.service.baseURL.dropFirst(4) + "/stt/\(style)",
            "COGNIGY_SPEECH_STT_STYLE": style, "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL,
        ]
        pbx.environment.merge(speech) { $1 }
        return pbx
    }

    @Test(arguments: ["websocket", "vosk"]) func aRecogniserThatListensIsOpened(style: String) throws {
        let pbx = try listening(style)
        let outcome = try check(pbx)
        #expect(outcome.output.contains("ok  speech to text: "), "\(outcome.output)")
        #expect(try pbx.service.wait { $0.event == .sttSocket }["status"] == 101)
        #expect(try pbx.service.wait { $0.event == .closed }["code"] == 1000)
        #expect(pbx.service.count(.stt) == 0 && pbx.service.violations == [])
    }

    @Test func aRecogniserThatRefusesIsBad() throws {
        let pbx = try listening("websocket")
        pbx.environment["COGNIGY_SPEECH_STT_KEY"] = "another-key"
        var outcome = try check(pbx)
        #expect(outcome.status == .code(1))
        #expect(outcome.output.contains("BAD speech to text: ") && outcome.output.contains("stt_key"))
        #expect(!outcome.output.contains("another-key"))
        outcome = try check(try listening("vosk", "stt-socket status 404"))
        #expect(outcome.output.contains("HTTP 404") && outcome.output.contains("stt_url"), "\(outcome.output)")
        let away = try listening("vosk")
        away.environment["COGNIGY_SPEECH_STT_URL"] = "ws://127.0.0.1:9"
        outcome = try check(away)
        #expect(outcome.output.contains("BAD speech to text: 127.0.0.1:9: "), "\(outcome.output)")
        #expect(outcome.output.contains("ok  endpoint: "))
    }

    @Test func aServerThatIsAwayIsBad() throws {
        let pbx = try EndpointTests.pbx()
        pbx.service.kill()
        let outcome = try check(pbx)
        #expect(outcome.status == .code(1))
        #expect(outcome.output.contains("BAD endpoint: unreachable"), "\(outcome.output)")
    }

    @Test(arguments: [
        "https://endpoint-trial.cognigy.ai", "https://endpoint-trial.cognigy.ai/", "endpoint-trial.cognigy.ai/0e77b9a1",
        "http://endpoint-trial.cognigy.ai/0e77b9a10e77b9a1",
    ])
    func aURLThatIsNoneIsNamedWithoutShowingIt(url: String) throws {
        let pbx = try EndpointTests.pbx()
        pbx.environment["COGNIGY_ENDPOINT_URL"] = url
        let outcome = try check(pbx)
        #expect(outcome.status == .code(78))
        #expect(outcome.output.contains("COGNIGY_ENDPOINT_URL"), "\(outcome.output)")
        #expect(!outcome.output.contains("0e77b9a1"))
    }
}
