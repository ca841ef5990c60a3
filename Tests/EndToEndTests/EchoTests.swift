import FakeAsterisk
import System
import TestService
import Testbed
import Testing

/// A spoken call over a telephone that returns what it plays.
@Suite struct EchoTests {
    private static let greeting = "Thank you for calling. "
    /// One sentence, and so one sound.
    private static let answer =
        "I have found three orders under your number, and the second of them is on its way to you, so shall I tell you "
        + "when it will arrive, or do you want to talk about another one of them?"

    private static func pbx(_ answer: String) throws -> PBX {
        let pbx = try PBX("dialog any say \"\(answer)\"")
        let speech = [
            "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            "COGNIGY_SPEECH_STT_URL": pbx.service.baseURL + "/stt", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_COMMAND": "espeak-ng -v en+f3 --stdin --stdout",
        ]
        pbx.environment.merge(speech) { $1 }
        return pbx
    }

    /// The call is made again where the telephone itself came late: its echo is then of another time than its sound, which
    /// no real line does.
    private static func call(decibels: Int, _ text: String, _ plan: CallPlan) throws -> (PBX, CallRecord) {
        for _ in 1..<5 {
            let pbx = try pbx(text)
            let record = try call(pbx, decibels: decibels, plan)
            if record.voiceDelay < .milliseconds(100) { return (pbx, record) }
        }
        let pbx = try pbx(text)
        return (pbx, try call(pbx, decibels: decibels, plan))
    }

    private static func call(_ pbx: PBX, decibels: Int, _ plan: CallPlan) throws -> CallRecord {
        var channel = FakeChannel()
        let share: [Int: Float] = [-30: 0.032, -20: 0.1, -15: 0.178]
        channel.echo = FakeChannel.Echo(delay: .milliseconds(100), share: try #require(share[decibels]))
        return try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment, plan: plan, channel: channel,
            sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(60))
    }

    @Test(arguments: [-30, -20, -15]) func theBotDoesNotAnswerItself(decibels: Int) throws {
        let (pbx, record) = try Self.call(
            decibels: decibels, Self.greeting + Self.answer,
            [
                .say(try Espeak.samples("Where is my order?"), when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .next, after: .seconds(24)),
            ])
        #expect(pbx.service.count(.dialog) == 1)
        #expect(record.tells("COGNIGY_TURNS", "1"))
        #expect(record.sounds.first?.end == .complete)
    }

    @Test(arguments: [-30, -20, -15]) func whoSpeaksOverThePromptIsHeard(decibels: Int) throws {
        let (pbx, record) = try Self.call(
            decibels: decibels, Self.answer,
            [
                .say(try Espeak.samples("Where is my order?"), when: .whenWaiting, after: .milliseconds(400)),
                .say(try Espeak.samples("No, the other one."), when: .whenPlaying(1), after: .seconds(3)),
                .hangUp(when: .whenPlaying(2), after: .seconds(1)),
            ])
        let sounds = record.sounds
        #expect(sounds.first?.end == .command)
        // Three seconds, and what it takes to be sure that it is a voice.
        let stopped = sounds.first.map { Double($0.to) / Double($0.rate) } ?? 0
        #expect(stopped > 3 && stopped < 4, "\(stopped) s")
        #expect(pbx.service.count(.dialog) == 2)
    }
}
