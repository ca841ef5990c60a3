import Configuration
import Setup
import Testing

/// What is written is what the product reads.
@Suite struct FirstConfigurationTests {
    private func settings(_ first: FirstConfiguration, _ role: Settings.Role = .bridge) throws -> Settings {
        try Settings.parse(
            first.text, fileName: "written",
            environment: ["COGNIGY_ENDPOINT_URL": "https://host.test/0123456789abcdef"],
            for: role)
    }

    private let espeak = FirstConfiguration.Voice.espeak(program: "/usr/bin/espeak-ng", language: "de")

    @Test func keys() throws {
        let read = try settings(FirstConfiguration(endpointFile: "/etc/x.endpoint", voice: espeak, log: "syslog"))
        #expect(read.speech.ttsCommand == ["/usr/bin/espeak-ng", "--stdin", "--stdout", "-v", "de"])
        #expect(read.speech.sttURL == nil && read.paths.log == .syslog)
        #expect(read.call.waitPrompt == "one-moment-please" && read.call.fallbackPrompt == "im-sorry")
    }

    @Test func speech() throws {
        let recognizer = FirstConfiguration.Recognizer(url: "wss://stt.test/a;b", key: "a;b;--c = \\[x]")
        let read = try settings(
            FirstConfiguration(
                endpointFile: "/etc/x", recognizer: recognizer, voice: .service("wss://tts.test"), log: "/var/log/x;y"),
            .voice)
        #expect(read.speech.sttURL == "wss://stt.test/a;b" && read.speech.sttStyle == .websocket)
        #expect(read.speech.sttKey?.reveal() == "a;b;--c = \\[x]")
        #expect(read.speech.ttsURL == "wss://tts.test" && read.speech.ttsStyle == .websocket)
        #expect(read.paths.log == .file("/var/log/x;y"))
    }

    @Test func aPostedRecogniserIsTheOther() throws {
        let recognizer = FirstConfiguration.Recognizer(url: "https://stt.test", style: nil)
        let read = try settings(
            FirstConfiguration(
                endpointFile: "/etc/x", recognizer: recognizer, voice: .service("https://tts.test"), log: "off"), .voice
        )
        #expect(read.speech.sttStyle == .raw && read.speech.ttsStyle == .http)
    }

    /// One line stays one line, whoever wrote the value.
    @Test func noValueBecomesASetting() throws {
        let lines = FirstConfiguration(endpointFile: "/etc/x", voice: espeak, log: "off").text.split(separator: "\n")
            .count
        let hostile = FirstConfiguration(
            endpointFile: "/etc/x", voice: espeak, log: "off\n[call]\r\u{2028}on_end = continue")
        #expect(hostile.text.split(whereSeparator: \.isNewline).count == lines)
    }

    @Test func languages() {
        for name in ["en", "de-at", "de+f2", "zh_yue"] { #expect(FirstConfiguration.isLanguage(name)) }
        for name in ["", "-x", "en us", "en;x", "../x", "\u{e4}", String(repeating: "a", count: 21)] {
            #expect(!FirstConfiguration.isLanguage(name))
        }
    }
}
