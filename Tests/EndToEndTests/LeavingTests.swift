import FakeAsterisk
import Glibc
import JSON
import System
import TestService
import Testbed
import Testing

@Suite struct LeavingTests {
    private static let prompt = #"open send {"type":"response","audioUrl":"/audio/a-8k-3000ms.wav"}"#

    /// The bound is for slow machines; the machine's own is 60 ms.
    private func check(_ record: CallRecord, _ pbx: PBX, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(record.tells("COGNIGY_STATUS", "HANGUP"), sourceLocation: sourceLocation)
        #expect(record.tells("COGNIGY_REASON", "hangup"), sourceLocation: sourceLocation)
        #expect(record.hangupToExit ?? .seconds(9) < .seconds(1), sourceLocation: sourceLocation)
        #expect(record.exit == .code(0), sourceLocation: sourceLocation)
        #expect(pbx.leftovers() == [], sourceLocation: sourceLocation)
    }

    @Test(arguments: ["token hang", "session hang", "voice hang", "session delay 5000", "voice delay 5000"])
    func aHangupWhileTheServiceIsAwaited(_ fault: String) throws {
        let pbx = try PBX(fault + "\n" + Self.prompt)
        check(try pbx.call([.hangUp(when: .whenWaiting, after: .milliseconds(300))]), pbx)
    }

    @Test func aHangupInThePromptClosesTheSocketAndRemovesTheFile() throws {
        let pbx = try PBX(Self.prompt)
        check(try pbx.call([.hangUp(when: .whenPlaying(1), after: .milliseconds(300))]), pbx)
        let closed = try pbx.service.wait { $0.event == .closed }
        #expect(closed["code"]?.number == 1001)
        #expect(closed["by"]?.string == "client")
    }

    @Test func aHangupWhileWaitingForAKey() throws {
        let pbx = try PBX("")
        check(try pbx.call([.hangUp(when: .whenWaiting, after: .milliseconds(500))]), pbx)
    }

    @Test func aHangupWhileSoundIsFetched() throws {
        let pbx = try PBX("audio a-8k-3000ms stall\n" + Self.prompt)
        check(try pbx.call([.hangUp(when: .whenWaiting, after: .milliseconds(500))]), pbx)
    }

    @Test func aHangupWhileAProgramSpeaksEndsTheProgramToo() throws {
        // No other program of this machine sleeps for as long.
        let command = "/bin/sleep \(Int.random(in: 100_000...999_999_999))"
        let pbx = try PBX(
            #"open send {"type":"response","text":"hello"}"#, settings: ["COGNIGY_SPEECH_TTS_COMMAND": command])
        check(try pbx.call([.hangUp(when: .whenWaiting, after: .milliseconds(500))]), pbx)
        var pgrep = try Subprocess(["pgrep", "-f", "^\(command)$"])
        #expect(pgrep.wait() == .code(1))
    }

    @Test func aHangupDuringAReconnect() throws {
        let pbx = try PBX("voice ok times 1\nvoice hang\nkey 5 drop")
        let record = try pbx.call([
            .press("5", when: .whenWaiting, after: .milliseconds(200)), .hangUp(after: .milliseconds(500)),
        ])
        check(record, pbx)
    }

    @Test(arguments: ["ANSWER", "GET FULL VARIABLE", "EXEC MSet", "STREAM FILE"])
    func aHangupAtTheVeryMomentThatACommandRuns(_ command: String) throws {
        let pbx = try PBX(Self.prompt)
        let record = try pbx.call([.hangUp(when: .whenRunning(command))])
        check(record, pbx)
    }

    @Test(arguments: [WhenHungUp.waiting, .playing])
    func withoutASignalTheRepliesAreNewsEnough(_ moment: WhenHungUp) throws {
        let pbx = try PBX(moment == .playing ? Self.prompt : "")
        var channel = FakeChannel()
        channel.variables["AGISIGHUP"] = "no"
        let when: CallPlan.Trigger = moment == .playing ? .whenPlaying(1) : .whenWaiting
        check(try pbx.call([.hangUp(when: when, after: .milliseconds(500))], channel: channel), pbx)
    }

    enum WhenHungUp: Sendable { case waiting, playing }

    @Test func somebodyWhoWantsTheProgramToGoIsObeyedAndTheCallerReachesPeople() throws {
        let pbx = try PBX(Self.prompt)
        let call = Box(try pbx.start([]))
        try call.run { record in record.events.contains { if case .playing = $0.what { true } else { false } } }
        call.signal(SIGTERM)
        try call.run { _ in false }
        let record = call.asterisk.record
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "terminated")
        #expect(record.isChannelThere)
        #expect(record.exit == .code(0))
        #expect(pbx.leftovers() == [])
    }

    @Test func whatAKilledProcessLeftIsRemovedByALaterCall() throws {
        let pbx = try PBX(Self.prompt)
        let call = Box(try pbx.start([]))
        try call.run { record in record.events.contains { if case .playing = $0.what { true } else { false } } }
        call.signal(SIGKILL)
        try call.run { _ in false }
        #expect(pbx.leftovers().count == 1)
        // It is young: its owner might be about to start.
        _ = try pbx.call([.hangUp(when: .whenWaiting, after: .milliseconds(100))])
        #expect(pbx.leftovers().count == 1)
        var touch = try Subprocess([
            "find", pbx.sharedPath("calls"), "-exec", "touch", "-d", "10 minutes ago", "{}", "+",
        ])
        touch.wait()
        _ = try pbx.call([.hangUp(when: .whenWaiting, after: .milliseconds(300))])
        #expect(pbx.leftovers() == [])
    }

    @Test func anAsteriskThatDiesTakesTheProgramWithIt() throws {
        let pbx = try PBX(Self.prompt)
        var input = try Pipe()
        var output = try Pipe()
        let environment = pbx.environment.map { "\($0.key)=\($0.value)" } + ["PATH=/usr/bin:/bin"]
        var process = try Subprocess(
            [Binary.path], environment: environment, input: input.rawReader, output: output.rawWriter)
        output.writer = nil
        try Descriptor.writeAll(
            input.rawWriter, "agi_request: x\nagi_uniqueid: 1\n\n".utf8, deadline: MonotonicClock.now() + .seconds(1))
        try pbx.service.wait { $0.event == .voice }
        input.reader = nil
        input.writer = nil
        output.reader = nil
        #expect(process.wait() == .code(0))
        try pbx.service.wait { $0.event == .closed }
        #expect(pbx.leftovers() == [])
    }
}
