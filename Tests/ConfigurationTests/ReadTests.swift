import System
import Testing

@testable import Configuration

@Suite struct ReadTests {
    private func settings(_ section: String, _ line: String) throws -> Settings {
        try Settings.parse("\(minimal)[\(section)]\n\(line)", fileName: "f.conf")
    }

    private func objection(_ section: String, _ line: String) -> String? {
        ConfigurationTests.objection(to: "\(minimal)[\(section)]\n\(line)")
    }

    @Test(arguments: ["yes", "true", "on", "1", "YES"], ["no", "false", "off", "0", "No"])
    func booleansComeInFourSpellings(yes: String, no: String) throws {
        #expect(try settings("call", "answer = \(yes)").call.answer)
        #expect(try !settings("call", "answer = \(no)").call.answer)
    }

    @Test func anythingElseIsNoBoolean() {
        #expect(
            objection("call", "answer = maybe")
                == "f.conf:7: [call] answer: \"maybe\" is neither yes nor no; write yes or no")
    }

    @Test func timesMayBeFractions() throws {
        #expect(try settings("call", "setup_timeout = 0.3").call.setupTimeout == .milliseconds(300))
        #expect(try settings("call", "idle_timeout = 60").call.idleTimeout == .seconds(60))
        #expect(try settings("call", "idle_timeout = 0").call.idleTimeout == nil)
    }

    @Test(arguments: ["-1", "0", "301", "nan", "inf", "1e2", "0x10", "1.2.3", ".", "1s", "١"])
    func timesHaveARange(value: String) {
        #expect(
            objection("call", "setup_timeout = \(value)")?
                .hasSuffix("is not a time in seconds; write a number from 0.1 to 300") == true)
    }

    @Test(arguments: ["-1", "101", "1.5", "many"])
    func countsHaveARange(value: String) throws {
        #expect(objection("call", "reconnect_attempts = \(value)")?.hasSuffix("from 0 to 100") == true)
        #expect(try settings("call", "reconnect_attempts = 0").call.reconnectAttempts == 0)
    }

    @Test func lateRepliesAreThreeUnlessSaidOtherwiseAndAtLeastOne() throws {
        #expect(try settings("call", "answer = yes").call.lateReplies == 3)
        #expect(try settings("call", "late_replies = 1").call.lateReplies == 1)
        #expect(objection("call", "late_replies = 0")?.hasSuffix("from 1 to 100") == true)
    }

    @Test func choicesAreNamedWhenNoneFits() throws {
        #expect(try settings("call", "on_end = Continue").call.onEnd == .continueDialplan)
        #expect(
            objection("call", "on_end = stop")
                == "f.conf:7: [call] on_end: \"stop\" is not known here; write one of: hangup, continue")
        #expect(try settings("call", "dtmf_mode = rfc4733").call.dtmfMode == .rfc4733)
        #expect(try settings("paths", "log_level = debug").paths.logLevel == .debug)
    }

    @Test func pathsAreWholeAndFitForAsterisk() throws {
        #expect(try settings("paths", "state = /a b").paths.state == "/a b")
        #expect(objection("paths", "state = a")?.contains("begin it with /") == true)
        #expect(objection("paths", "state = /a\"b")?.contains("Asterisk") == true)
        #expect(try settings("paths", "metrics = /m").paths.metrics == "/m")
        #expect(try settings("paths", "metrics = off").paths.metrics == nil)
    }

    @Test func logGoesNowhereToSyslogOrToAFile() throws {
        #expect(try settings("paths", "log = off").paths.log == .off)
        #expect(try settings("paths", "log = syslog").paths.log == .syslog)
        #expect(try settings("paths", "log = /l").paths.log == .file("/l"))
        #expect(objection("paths", "log = here")?.contains("write off, syslog, or the path of a file") == true)
    }

    @Test func promptsHaveNoExtension() throws {
        #expect(try settings("call", "wait_prompt = please.wait").call.waitPrompt == "please.wait")
        #expect(objection("call", "wait_prompt = wait.wav")?.contains("leave the extension out") == true)
    }

    @Test func phrasesAreAListAndKeepTheirSpaces() throws {
        let assist = try settings("assist", "prohibited_phrases = Full  Refund , straße,,legal action,").assist
        #expect(assist.prohibitedPhrases == ["Full  Refund", "straße", "legal action"])
        #expect(
            objection("assist", "keywords = , ,")?.hasSuffix("names no phrase; write phrases between commas") == true)
    }

    @Test(arguments: [("-0.4", -0.4), ("-1", -1), ("1", 1), ("0", 0), ("0.25", 0.25)])
    func aSentimentIsFromMinusOneToOne(text: String, value: Double) throws {
        #expect(try settings("assist", "sentiment_threshold = \(text)").assist.sentimentThreshold == value)
    }

    @Test(arguments: ["-1.1", "2", "nan", "-", "--1", "1e-1", "-inf", "+1", "bad"])
    func nothingElseIsASentiment(text: String) {
        #expect(
            objection("assist", "sentiment_threshold = \(text)")?
                .hasSuffix("is not a number that fits; write one from -1 to 1") == true)
    }

    @Test func hostsAreAList() throws {
        #expect(
            try settings("call", "audio_hosts = CDN.a.com,.b.net  c").call.audioHosts == ["cdn.a.com", ".b.net", "c"])
        #expect(try settings("call", "audio_hosts = a:8443, .b:1").call.audioHosts == ["a:8443", ".b:1"])
        for port in ["0", "65536", "", "-1", "x", "1:2"] {
            #expect(objection("call", "audio_hosts = a:\(port)")?.contains("is not a host name") == true)
        }
        #expect(objection("call", "audio_hosts = a/b")?.contains("\"a/b\" is not a host name") == true)
        #expect(objection("call", "audio_hosts = ..a")?.contains("is not a host name") == true)
    }

    /// As many and as long as they are asked for.
    @Test func headersAreFewAndShort() throws {
        func headers(_ text: String) throws -> [String] {
            try Settings.parse(minimal, fileName: "f", arguments: ["headers=\(text)"], for: .bridge).sipHeaders
        }
        let longest = String(repeating: "x", count: 40)
        let eight = (1...8).map { "X-\($0)" }.joined(separator: ":")
        #expect(try headers("X-CID: \(longest)") == ["X-CID", longest])
        #expect(try headers(eight).count == 8)
        for text in [eight + ":X-9", longest + "x", "X CID", ":"] {
            let error = #expect(throws: ConfigurationError.self) { try headers(text) }
            #expect(
                error?.description.hasSuffix(
                    "is not a list of SIP headers; write at most 8 names of at most 40 characters as X-CID:X-Ref")
                    == true, "\(text): \(error?.description ?? "")")
        }
    }

    @Test func aCommandIsWordsAndNoShellSyntax() throws {
        #expect(
            try settings("speech", "tts_command = espeak-ng  --stdout").speech.ttsCommand == ["espeak-ng", "--stdout"])
        #expect(objection("speech", "tts_command = say | sox")?.contains("no shell reads it") == true)
    }

    @Test func theChosenVoiceMustBeConfigured() {
        #expect(objection("speech", "tts = http")?.contains("http needs tts_url") == true)
        #expect(objection("speech", "tts = command")?.contains("command needs tts_command") == true)
        #expect(objection("speech", "tts = http\ntts_url = https://a") == nil)
    }
}
