import AGI
import Cognigy
import Testing
import WebSocket

@testable import Call

/// How calls end, what the dialplan finds, and what waits for what.
@Suite struct CallMachineTests {
    // MARK: The service ends the call

    @Test(arguments: [true, false])
    func theEndPlaysOutThenTheDialplanIsToldAndTheSocketClosed(hangsUp: Bool) throws {
        let bench = Bench.talking(CallMachine.Rules.with(onEnd: hangsUp))
        bench.press("1")
        bench.speaks("bye", end: true)
        bench.settle()
        #expect(bench.outstanding == stream("bye", .none))
        #expect(!bench.log.contains(.closeSocket(.normal)))
        let effects = bench.answers(0, endpos: 8000)
        #expect(effects.contains(.closeSocket(.normal)))
        bench.settle()
        #expect(
            bench.variables == [
                .status: "COMPLETED", .reason: "end", .sessionID: "s1", .turns: "1",
            ])
        #expect((bench.commands.last == .hangup) == hangsUp)
        #expect(!bench.isFinished)
        bench.drops(.normal)
        #expect(bench.isFinished)
    }

    @Test func aServiceThatDoesNotAnswerTheCloseIsNotWaitedForLong() {
        let bench = Bench.talking()
        bench.says(#"{"type":"response","end":true}"#)
        bench.settle()
        bench.pass(.milliseconds(249))
        #expect(!bench.isFinished)
        bench.pass(.milliseconds(1))
        #expect(bench.isFinished)
    }

    @Test func nothingIsHeardAfterTheEnd() {
        let bench = Bench.talking()
        bench.says("bye", end: true)
        #expect(bench.says("more", end: false).count { if case .prepare = $0 { true } else { false } } == 0)
        bench.happens(.prepared(1, .file("bye")))
        bench.settle()
        bench.says("still more", end: false)
        bench.answers(0, endpos: 1)
        bench.settle()
        #expect(bench.commands.contains(stream("bye", .none)))
        #expect(bench.variables[.status] == "COMPLETED")
    }

    @Test func aTransferIsHandedToTheDialplan() {
        let bench = Bench.talking()
        bench.says(#"{"type":"response","text":"one moment","handoffTrigger":true,"transferTarget":"sales"}"#)
        bench.happens(.prepared(1, .file("moment")))
        bench.settle()
        bench.answers(0, endpos: 1)
        bench.settle()
        #expect(bench.variables[.status] == "HANDOFF")
        #expect(bench.variables[.transferTarget] == "sales")
        #expect(!bench.commands.contains(.hangup))
        #expect(bench.log.contains(.closeSocket(.normal)))
    }

    @Test func whatIsNotUnderstoodIsIgnored() {
        let bench = Bench.talking()
        let before = bench.commands.count
        for text in ["", "{", "[1]", "null", #"{"type":"news"}"#, #"{"type":1}"#, #"{"text":"x"}"#] {
            bench.happens(.socket(.text(text)))
        }
        #expect(bench.commands.count == before)
        #expect(bench.machine.ending == nil)
    }

    // MARK: The service is away

    @Test func aFailureIsToldToTheDialplanAndTheCallGoesOnThere() {
        let bench = Bench(CallMachine.Rules.with())
        bench.start()
        bench.connect(refusal: Ending(.unavailable, "breaker_open", detail: "the service failed lately"))
        bench.settle()
        #expect(bench.variables[.status] == "UNAVAILABLE")
        #expect(bench.variables[.reason] == "breaker_open")
        #expect(bench.commands.last == .warn("cognigy-bridge: UNAVAILABLE breaker_open: the service failed lately"))
        #expect(bench.isFinished)
        #expect(bench.log.verdicts == [])
        #expect(!bench.log.contains(.openSocket))
    }

    @Test func theFallbackPromptIsHeardByACallerWhoWasNotAnsweredYet() {
        let bench = Bench(CallMachine.Rules.with(fallback: "sorry", onFailure: true))
        bench.start()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.settle()
        #expect(bench.commands.suffix(2) == [.answer, stream("sorry", .none)])
        bench.answers(0, endpos: 8000)
        bench.settle()
        #expect(bench.commands.last == .hangup)
        #expect(bench.isFinished)
    }

    @Test func whoWasAnsweredIsNotAnsweredTwice() {
        let bench = Bench(CallMachine.Rules.with(fallback: "sorry"))
        bench.start()
        bench.connect()
        bench.settle()
        bench.pass(.seconds(15))
        bench.settle()
        #expect(bench.commands.filter { $0 == .answer }.count == 1)
        #expect(bench.outstanding == stream("sorry", .none))
    }

    @Test func aMissingFallbackPromptEndsTheCallAllTheSame() {
        let bench = Bench(CallMachine.Rules.with(fallback: "none"))
        bench.start()
        bench.settle()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.settle()
        bench.answers(-1, endpos: 0)
        #expect(bench.isFinished)
    }

    @Test func aFallbackPromptThatNeverEndsIsNotWaitedForLonger() {
        let bench = Bench(CallMachine.Rules.with(fallback: "music"))
        bench.start()
        bench.settle()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.settle()
        bench.pass(.seconds(60))
        #expect(bench.isFinished)
    }

    @Test func anAsteriskThatStopsAnsweringIsLeft() {
        let bench = Bench.talking()
        bench.says(#"{"type":"response","end":true}"#)
        bench.pass(.seconds(15))
        #expect(bench.isFinished)
    }

    @Test func aFailureBeforeTheFirstReplyStillTellsTheDialplan() {
        let bench = Bench()
        bench.start()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.givesUpSynchronizing()
        bench.pass(.milliseconds(500))
        bench.settle()
        #expect(bench.variables[.status] == "UNAVAILABLE")
        #expect(bench.isFinished)
    }

    // MARK: Waiting

    @Test func aLateReplyIsBridgedByTheWaitPromptAndAPing() {
        let bench = Bench.talking(CallMachine.Rules.with(wait: "wait"))
        bench.pass(.seconds(1))
        bench.press("1")
        #expect(bench.pass(.milliseconds(9999)) == [])
        let effects = bench.pass(.milliseconds(1))
        #expect(effects.contains(.sendPing))
        #expect(bench.outstanding == stream("wait"))
        bench.settle()
        bench.pass(.seconds(2))
        bench.happens(.socket(.alive))
        bench.pass(.seconds(2))
        bench.speaks("here")
        bench.settle()
        #expect(bench.outstanding == stream("here"))
        #expect(bench.log.turns.map(\.dialog) == [.seconds(14)])
    }

    @Test func aLateReplyOnADeadSocketBringsANewSocket() {
        let bench = Bench.talking()
        bench.press("1")
        bench.pass(.seconds(10))
        #expect(bench.pass(.seconds(10)).contains(.abandonSocket))
        bench.waits(for: .openSocket)
    }

    @Test func aKeyBeforeTheSocketIsOpenIsNotLateBeforeItIsSent() {
        let bench = Bench(CallMachine.Rules.with())
        bench.start()
        bench.connect()
        bench.settle()
        bench.press("1")
        bench.pass(.seconds(12))
        #expect(!bench.log.contains(.sendPing))
        bench.opens()
        #expect(!bench.pass(.milliseconds(9999)).contains(.sendPing))
        #expect(bench.pass(.milliseconds(1)).contains(.sendPing))
    }

    @Test func theFirstAnswerToAKeyTellsHowLongItTook() {
        let bench = Bench.talking()
        bench.pass(.seconds(1))
        bench.press("1")
        bench.pass(.milliseconds(300))
        #expect(bench.says("a", end: false).turns.map(\.dialog) == [.milliseconds(300)])
        bench.pass(.milliseconds(300))
        #expect(!bench.says("b", end: false).contains { if case .turn = $0 { true } else { false } })
    }

    @Test func aGreetingIsNoTurn() {
        let bench = Bench.talking()
        #expect(!bench.says("hello", end: false).contains { if case .turn = $0 { true } else { false } })
        #expect(bench.machine.service.turns == 0)
    }

    @Test func aCallInWhichNothingHappensEnds() {
        let bench = Bench.talking(CallMachine.Rules.with(idle: .seconds(20)))
        bench.pass(.seconds(15))
        bench.press("1")
        bench.pass(.seconds(15))
        bench.settle()
        bench.says(#"{"type":"response"}"#)
        bench.pass(.milliseconds(19_999))
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(1))
        #expect(bench.machine.ending == Ending(.completed, "idle_timeout"))
    }

    @Test func aLongPromptIsNotIdle() {
        let bench = Bench.talking(CallMachine.Rules.with(idle: .seconds(20)))
        bench.speaks("long")
        bench.settle()
        bench.pass(.seconds(25))
        #expect(bench.outstanding == stream("long"))
        bench.answers(0, endpos: 200_000)
        bench.pass(.seconds(20))
        #expect(bench.machine.ending?.reason == "idle_timeout")
    }

    @Test func theSetUpIsNotIdle() {
        let bench = Bench(CallMachine.Rules.with(idle: .seconds(5)))
        bench.start()
        bench.connect()
        bench.settle()
        bench.press("1")
        bench.pass(.seconds(15))
        #expect(bench.machine.ending?.reason == "setup_timeout")
    }
}
