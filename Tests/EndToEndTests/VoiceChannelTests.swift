import FakeAsterisk
import JSON
import System
import TestService
import Testbed
import Testing

/// EAGI(cognigy-bridge,voice) with real speech, against the stand-in's recogniser, dialog and voice.
@Suite struct VoiceChannelTests {
    static func pbx(_ scenario: String, settings: [String: String] = [:]) throws -> PBX {
        let pbx = try PBX(scenario)
        let speech = [
            "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            "COGNIGY_SPEECH_STT_URL": pbx.service.baseURL + "/stt", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
            "COGNIGY_PATHS_METRICS": pbx.folder.path("metrics"),
        ]
        pbx.environment.merge(speech) { $1 }
        pbx.environment.merge(settings) { $1 }
        return pbx
    }

    private static func call(
        _ pbx: PBX, _ plan: CallPlan, channel: FakeChannel = FakeChannel()
    ) throws -> CallRecord {
        try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment, plan: plan, channel: channel,
            sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(40))
    }

    @Test(arguments: ["", "slin16"]) func whatIsSaidIsAnswered(_ format: String) throws {
        let pbx = try Self.pbx(#"stt say "I want to pay my bill.""#)
        var channel = FakeChannel()
        if !format.isEmpty { channel.variables["EAGI_AUDIO_FORMAT"] = format }
        let speech = try Espeak.samples("I want to pay my bill.", format.isEmpty ? .sln : .sln16)
        let record = try Self.call(
            pbx,
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(200)),
            ], channel: channel)
        #expect(record.tells("COGNIGY_STATUS", "HANGUP"))
        #expect(record.tells("COGNIGY_TURNS", "1"))
        let heard = try #require(pbx.service.entries().first { $0.event == .stt })
        // All of it, 300 ms before and half a second after, at 16 kHz.
        let bytes = try #require(heard["bytes"]?.number)
        let said = Double(speech.count * (format.isEmpty ? 2 : 1))
        #expect(bytes > said * 0.8 && bytes < said + 32_000 * 1.2, "\(said) bytes were said, \(bytes) were heard")
        let asked = try #require(pbx.service.entries().first { $0.event == .dialog })
        #expect(asked["text"]?.string == "I want to pay my bill.")
        #expect(asked["userId"]?.string == "4930123456")
        #expect(pbx.service.entries().first { $0.event == .tts }?["text"]?.string == "You said: I want to pay my bill.")
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
        let lines = try pbx.folder.text("metrics").split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        #expect(lines.map { $0["event_type"]?.string } == ["voice_turn", "call"])
        let (metrics, whole) = (lines[0], lines[1])
        #expect(whole["status"] == "HANGUP" && whole["reason"] == "hangup" && whole["turns"] == 1)
        #expect(whole["call_id"]?.string == record.channel.uniqueID)
        #expect(whole["prompts"] == 1 && whole["keys"] == 0)
        for field in ["length_ms", "first_sound_ms"] { #expect((whole[field]?.number ?? 0) > 0, "\(field)") }
        for field in ["stt_latency_ms", "tts_latency_ms", "cognigy_latency_ms"] {
            #expect((metrics[field]?.number ?? 0) > 0, "\(field)")
        }
        // 300 ms of silence end nothing less than a yes.
        let silence = metrics["end_of_turn_ms"]?.number ?? 0
        #expect(silence >= 300)
        #expect(metrics["first_sound_ms"]?.number ?? 0 > silence + (metrics["cognigy_latency_ms"]?.number ?? 0))
        #expect(metrics["call_id"] == whole["call_id"])
        #expect(metrics["audio_bytes_processed"]?.number == bytes)
    }

    @Test func aLineThatSendsNoSilenceIsHeardToo() throws {
        let pbx = try Self.pbx("")
        var channel = FakeChannel()
        channel.hasSilence = false
        let record = try Self.call(
            pbx,
            [
                .say(try Espeak.samples("Hello there."), when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(200)),
            ], channel: channel)
        #expect(record.tells("COGNIGY_TURNS", "1"))
        #expect(pbx.service.violations == [])
    }

    @Test func theStateGoesFromTurnToTurnAndKeysAreTurnsToo() throws {
        let pbx = try Self.pbx("")
        let speech = try Espeak.samples("Hello there.")
        let record = try Self.call(
            pbx,
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .press("5", when: .whenHeard(1), after: .milliseconds(200)),
                .hangUp(when: .whenHeard(2), after: .milliseconds(200)),
            ])
        #expect(record.tells("COGNIGY_TURNS", "2"))
        let dialogs = pbx.service.entries().filter { $0.event == .dialog }
        #expect(dialogs.map { $0["text"]?.string } == ["Hello.", "5"])
        #expect(dialogs.map { $0["sessionData"]?["turns"]?.number } == [nil, 1])
        #expect(pbx.service.violations == [])
    }

    @Test func whoSpeaksIntoTheAnswerStopsIt() throws {
        let long = String(repeating: "This is a long answer that nobody wants to hear to its end. ", count: 5)
        let pbx = try Self.pbx("dialog any say \"\(long)\"")
        let speech = try Espeak.samples("Stop it please.")
        let record = try Self.call(
            pbx,
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .say(speech, when: .whenPlaying(1), after: .milliseconds(300)),
                .hangUp(when: .whenPlaying(2), after: .milliseconds(100)),
            ])
        let first = try #require(record.sounds.first)
        #expect(first.end == .command, "\(first)")
        #expect(pbx.service.count(.dialog) == 2)
        #expect(pbx.leftovers() == [])
    }

    @Test func aLostServiceIsToldAndTheCallerReachesPeople() throws {
        let pbx = try Self.pbx(
            "dialog any ok times 1\ndialog any status 503", settings: ["COGNIGY_CALL_REPLY_TIMEOUT": "3"])
        let speech = try Espeak.samples("Hello there.")
        let record = try Self.call(
            pbx,
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .say(speech, when: .whenHeard(1), after: .milliseconds(200)),
            ])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "http_503")
        #expect(record.isChannelThere)
        let said = pbx.service.entries().filter { $0.event == .tts }.compactMap { $0["text"]?.string }
        #expect(said.last == "I experienced a connection interruption. Please hang up and call back.")

        // The same caller's next call goes on where this one was.
        let again = try Self.pbx("")
        again.environment["COGNIGY_PATHS_STATE"] = pbx.environment["COGNIGY_PATHS_STATE"]
        again.environment["COGNIGY_BASE_URL"] = pbx.service.baseURL
        _ = try Self.call(
            again,
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenWaiting, after: .seconds(4)),
            ])
        let asked = pbx.service.entries().last { $0.event == .dialog }
        #expect(asked?["sessionData"]?["turns"]?.number == 1)
    }

    @Test func anAPIKeyThatIsRefusedIsNamedWithWhatItNeeds() throws {
        let pbx = try Self.pbx("", settings: ["COGNIGY_API_KEY": "wrong"])
        let record = try Self.call(
            pbx, [.say(try Espeak.samples("Hello there."), when: .whenWaiting, after: .milliseconds(400))])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "unauthorized")
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("dialog:execute") })
    }

    @Test func withoutEAGIItSaysWhatToDo() throws {
        let pbx = try Self.pbx("")
        let record = try pbx.call([], arguments: ["voice"])
        #expect(record.variables["COGNIGY_STATUS"] == "ERROR")
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("EAGI()") })
    }
}
