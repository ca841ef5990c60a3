import FakeAsterisk
import StandIn
import System
import TestService
import Testbed
import Testing

/// A voice on a WebSocket, against the stand-in's.
@Suite struct StreamingVoiceTests {
    private func pbx(_ scenario: String, settings: [String: String] = [:]) throws -> PBX {
        let pbx = try PBX(scenario)
        let speech = [
            "COGNIGY_SPEECH_TTS_URL": "ws" + pbx.service.baseURL.dropFirst(4) + "/tts/stream",
            "COGNIGY_SPEECH_TTS_STYLE": "websocket", "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
        ]
        pbx.environment.merge(speech) { $1 }
        pbx.environment.merge(settings) { $1 }
        return pbx
    }

    private static let words = "It takes a while to say all of this."
    private static let saysAndStays = #"open send {"type":"response","text":"\#(words)"}"#
    private static let says = #"open send {"type":"response","text":"\#(words)","end":true}"#

    /// What is heard of the words, without the silence that is filled in.
    private func heard(_ pbx: PBX) throws -> (sounds: Int, samples: [UInt8]) {
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.sounds.allSatisfy { $0.end == .complete })
        #expect(pbx.service.violations == [] && pbx.leftovers() == [])
        return (record.sounds.count, record.sounds.flatMap(\.bytes).filter { $0 != 0 })
    }

    /// The same over HTTP.
    private func whole() throws -> [UInt8] {
        let pbx = try pbx(Self.says)
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        pbx.environment["COGNIGY_SPEECH_TTS_STYLE"] = "http"
        return try heard(pbx).samples
    }

    @Test(arguments: ["", "tts paced 20", "tts paced 200", "tts cut times 1", "tts drop times 1"])
    func textIsSpokenWhole(_ rule: String) throws {
        let scenario = "\(Self.says)\n\(rule)"
        let voice = ["COGNIGY_SPEECH_TTS_VOICE": "ann & é"]
        var pbx = try pbx(scenario, settings: voice)
        var (sounds, samples) = try heard(pbx)
        // A voice that a busy machine holds up between two pieces seems to have spoken.
        for _ in 0..<3 where rule.hasPrefix("tts paced") {
            if try samples == whole() { break }
            pbx = try self.pbx(scenario, settings: voice)
            (sounds, samples) = try heard(pbx)
        }
        #expect(sounds == 1)
        let isCut = rule.hasPrefix("tts cut")
        if isCut, pbx.service.count(.tts) == 1 {
            // On a busy machine the half that came was heard already.
            #expect(try whole().starts(with: samples.prefix(1000)))
        } else {
            #expect(try samples == whole())
            #expect(pbx.service.count(.tts) == (rule.hasSuffix("times 1") ? 2 : 1))
        }
        let asked = pbx.service.entries().first { $0.event == .tts }
        #expect(asked?["text"]?.string == Self.words && asked?["voice"]?.string == "ann & é")
    }

    /// Nothing says that a voice has spoken: one that stands still for long has.
    @Test func aVoiceThatStandsStillIsHeardAsFarAsItCame() throws {
        let samples = try heard(try pbx("\(Self.says)\ntts paced 100 pause 60000")).samples
        #expect(samples.count > 4000)
        // The resampler fades its end.
        #expect(try whole().starts(with: samples.dropLast(200)))
    }

    /// It takes so long to hear that the voice has been silent for long by then.
    @Test func whatWasSaidBeforeIsNotSpokenAgain() throws {
        let words = String(repeating: "\(Self.words) ", count: 4)
        let pbx = try pbx(#"open send {"type":"response","text":"\#(words)","end":true}"#)
        let first = try heard(pbx)
        #expect(try heard(pbx).samples == first.samples)
        #expect(pbx.service.count(.tts) == 1)
    }

    @Test(arguments: ["status 503", "hang", "garbage"]) func aVoiceThatDoesNotSpeakLeadsToPeople(_ fault: String) throws
    {
        let pbx = try pbx("\(Self.saysAndStays)\ntts \(fault)")
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_REASON"] == "no_voice")
        #expect(pbx.service.count(.tts) == 1)
        #expect(!pbx.log.contains("demo-tts-key") && pbx.leftovers() == [])
    }

    @Test func aWrongKeyIsSaidAndNotShown() throws {
        let pbx = try pbx(Self.saysAndStays, settings: ["COGNIGY_SPEECH_TTS_KEY": "not-the-key"])
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_REASON"] == "no_voice")
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("HTTP 401") })
        #expect(!pbx.log.contains("not-the-key"))
    }

    @Test func aPromptThatIsStoppedEndsItsConnection() throws {
        let pbx = try pbx(
            """
            open send {"type":"response","text":"\(Self.words)"}
            tts paced 100 pause 60000
            key 5 send {"type":"response","text":"5","end":true}
            """)
        let record = try pbx.call([.press("5", when: .whenPlaying(1), after: .milliseconds(300))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.sounds.first?.end == .key("5"))
        #expect(pbx.service.violations == [] && pbx.leftovers() == [])
    }
}
