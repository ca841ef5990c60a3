import Glibc
import System
import TestService
import Testbed
import Testing

@Suite struct CheckTests {
    /// A machine that also takes calls with speech.
    private func speaking(_ scenario: String = "", _ settings: [String: String] = [:]) throws -> PBX {
        let pbx = try PBX(scenario)
        pbx.environment.merge([
            "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            "COGNIGY_SPEECH_STT_URL": "\(pbx.service.baseURL)/stt", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
        ]) { $1 }
        pbx.environment.merge(settings) { $1 }
        return pbx
    }

    /// Each step, none of which may hold a secret.
    private func check(_ pbx: PBX, code: CInt, _ words: [String] = []) throws -> [CheckStep] {
        let (steps, outcome) = try CheckStep.run(pbx, words)
        #expect(outcome.status == .code(code), "\(outcome.output)")
        #expect(outcome.errors == "")
        for secret in ["demo-secret", "demo-api-key", "not-the-secret", "not-the-key", "stand-in-token"] {
            #expect(!outcome.output.contains(secret))
        }
        #expect(pbx.service.violations == [])
        return steps
    }

    /// What it finds bad, and nothing else, as "NAME: PROBLEM; REMEDY".
    private func complaint(_ pbx: PBX, code: CInt = 69) throws -> String {
        let bad = try check(pbx, code: code).filter { $0.outcome == "bad" }
        #expect(bad.count == 1, "\(bad)")
        return bad.first?.sentence ?? ""
    }

    @Test func everythingThatIsWellHasALine() throws {
        let pbx = try speaking()
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
        pbx.environment["COGNIGY_PATHS_TRACE"] = pbx.folder.path("traces")
        // Another test may run a web server just now.
        let steps = try check(pbx, code: 0).filter { $0.name != "web server" }
        // A machine may keep its clock or not, and have little memory.
        #expect(
            steps.filter { $0.outcome != "ok" }.allSatisfy { ["asterisk", "clock", "memory"].contains($0.name) },
            "\(steps)")
        #expect(
            steps.map(\.name) == [
                "program", "asterisk", "AGI folder", "configuration", "secrets", "state folder", "memory", "log",
                "metrics", "trace", "limits", "clock", "breaker", "TCP", "token", "flow", "session", "socket", "bot",
                "voice", "speech to text",
            ])
        #expect(pbx.service.count(.flows) == 1)
        #expect(pbx.service.count(.bots) == 1)
        #expect(pbx.service.count(.session) == 1)
        #expect(try pbx.service.wait { $0.event == .closed }["code"] == 1000)
        #expect(pbx.service.count(.tts) == 1)
        #expect(pbx.service.count(.stt) == 1)
        #expect(try FolderListing.names(pbx.folder.path("state")).allSatisfy { $0.hasPrefix("token-") })
        #expect(try FolderListing.names(pbx.folder.path("traces")) == [])
        #expect(try pbx.folder.text("metrics") == "")
    }

    @Test(arguments: [true, false]) func aVoiceOnAWebSocketIsTried(isKeyRight: Bool) throws {
        let pbx = try PBX("")
        let other = try StandInService("", in: pbx.folder)
        let place = other.baseURL.dropFirst("http://".count)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = "ws://\(place)/tts/stream"
        pbx.environment["COGNIGY_SPEECH_TTS_STYLE"] = "websocket"
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = isKeyRight ? "demo-tts-key" : "not-the-key"
        if isKeyRight {
            let voice = try check(pbx, code: 0).first { $0.name == "voice" }
            #expect(voice?.text.hasPrefix("\(place) says \"test\": ") == true, "\(voice?.text ?? "")")
        } else {
            let said = try complaint(pbx)
            #expect(
                said.hasPrefix("voice: \(place): HTTP 401 to the WebSocket; ") && said.contains("tts_key"), "\(said)")
        }
    }

    @Test func theNextCallGoesOnWithItsToken() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"1","end":true}"#)
        _ = try check(pbx, code: 0)
        #expect(try pbx.call([]).variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.count(.token) == 1)
    }

    @Test func certificatesAreNamedWhereTheyMatter() throws {
        let pbx = try PBX("", tls: true)
        let authority = try #require(pbx.service.authority)
        let good = try check(pbx, code: 0)
        #expect(good.contains { $0.name == "certificates" && $0.text == authority && $0.outcome == "ok" })
        #expect(good.contains { $0.name == "TLS" && $0.outcome == "ok" })
        pbx.environment["COGNIGY_CA_FILE"] = "/nonexistent.pem"
        let bad = try check(pbx, code: 1)
        #expect(bad.contains { $0.sentence.hasPrefix("certificates: /nonexistent.pem: ") && $0.outcome == "bad" })
    }

    @Test func aServiceThatIsNotTrustedIsNotUnreachable() throws {
        let pbx = try PBX("", tls: true)
        pbx.environment["COGNIGY_CA_FILE"] = nil
        let said = try complaint(pbx)
        #expect(said.hasPrefix("TLS: ") && said.contains("not trusted") && said.contains("ca_file"))
        #expect(said.contains("authority") && !said.contains("clock"))
    }

    @Test(arguments: [
        ("wrong-name", "is for another name", false), ("expired", "clock is ahead", true),
        ("not-yet", "clock is behind", true),
    ])
    func aFlawedCertificateIsSaidInItsOwnWords(_ flaw: String, _ words: String, isTheClocks: Bool) throws {
        let said = try complaint(PBX("certificate \(flaw)", tls: true))
        #expect(said.contains("not trusted: 127.0.0.1: its certificate") && said.contains(words))
        #expect(said.contains("clock") == isTheClocks && !said.contains("ca_file"))
    }

    @Test func plainHTTPWhereTLSIsSpokenIsSuspected() throws {
        let pbx = try PBX("", tls: true)
        pbx.environment["COGNIGY_BASE_URL"] = pbx.service.baseURL.replacing("https://", with: "http://")
        let said = try complaint(pbx)
        #expect(said.contains("does the service want https://?"), "\(said)")
    }

    @Test func aWrongSecretIsSaid() throws {
        let pbx = try PBX("", settings: ["COGNIGY_CLIENT_SECRET": "not-the-secret"])
        let said = try complaint(pbx)
        #expect(said.hasPrefix("token: HTTP 401; check client_id and the secret"))
        #expect(pbx.service.count(.flows) == 0)
    }

    @Test func aFlowThatIsNotThereIsNamed() throws {
        let said = try complaint(PBX("", settings: ["COGNIGY_FLOW_ID": "other-flow"]))
        #expect(said.hasPrefix("flow: flow_id other-flow is none of the 1 flows"))
    }

    @Test func aForbiddenFlowIsNamedWithTheScopes() throws {
        let said = try complaint(PBX("flows status 403"))
        #expect(said.hasPrefix("flow: HTTP 403: no access to demo-flow"))
        #expect(said.contains("cognigy:session:manage") && said.contains("cognigy:voice:interact"))
    }

    @Test(arguments: [
        ("flows status 503", "HTTP 503"), ("flows garbage", "not JSON"), ("flows drop", "https://?"),
    ])
    func aServiceThatFailsIsNotTheFlowsFault(_ fault: String, _ words: String) throws {
        let said = try complaint(PBX(fault))
        #expect(said.hasPrefix("flow: ") && said.contains(words))
    }

    @Test func aWrongAPIKeyIsSaidWithThePermission() throws {
        let pbx = try speaking("", ["COGNIGY_API_KEY": "not-the-key"])
        let said = try complaint(pbx)
        #expect(said.hasPrefix("bot: HTTP 401") && said.contains("dialog:execute"))
    }

    @Test func aKeyWithoutThePermissionIsSaid() throws {
        let said = try complaint(speaking("bots status 403"))
        #expect(said.hasPrefix("bot: HTTP 403") && said.contains("dialog:execute"))
    }

    @Test func aBotThatIsNotThereIsNamed() throws {
        let said = try complaint(speaking("", ["COGNIGY_BOT_ID": "other-bot"]))
        #expect(said.hasPrefix("bot: bot_id other-bot is none of the 1 bots"))
    }

    @Test func aServiceThatIsAwayIsSaid() throws {
        let pbx = try PBX("")
        pbx.service.kill()
        let said = try complaint(pbx)
        #expect(
            said.hasPrefix(
                "TCP: 127.0.0.1: no connection to 127.0.0.1 port \(pbx.service.port): Connection refused; are host"),
            "\(said)")
        #expect(pbx.service.count(.token) == 0)
    }

    @Test func aServiceThatIsSilentIsGivenUp() throws {
        let start = MonotonicClock.now()
        #expect(try complaint(PBX("token hang")).contains("no answer from 127.0.0.1 port "))
        #expect(MonotonicClock.now() - start < .seconds(20))
    }

    @Test func aBrokenLineIsNamedAndNothingElseIsTried() throws {
        let pbx = try PBX("")
        try pbx.folder.write("[cognigy]\nbase_urll = https://x\n", to: "conf")
        pbx.environment["COGNIGY_BRIDGE_CONF"] = pbx.folder.path("conf")
        let said = try complaint(pbx, code: 78)
        #expect(said.hasPrefix("configuration: \(pbx.folder.path("conf")):2: ") && said.contains("base_url"))
        #expect(pbx.service.count(.token) == 0)
    }

    @Test func halfASpeechChannelIsABrokenConfiguration() throws {
        let pbx = try speaking()
        pbx.environment["COGNIGY_SPEECH_STT_URL"] = nil
        let said = try complaint(pbx, code: 78)
        #expect(said.hasPrefix("configuration: for EAGI: ") && said.contains("stt_url"))
        #expect(pbx.service.count(.flows) == 1)
    }

    @Test func withoutAnyConfigurationItSaysWhatToSet() throws {
        let outcome = try Outcome(
            of: [Binary.path, "check"], environment: ["COGNIGY_BRIDGE_CONF": "/nonexistent.conf"])
        #expect(outcome.status == .code(78))
        #expect(outcome.output.contains("configuration: ") && outcome.output.contains("/nonexistent.conf"))
    }

    @Test func aStateFolderThatIsOpenToOthersIsSaid() throws {
        let pbx = try PBX("")
        #expect(mkdir(pbx.folder.path("state"), 0o755) == 0)
        chmod(pbx.folder.path("state"), 0o755)
        let said = try complaint(pbx, code: 1)
        #expect(said.hasPrefix("state folder: ") && said.contains("chmod 700 \(pbx.folder.path("state"))"))
    }

    @Test func whatIsSaidToAPersonHasAMarkATimeAndTheNextStep() throws {
        let pbx = try PBX("", settings: ["COGNIGY_CLIENT_SECRET": "not-the-secret"])
        CheckStep.isolate(pbx)
        let outcome = try Outcome(of: [Binary.path, "check"], environment: pbx.environment)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let first = try #require(lines.first)
        #expect(first.hasPrefix("ok ") && first.contains(" ms  program: /") && first.contains(", version 0.1.0 ("))
        let bad = try #require(lines.firstIndex { $0.hasPrefix("BAD ") })
        #expect(lines[bad].contains(" ms  token: HTTP 401"))
        #expect(
            lines[bad + 1] == "               next: check client_id and the secret, whether both are of this instance")
        #expect(!outcome.output.contains("\u{1b}"))
    }

    @Test(arguments: [false, true]) func aTerminalShowsEachStepAsItRuns(hasNoColour: Bool) throws {
        let pbx = try PBX("")
        CheckStep.isolate(pbx)
        pbx.environment["NO_COLOR"] = hasNoColour ? "1" : nil
        let outcome = try Outcome(
            of: ["script", "-qec", "\(Binary.path) check", "/dev/null"], environment: pbx.environment)
        #expect(outcome.status == .code(0))
        #expect(outcome.output.contains("...             token\r\u{1b}[K"))
        #expect(outcome.output.contains("\u{1b}[32mok  \u{1b}[0m") == !hasNoColour)
    }

    @Test(arguments: [
        ["flow_id=x"], ["--jason"], ["--for"], ["--turn", "--for"],
    ])
    func aWordThatItDoesNotKnowIsAMistake(words: [String]) throws {
        let outcome = try Outcome(of: [Binary.path, "check"] + words)
        #expect(outcome.status == .code(2))
        #expect(outcome.output == "")
        #expect(outcome.errors.contains(words[0] == "flow_id=x" ? "unknown argument flow_id=x" : "check: "))
        #expect(outcome.errors.contains("Usage: cognigy-bridge check"))
    }

    // MARK: A tenant

    @Test func aTenantHasHisOwnConfiguration() throws {
        let pbx = try PBX("")
        try pbx.folder.write("[cognigy]\nbase_url = \(pbx.service.baseURL)\n", to: "cognigy-bridge.conf")
        mkdir(pbx.folder.path("cognigy-bridge.d"), 0o755)
        let text = """
            [cognigy]
            base_url = \(pbx.service.baseURL)
            client_id = demo
            client_secret = demo-secret
            flow_id = flow-of-the-tenant
            [paths]
            state = \(pbx.folder.path("state"))
            """
        try pbx.folder.write(text, to: "cognigy-bridge.d/acme.conf")
        pbx.environment = ["COGNIGY_BRIDGE_CONF": pbx.folder.path("cognigy-bridge.conf")]
        let steps = try check(pbx, code: 69, ["--for", "acme"])
        #expect(
            steps.contains { $0.name == "configuration" && $0.text == pbx.folder.path("cognigy-bridge.d/acme.conf") })
        #expect(
            steps.contains { $0.outcome == "bad" && $0.sentence.hasPrefix("flow: flow_id flow-of-the-tenant is none") })
        for name in ["nobody", "../acme"] {
            let steps = try check(pbx, code: 78, ["--for", name])
            #expect(steps.contains { $0.outcome == "bad" && $0.sentence.hasPrefix("configuration: argument conf: ") })
        }
    }
}
