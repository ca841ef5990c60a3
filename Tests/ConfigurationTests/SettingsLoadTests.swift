import Glibc
import Testbed
import Testing

@testable import Configuration

@Suite struct SettingsLoadTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ environment: [String: String]) throws -> Settings {
        try Settings.load(environment: environment, arguments: [])
    }

    private func objection(_ environment: [String: String]) -> String? {
        do throws(ConfigurationError) {
            _ = try Settings.load(environment: environment, arguments: [])
            return nil
        } catch {
            return error.description
        }
    }

    @Test func theNamedFileIsRead() throws {
        try folder.write(minimal, to: "a.conf", mode: 0o640)
        #expect(try load(["COGNIGY_BRIDGE_CONF": folder.path("a.conf")]).cognigy.flowID == "flow")
    }

    @Test func aFileThatEverybodyReadsMayHoldNoSecret() throws {
        let path = folder.path("a.conf")
        try folder.write(minimal, to: "a.conf", mode: 0o644)
        #expect(
            objection(["COGNIGY_BRIDGE_CONF": path])
                == "\(path):4: [cognigy] client_secret: everybody on this machine can read this file; chmod 640 \(path) "
                + "(its group may read it), or keep the secret in a file of its own")
    }

    @Test func aFileThatEverybodyMayChangeIsRefused() throws {
        let path = folder.path("a.conf")
        try folder.write(minimal, to: "a.conf", mode: 0o602)
        #expect(
            objection(["COGNIGY_BRIDGE_CONF": path])
                == "\(path): everybody on this machine can change this file; chmod 640 \(path)")
    }

    @Test func aNamedFileMustExist() {
        let path = folder.path("none")
        #expect(objection(["COGNIGY_BRIDGE_CONF": path])?.hasPrefix("\(path): does not exist, but COGNIGY_") == true)
        #expect(objection(["COGNIGY_BRIDGE_CONF": folder.path])?.contains("is not a file") == true)
    }

    /// Only where this machine has no configuration of its own.
    @Test(.enabled(if: access(Settings.defaultFile, F_OK) != 0)) func theEnvironmentAloneIsEnough() throws {
        let variables = [
            "COGNIGY_INSTANCE": "x.cognigy.com", "COGNIGY_CLIENT_ID": "id", "COGNIGY_CLIENT_SECRET": "secret",
            "COGNIGY_FLOW_ID": "flow", "COGNIGY_BRIDGE_CONF": "",
        ]
        #expect(try load(variables) == (try Settings.parse(minimal, fileName: "f")))
        #expect(
            objection(["COGNIGY_FLOW_ID": "flow", "COGNIGY_CLIENT_ID": "id"])
                == "/etc/asterisk/cognigy-bridge.conf: does not exist, and the environment lacks base_url (or instance), "
                + "client_secret_file (or client_secret); set what is missing")
    }

    @Test(.enabled(if: access(Settings.defaultFile, F_OK) != 0)) func withoutAnyConfigurationTheFirstStepsAreTold() {
        #expect(
            objection([:])
                == "/etc/asterisk/cognigy-bridge.conf: does not exist; copy the sample agi-bin/cognigy-bridge.conf there "
                + "and set endpoint_url_file in it")
    }

    /// It is asked for before the rest is read, so whatever else is wrong does not matter.
    @Test func whereTheStateLiesIsKnownByItself() throws {
        let none = ["COGNIGY_BRIDGE_CONF": folder.path("none")]
        #expect(Settings.statePath(environment: none) == "/var/lib/asterisk/cognigy-bridge")
        #expect(Settings.statePath(environment: none.merging(["COGNIGY_PATHS_STATE": "/s"]) { $1 }) == "/s")
        try folder.write("[cognigy]\nclient_secret_file = /none\n[paths]\nstate = /t\n", to: "a.conf")
        let named = ["COGNIGY_BRIDGE_CONF": folder.path("a.conf")]
        #expect(Settings.statePath(environment: named) == "/t")
        #expect(Settings.statePath(environment: named.merging(["COGNIGY_PATHS_STATE": "/s"]) { $1 }) == "/s")
    }

    private static let voice = """
        [cognigy]
        tenant = Acme
        api_key = key
        bot_id = bot
        dialog_id = main
        [speech]
        stt_url = https://stt.example.com/recognize
        tts_command = /usr/bin/espeak-ng --stdin --stdout

        """

    @Test func theSpeechChannelNeedsAKeyAndABotAndNoClient() throws {
        let settings = try Settings.parse(Self.voice, fileName: "f.conf", for: .voice)
        #expect(settings.cognigy.dialogURL == "https://acme.cognigy.ai")
        #expect(settings.speech.endSilence == .milliseconds(500))
        let both = try Settings.parse(
            Self.voice, fileName: "f.conf", environment: ["COGNIGY_BASE_URL": "https://a.example"], for: .voice)
        #expect(both.cognigy.dialogURL == "https://a.example")
    }

    @Test func anEndpointNeedsItsURLAndNothingElse() throws {
        let token = "0e77b9a10e77b9a1"
        let text = "[cognigy]\nendpoint_url = https://Endpoint-Trial.cognigy.ai/path/\(token)\n"
        let settings = try Settings.parse(text, fileName: "f.conf")
        #expect(settings.cognigy.endpoint?.server == "https://endpoint-trial.cognigy.ai/path")
        #expect(settings.cognigy.endpoint?.token.reveal() == token)
        // What is written down for a trace holds no token, and can be read again.
        let written = try #require(settings.source.entries.first)
        #expect(written.value == "https://endpoint-trial.cognigy.ai/path/a-secret")
        #expect(throws: Never.self) {
            try Settings.parse("[cognigy]\n\(written.name) = \(written.value)\n", fileName: "trace")
        }
        #expect(throws: ConfigurationError.self) { try Settings.parse(text, fileName: "f.conf", for: .voice) }
        #expect(throws: ConfigurationError.self) { try Settings.parse(text, fileName: "f.conf", for: .handoff) }
        let speech = "[speech]\nstt_url = https://stt.example.com\ntts_url = https://tts.example.com\n"
        #expect(throws: Never.self) { try Settings.parse(text + speech, fileName: "f.conf", for: .voice) }
    }

    @Test func theURLOfAnEndpointMayLieInAFile() throws {
        try folder.write("https://host.example/0e77b9a10e77b9a1\n", to: "endpoint")
        chmod(folder.path("endpoint"), 0o600)
        let settings = try Settings.parse(
            "[cognigy]\nendpoint_url_file = \(folder.path("endpoint"))\n", fileName: "f.conf")
        #expect(settings.cognigy.endpoint?.url == "https://host.example/0e77b9a10e77b9a1")
        #expect(settings.source.entries.first?.name == "endpoint_url")
        try folder.write("https://host.example/\n", to: "endpoint")
        do {
            _ = try Settings.parse(
                "[cognigy]\nendpoint_url_file = \(folder.path("endpoint"))\n", fileName: "f.conf")
            Issue.record("a URL without a token was taken")
        } catch {
            #expect(
                "\(error)" == "f.conf:2: [cognigy] endpoint_url_file: is not the URL of an endpoint: there is no "
                    + "token behind the host; copy the Endpoint URL from Cognigy: https://HOST/TOKEN")
        }
    }

    @Test func withNothingBegunTheEndpointIsWhatLacks() {
        do {
            _ = try Settings.parse("[call]\nanswer = no\n", fileName: "f.conf")
            Issue.record("nothing lacks")
        } catch {
            #expect(
                "\(error)" == "f.conf: [cognigy] lacks endpoint_url_file (or endpoint_url); set what is missing")
        }
    }

    @Test func whatTheSpeechChannelLacksIsNamedWithItsSection() {
        func objection(_ text: String) -> String? {
            do { _ = try Settings.parse(text, fileName: "f.conf", for: .voice) } catch { return "\(error)" }
            return nil
        }
        #expect(
            objection("[cognigy]\nbot_id = b")
                == "f.conf: [cognigy] lacks tenant (or base_url), api_key_file (or api_key), dialog_id; set what is missing"
        )
        let deaf = Self.voice.split(separator: "\n").filter { !$0.hasPrefix("stt") && !$0.hasPrefix("tts") }
        #expect(
            objection(deaf.joined(separator: "\n"))
                == "f.conf: [speech] lacks stt_url, tts_url or tts_command; set what is missing")
    }

    @Test func theAgentsHelpNeedsAClientAndNoFlowAndTheWidgetNothing() throws {
        let client = "[cognigy]\nbase_url = https://a.example\nclient_id = id\nclient_secret = s\n"
        let text = "\(client)[assist]\nmax_suggestions = 1\nkeyword_trigger = no\ncache_ttl = 0\ncache_size = 0"
        let settings = try Settings.parse(text, fileName: "f.conf", for: .assist)
        #expect(settings.assist.maxSuggestions == 1 && !settings.assist.keywordTrigger)
        #expect(settings.assist.cacheTTL == .zero && settings.assist.cacheSize == 0)
        #expect(throws: ConfigurationError.self) {
            try Settings.parse("[assist]\nmax_suggestions = 1", fileName: "f.conf", for: .assist)
        }
        let widget = try Settings.parse("[assist]\nrefresh_interval_ms = 500", fileName: "f.conf", for: .widget)
        #expect(widget.assist.refreshInterval == .milliseconds(500))
    }

    /// The style and the address of speech to text have to be of one kind.
    @Test(
        arguments: [
            ("wss://stt.example.com/v1", "websocket"), ("ws://127.0.0.1:2700", "vosk"),
            ("WSS://Stt.Example.com", "vosk"),
            ("https://stt.example.com", "openai"),
        ])
    func aStreamHasTheAddressOfAWebSocket(url: String, style: String) throws {
        let text = "\(minimal)[speech]\nstt_url = \(url)\nstt_style = \(style)"
        let speech = try Settings.parse(text, fileName: "f.conf").speech
        #expect(speech.sttURL == url.lowercased() && speech.sttStyle.rawValue == style)
    }

    @Test(
        arguments: [
            (
                "wss://stt.example.com", "raw",
                "is a WebSocket, which stt_style = raw does not speak; set stt_style = websocket or vosk, or write an "
                    + "address with https://"
            ),
            (
                "https://stt.example.com", "vosk",
                "is no WebSocket, which stt_style = vosk speaks; write an address with wss://, or set stt_style = raw "
                    + "or openai"
            ),
            (
                "ws://stt.example.com", "vosk",
                "goes to another machine without encryption; write wss:// in place of ws://"
            ),
            (
                "wss:/stt", "vosk",
                "is not the address of a service: it does not begin with https://; write one as https://host or "
                    + "https://host/path"
            ),
            (
                "wss://key@stt.example.com", "vosk",
                "is not the address of a service: a user (before the @) has no place in it; write one as wss://host or "
                    + "wss://host/path"
            ),
        ])
    func whatDoesNotFitTheStyleIsNamed(url: String, style: String, words: String) {
        let text = "\(minimal)[speech]\nstt_url = \(url)\nstt_style = \(style)"
        #expect(ConfigurationTests.objection(to: text) == "f.conf:7: [speech] stt_url: \(words)")
    }

    @Test func aTenantIsOneLabel() {
        #expect(
            ConfigurationTests.objection(to: "\(minimal)tenant = a.cognigy.ai")
                == #"f.conf:6: [cognigy] tenant: "a.cognigy.ai" is not a tenant; write NAME of https://NAME.cognigy.ai"#
        )
    }
}
