import Setup
import Testing

@Suite struct InitOptionsTests {
    @Test func allOfThem() throws {
        let options = try InitOptions([
            "--endpoint-file", "-", "--stt", "https://s", "--stt-style", "raw", "--tts", "espeak-ng", "--language",
            "de",
            "--people", "PJSIP/1", "--log", "off", "--dialplan", "/x/y", "--replace", "--etc", "/etc/a//",
        ])
        #expect(options.endpointFile == "-" && options.recognizer == "https://s" && options.recognizerStyle == "raw")
        #expect(options.voice == "espeak-ng" && options.language == "de" && options.people == "PJSIP/1")
        #expect(options.log == "off" && options.dialplan == "/x/y" && options.replaces && options.folder == "/etc/a")
        #expect(try InitOptions([]).folder == "/etc/asterisk")
        for root in ["/", "//"] { #expect(try InitOptions(["--etc", root]).folder == "/") }
    }

    @Test(arguments: [
        (["--endpoint-fil", "x"], "did you mean --endpoint-file?"), (["--log"], "--log needs a value"),
        (["--etc", "here"], "whole path"), (["--etc", "/a\nb"], "whole path"), (["--dialplan", "/a;b"], "whole path"),
        (["--stt-style", "raw"], "needs --stt"), (["--log", ""], "needs a value"),
        (["--dialplan", "/etc/asterisk/extensions.conf"], "a file of its own"),
        (["--dialplan", "/x/cognigy-bridge.conf"], "a file of its own"),
        (["--tts", "https://t", "--language", "de"], "--language is for"),
    ])
    func aMistakeIsNamed(words: [String], said: String) {
        let mistake = #expect(throws: InitOptions.Mistake.self) { try InitOptions(words) }
        #expect(mistake?.description.contains(said) == true, "\(mistake?.description ?? "")")
    }

    /// Whoever types the secret as a word does not read it again, in a log perhaps.
    @Test func aWordThatMayBeTheSecretIsNotRepeated() {
        for words in [["https://host.test/token"], ["--endpoint-url=https://host.test/token"]] {
            let mistake = #expect(throws: InitOptions.Mistake.self) { try InitOptions(words) }
            #expect(mistake?.description.contains("token") == false)
        }
    }

    @Test func itsHelpFitsAScreen() {
        let lines = InitOptions.usage.split(separator: "\n")
        #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 120 })
    }
}
