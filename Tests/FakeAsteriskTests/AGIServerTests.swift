import System
import Testbed
import Testing

@testable import FakeAsterisk

@Suite struct AGIServerTests {
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        // One second.
        try AtomicFile.write([UInt8](repeating: 0, count: 16000), to: folder.path("tone.sln"))
        return folder
    }

    @Test(arguments: [
        ("NOOP", ["200 result=0"]), ("noop whatever", ["200 result=0"]), ("VERBOSE \"x\" 1", ["200 result=1"]),
        ("ANSWER", ["200 result=0"]), ("CHANNEL STATUS", ["200 result=6"]),
        ("CHANNEL STATUS SIP/other", ["200 result=-1"]),
        ("GET VARIABLE NOTHING", ["200 result=0"]), ("GET VARIABLE EXTEN", ["200 result=1 (5000)"]),
        ("GET FULL VARIABLE \"${CHANNEL(audionativeformat)}\"", ["200 result=1 ((ulaw))"]),
        ("GET FULL VARIABLE \"a${X}b $\"", ["200 result=1 (ab $)"]),
        ("SET CONTEXT people", ["200 result=0"]), ("SET EXTENSION 1", ["200 result=0"]),
        ("SET PRIORITY 2", ["200 result=0"]), ("EXEC NoOp", ["200 result=0"]), ("EXEC SAY x NUMBER", ["200 result=-2"]),
        ("SET TIMEOUT 5", ["510 Invalid or unknown command"]), ("GET", ["510 Invalid or unknown command"]),
        ("", ["510 Invalid or unknown command"]), ("WAIT FOR DIGIT 0", ["200 result=0"]),
        ("GET DATA silence", ["200 result=-1"]),
    ])
    func commandsAreAnswered(line: String, replies: [String]) {
        var bench = ServerBench()
        #expect(bench.send(line + "\n", at: 0) == replies)
        #expect(bench.server.record.status == .success)
    }

    @Test(arguments: [
        "WAIT FOR DIGIT", "WAIT FOR DIGIT x", "STREAM FILE tone", "SET VARIABLE a", "SET VARIABLE a b c",
        "SAY NUMBER ten \"\"", "SAY DIGITS 12", "SET PRIORITY label", "GET VARIABLE", "VERBOSE",
    ])
    func wrongUsageIsAnsweredWithABlock(line: String) {
        var bench = ServerBench()
        let replies = bench.send(line + "\n", at: 0)
        #expect(replies.count == 3)
        #expect(replies.first == "520-Invalid command syntax.  Proper usage follows:")
        #expect(replies.last == "520 End of proper usage.")
    }

    @Test func theSecondOfTwoLinesInThePipeIsUnseenUntilMoreBytesCome() {
        var bench = ServerBench()
        #expect(bench.send("NOOP\nCHANNEL STATUS\n", at: 0) == ["200 result=0"])
        #expect(bench.send(at: 60_000) == [])
        #expect(bench.send("VERBOSE x 1\n", at: 60_001) == ["200 result=6", "200 result=1"])
    }

    @Test func halfALineHoldsAsteriskInFgets() {
        var bench = ServerBench()
        #expect(bench.send("NO", at: 0) == [])
        #expect(bench.press("1", at: 10) == [])
        #expect(bench.server.record.keys.isEmpty)
        #expect(bench.send("OP\n", at: 20) == ["200 result=0"])
        #expect(bench.server.record.lostKeys == "1")
    }

    @Test func aKeyWithoutACommandIsThrownAway() {
        var bench = ServerBench()
        #expect(bench.press("5", at: 100) == [])
        #expect(bench.send("WAIT FOR DIGIT -1\n", at: 101) == [])
        #expect(bench.press("6", at: 300) == ["200 result=54"])
        #expect(bench.server.record.lostKeys == "5")
        #expect(bench.server.record.returnedKeys == "6")
    }

    @Test func anyByteEndsWaitForDigitWithOne() {
        var bench = ServerBench()
        bench.send("WAIT FOR DIGIT -1\n", at: 0)
        #expect(bench.send("NOOP\n", at: 50) == ["200 result=1", "200 result=0"])
    }

    @Test func waitForDigitEndsWhenItsTimeIsUp() {
        var bench = ServerBench()
        bench.send("WAIT FOR DIGIT 300\n", at: 0)
        #expect(bench.server.deadline == .milliseconds(300))
        #expect(bench.send(at: 299) == [])
        #expect(bench.send(at: 300) == ["200 result=0"])
    }

    @Test func anyByteEndsStreamFileAndGetDataWithoutAReply() throws {
        var bench = ServerBench(try Self.folder())
        bench.send("STREAM FILE tone \"\"\n", at: 0)
        #expect(bench.send("NOOP\n", at: 500) == ["200 result=0"])
        bench.send("GET DATA tone\n", at: 600)
        #expect(bench.send("NOOP\n", at: 700) == ["200 result=0"])
        bench.send("GET DATA \"\"\n", at: 800)
        #expect(bench.send("NOOP\n", at: 900) == ["200 result=0"])
        let sounds = bench.server.record.sounds
        #expect(sounds.map(\.end) == [.command, .command])
        #expect(sounds.map(\.to) == [4160, 960])
    }

    @Test func sayAndExecAreNotInterrupted() {
        for line in ["SAY DIGITS 12 \"\"", "EXEC Wait 1"] {
            var bench = ServerBench()
            bench.send(line + "\n", at: 0)
            #expect(!bench.server.watchesProgram)
            #expect(bench.send("NOOP\n", at: 500) == [])
            #expect(bench.send(at: 1000) == ["200 result=0", "200 result=0"])
        }
    }

    @Test func underEAGISayIsInterruptedWithoutAReply() {
        var bench = ServerBench(enhanced: true)
        bench.send("SAY DIGITS 12 \"\"\n", at: 0)
        #expect(bench.server.passesVoice)
        #expect(bench.send("EXEC Wait 1\n", at: 500) == [])
        #expect(!bench.server.passesVoice)
        #expect(bench.send(at: 1500) == ["200 result=0"])
        #expect(bench.server.passesVoice)
        _ = bench.hangUp(at: 1600)
        #expect(!bench.server.passesVoice)
    }

    @Test func streamFilePlaysInRealTimeAndTellsWhereItEnded() throws {
        var bench = ServerBench(try Self.folder())
        bench.send("STREAM FILE tone 12\n", at: 0)
        #expect(bench.press("3", at: 200) == [])
        #expect(bench.press("2", at: 410) == ["200 result=50 endpos=3360"])
        #expect(bench.server.record.lostKeys == "3")
        #expect(bench.send("STREAM FILE tone \"\" 3360\n", at: 1000) == [])
        #expect(bench.server.deadline == .milliseconds(1580))
        #expect(bench.send(at: 1580) == ["200 result=0 endpos=8000"])
        #expect(bench.server.record.status == .success)
    }

    @Test func aMissingFileFailsTheRun() {
        var bench = ServerBench()
        #expect(bench.send("STREAM FILE gone \"\" 80\n", at: 0) == ["200 result=-1 endpos=80"])
        #expect(bench.server.record.status == .failure)
        #expect(bench.server.record.sounds.map(\.end) == [.missing])
    }

    @Test func getDataCollectsUntilHashTimeoutOrTheLimit() throws {
        var bench = ServerBench(try Self.folder())
        bench.send("GET DATA tone 2000 3\n", at: 0)
        #expect(bench.press("1", at: 100) == [])
        #expect(bench.press("2", at: 200) == [])
        #expect(bench.press("#", at: 300) == ["200 result=12"])
        bench.send("GET DATA \"\" 2000 2\n", at: 400)
        #expect(bench.press("7", at: 500) == [])
        #expect(bench.press("8", at: 600) == ["200 result=78"])
        bench.send("GET DATA tone 2000\n", at: 1000)
        #expect(bench.send(at: 2000) == [])
        #expect(bench.press("9", at: 3900) == [])
        #expect(bench.send(at: 5900) == ["200 result=9 (timeout)"])
        bench.send("GET DATA \"\" 100\n", at: 6000)
        #expect(bench.send(at: 6100) == ["200 result= (timeout)"])
    }

    @Test func theDescriptorWinsOverAKeyThatEndsAtTheSameTime() {
        var bench = ServerBench()
        bench.send("WAIT FOR DIGIT -1\n", at: 0)
        bench.pipe = Array("WAIT FOR DIGIT 500\n".utf8)
        #expect(bench.press("4", at: 100) == ["200 result=1", "200 result=52"])
    }

    @Test func onHangupTheRunningCommandAnswersAndThenTheSignalComes() throws {
        let folder = try Self.folder()
        for (line, reply) in [
            ("WAIT FOR DIGIT -1", "200 result=-1"), ("STREAM FILE tone \"\"", "200 result=-1 endpos=960"),
            ("GET DATA tone", "200 result=-1"), ("SAY NUMBER 5 \"\"", "200 result=-1"),
            ("EXEC Wait 9", "200 result=-1"),
        ] {
            var bench = ServerBench(folder)
            bench.send(line + "\n", at: 0)
            #expect(bench.hangUp(at: 100) == [reply])
            #expect(bench.signals == 1)
            #expect(bench.server.record.status == .hangup)
        }
    }

    @Test func aDeadChannelServesOnlyDeadCommands() {
        var bench = ServerBench()
        #expect(bench.hangUp(at: 0) == [])
        #expect(bench.signals == 1)
        let refused = "511 Command Not Permitted on a dead channel or intercept routine"
        for line in ["WAIT FOR DIGIT 10", "STREAM FILE x \"\"", "ANSWER", "HANGUP", "SET CONTEXT a", "CHANNEL STATUS"] {
            #expect(bench.send(line + "\n", at: 1) == [refused])
        }
        #expect(bench.send("SET VARIABLE A b\n", at: 2) == ["200 result=1"])
        #expect(bench.send("GET VARIABLE A\n", at: 2) == ["200 result=1 (b)"])
        #expect(bench.send("NOOP\n", at: 2) == ["200 result=0"])
        #expect(bench.server.record.status == .hangup)
    }

    @Test func hangupRepliesBeforeTheSignal() {
        var bench = ServerBench()
        #expect(bench.send("HANGUP\n", at: 0) == ["200 result=1"])
        #expect(bench.signals == 1)
        #expect(!bench.server.record.isChannelThere)
    }

    @Test func agiSighupNoMeansNoSignal() {
        var bench = ServerBench(variables: ["AGISIGHUP": "no"])
        bench.send("WAIT FOR DIGIT -1\n", at: 0)
        #expect(bench.hangUp(at: 5) == ["200 result=-1"])
        #expect(bench.signals == 0)
        #expect(bench.send("ANSWER\n", at: 6).first?.hasPrefix("511") == true)
    }

    @Test func agiExitOnHangupEndsTheServing() {
        var bench = ServerBench(variables: ["AGIEXITONHANGUP": "yes"])
        #expect(bench.hangUp(at: 5) == ["abandon"])
        #expect(bench.signals == 2)
    }

    @Test func anEmptyReadOrTheWordFailureEndsTheRun() {
        var ended = ServerBench()
        ended.server.receivedEnd()
        ended.pipe = [0]
        #expect(ended.send(at: 0) == ["end"])
        #expect(ended.server.record.status == .success)
        var failed = ServerBench()
        #expect(failed.send("Failure\n", at: 0) == ["abandon"])
        #expect(failed.server.record.status == .failure)
    }

    @Test func aNonzeroExitFailsAnOtherwiseCleanRun() {
        var bench = ServerBench()
        bench.server.exited(.code(1), at: .zero)
        #expect(bench.server.record.status == .failure)
        var hungUp = ServerBench()
        _ = hungUp.hangUp(at: 0)
        hungUp.server.exited(.code(1), at: .milliseconds(30))
        #expect(hungUp.server.record.status == .hangup)
        #expect(hungUp.server.record.hangupToExit == .milliseconds(30))
    }
}
