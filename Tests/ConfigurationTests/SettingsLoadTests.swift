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
                + "and set base_url, client_id, client_secret_file and flow_id in it")
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

    @Test func aTenantIsOneLabel() {
        #expect(
            ConfigurationTests.objection(to: "\(minimal)tenant = a.cognigy.ai")
                == #"f.conf:6: [cognigy] tenant: "a.cognigy.ai" is not a tenant; write NAME of https://NAME.cognigy.ai"#
        )
    }
}
