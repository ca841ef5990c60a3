import Glibc
import System
import TestService
import Testbed
import Testing

@Suite struct CheckTests {
    private static let speech = [
        "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
        "COGNIGY_SPEECH_STT_URL": "https://stt.example.com", "COGNIGY_SPEECH_TTS_URL": "https://tts.example.com",
    ]

    /// The lines that it prints, none of which may hold a secret.
    private func check(_ pbx: PBX, code: CInt) throws -> [String] {
        // The machine of the tests may have an Asterisk, which looks elsewhere.
        if pbx.environment["AST_CONFIG_DIR"] == nil {
            let folder = Binary.path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
            try pbx.folder.write("[directories]\nastagidir => \(folder)\n", to: "asterisk.conf")
            pbx.environment["AST_CONFIG_DIR"] = pbx.folder.path
        }
        let outcome = try Outcome(of: [Binary.path, "check"], environment: pbx.environment)
        #expect(outcome.status == .code(code))
        #expect(outcome.errors == "")
        for secret in ["demo-secret", "demo-api-key", "not-the-secret", "not-the-key", "stand-in-token"] {
            #expect(!outcome.output.contains(secret))
        }
        #expect(pbx.service.violations == [])
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// What it finds bad, and nothing else.
    private func complaint(_ pbx: PBX, code: CInt = 1) throws -> String {
        let bad = try check(pbx, code: code).filter { !$0.hasPrefix("ok  ") }
        #expect(bad.count == 1)
        return bad.first ?? ""
    }

    @Test func everythingThatIsWellHasALine() throws {
        let pbx = try PBX("", settings: Self.speech)
        let lines = try check(pbx, code: 0)
        #expect(
            lines.map { $0.prefix { $0 != ":" } } == [
                "ok  program", "ok  configuration", "ok  state folder", "ok  token", "ok  flow", "ok  bot",
            ])
        #expect(pbx.service.count(.flows) == 1)
        #expect(pbx.service.count(.bots) == 1)
        #expect(try FolderListing.names(pbx.folder.path("state")).allSatisfy { $0.hasPrefix("token-") })
    }

    @Test(arguments: [true, false]) func aVoiceOnAWebSocketIsTried(isKeyRight: Bool) throws {
        let pbx = try PBX("")
        let other = try StandInService("", in: pbx.folder)
        let place = other.baseURL.dropFirst("http://".count)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = "ws://\(place)/tts/stream"
        pbx.environment["COGNIGY_SPEECH_TTS_STYLE"] = "websocket"
        pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = isKeyRight ? "demo-tts-key" : "not-the-key"
        if isKeyRight {
            let line = try check(pbx, code: 0).first { $0.hasPrefix("ok  voice: ") }
            #expect(line?.hasPrefix("ok  voice: \(place) is ready to speak at 16000 Hz, after ") == true)
        } else {
            #expect(
                try complaint(pbx)
                    == "BAD voice: \(place): HTTP 401 to the WebSocket; look at tts_key, tts_voice and the path of tts_url"
            )
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
        #expect(try check(pbx, code: 0).contains("ok  certificates: \(authority)"))
        pbx.environment["COGNIGY_CA_FILE"] = "/nonexistent.pem"
        let lines = try check(pbx, code: 1)
        #expect(lines.contains { $0.hasPrefix("BAD certificates: /nonexistent.pem: ") })
    }

    @Test func aServiceThatIsNotTrustedIsNotUnreachable() throws {
        let pbx = try PBX("", tls: true)
        pbx.environment["COGNIGY_CA_FILE"] = nil
        let said = try complaint(pbx)
        #expect(said.hasPrefix("BAD token: ") && said.contains("not trusted") && said.contains("ca_file"))
        #expect(said.contains("authority") && !said.contains("clock"))
    }

    @Test(arguments: [("wrong-name", "is for another name", false), ("expired", "clock", true)])
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
        #expect(said.hasPrefix("BAD token: HTTP 401; check client_id and the secret"))
        #expect(pbx.service.count(.flows) == 0)
    }

    @Test func aFlowThatIsNotThereIsNamed() throws {
        let said = try complaint(PBX("", settings: ["COGNIGY_FLOW_ID": "other-flow"]))
        #expect(said.hasPrefix("BAD flow: flow_id other-flow is none of the 1 flows"))
    }

    @Test func aForbiddenFlowIsNamedWithTheScopes() throws {
        let said = try complaint(PBX("flows status 403"))
        #expect(said.hasPrefix("BAD flow: HTTP 403: no access to demo-flow"))
        #expect(said.contains("cognigy:session:manage") && said.contains("cognigy:voice:interact"))
    }

    @Test(arguments: [
        ("flows status 503", "HTTP 503"), ("flows garbage", "not JSON"), ("flows drop", "cannot be reached"),
    ])
    func aServiceThatFailsIsNotTheFlowsFault(_ fault: String, _ words: String) throws {
        let said = try complaint(PBX(fault))
        #expect(said.hasPrefix("BAD flow: ") && said.contains(words))
    }

    @Test func aWrongAPIKeyIsSaidWithThePermission() throws {
        let pbx = try PBX("", settings: Self.speech.merging(["COGNIGY_API_KEY": "not-the-key"]) { $1 })
        let said = try complaint(pbx)
        #expect(said.hasPrefix("BAD bot: HTTP 401") && said.contains("dialog:execute"))
    }

    @Test func aKeyWithoutThePermissionIsSaid() throws {
        let said = try complaint(PBX("bots status 403", settings: Self.speech))
        #expect(said.hasPrefix("BAD bot: HTTP 403") && said.contains("dialog:execute"))
    }

    @Test func aBotThatIsNotThereIsNamed() throws {
        let said = try complaint(PBX("", settings: Self.speech.merging(["COGNIGY_BOT_ID": "other-bot"]) { $1 }))
        #expect(said.hasPrefix("BAD bot: bot_id other-bot is none of the 1 bots"))
    }

    @Test func aServiceThatIsAwayIsSaid() throws {
        let pbx = try PBX("")
        pbx.service.kill()
        let said = try complaint(pbx)
        #expect(said.hasPrefix("BAD token: \(pbx.service.baseURL) cannot be reached: "))
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
        #expect(said.hasPrefix("BAD configuration: \(pbx.folder.path("conf")):2: ") && said.contains("base_url"))
        #expect(pbx.service.count(.token) == 0)
    }

    @Test func halfASpeechChannelIsABrokenConfiguration() throws {
        let pbx = try PBX("", settings: Self.speech)
        pbx.environment["COGNIGY_SPEECH_STT_URL"] = nil
        let said = try complaint(pbx, code: 78)
        #expect(said.hasPrefix("BAD configuration: for EAGI: ") && said.contains("stt_url"))
        #expect(pbx.service.count(.flows) == 1)
    }

    @Test func withoutAnyConfigurationItSaysWhatToSet() throws {
        let outcome = try Outcome(
            of: [Binary.path, "check"], environment: ["COGNIGY_BRIDGE_CONF": "/nonexistent.conf"])
        #expect(outcome.status == .code(78))
        #expect(outcome.output.contains("BAD configuration: ") && outcome.output.contains("/nonexistent.conf"))
    }

    @Test func aStateFolderThatIsOpenToOthersIsSaid() throws {
        let pbx = try PBX("")
        #expect(mkdir(pbx.folder.path("state"), 0o755) == 0)
        chmod(pbx.folder.path("state"), 0o755)
        let said = try complaint(pbx)
        #expect(said.hasPrefix("BAD state folder: ") && said.contains("chmod 700 \(pbx.folder.path("state"))"))
    }

    /// The folder of an Asterisk that is configured to look in `agi`.
    private func pbx(lookingIn agi: String) throws -> PBX {
        let pbx = try PBX("")
        try pbx.folder.write("[directories]\nastagidir => \(pbx.folder.path(agi))\n", to: "asterisk.conf")
        pbx.environment["AST_CONFIG_DIR"] = pbx.folder.path
        return pbx
    }

    @Test func aProgramThatAsteriskDoesNotFindIsSaid() throws {
        let pbx = try pbx(lookingIn: "agi")
        let said = try complaint(pbx)
        let there = pbx.folder.path("agi")
        #expect(said.hasPrefix("BAD program: ") && said.contains("version 0.1.0 ("))
        #expect(
            said.hasSuffix(
                "; Asterisk looks for it in \(there), and it is not there; install -m 755 "
                    + "\(try #require(realpath(Binary.path, nil).map { String(cString: $0) })) \(there)/cognigy-bridge")
        )
    }

    @Test func theFirstLineSaysWhichProgramItIs() throws {
        let pbx = try pbx(lookingIn: "agi")
        mkdir(pbx.folder.path("agi"), 0o755)
        symlink(Binary.path, pbx.folder.path("agi/cognigy-bridge"))
        let first = try #require(try check(pbx, code: 0).first)
        #expect(first.hasPrefix("ok  program: /") && first.contains("agi-bin/cognigy-bridge, version 0.1.0 ("))
        #expect(!first.contains("Asterisk starts"))
        unlink(pbx.folder.path("agi/cognigy-bridge"))
        try pbx.folder.write("#!/bin/sh\n", to: "agi/cognigy-bridge", mode: 0o755)
        #expect(
            try check(pbx, code: 0).first?.hasSuffix("; Asterisk starts \(pbx.folder.path("agi"))/cognigy-bridge")
                == true)
    }

    @Test func aWordBehindItIsAMistake() throws {
        let outcome = try Outcome(of: [Binary.path, "check", "flow_id=x"])
        #expect(outcome.status == .code(2))
        #expect(outcome.errors.contains("check takes no argument but --turn"))
    }
}
