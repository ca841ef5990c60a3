import AGI
import Cognigy
import Testing
import WebSocket

@testable import Call

/// How calls end, what the dialplan finds, and what waits for what.
@Suite struct CallMachineTests {
    private static let hangups: [Event] = [.hangup, .reply(.hangup), .reply(.deadChannel), .pipeEnded]

    private func rules(
        fallback: String? = nil, onEnd: Bool = true, onFailure: Bool = false, idle: Duration? = nil,
        wait: String? = nil
    ) -> CallMachine.Rules {
        var rules = CallMachine.Rules()
        rules.farewell.fallbackPrompt = fallback
        rules.farewell.hangsUpAtEnd = onEnd
        rules.farewell.hangsUpOnFailure = onFailure
        rules.idleTimeout = idle
        rules.handset.waitPrompt = wait
        return rules
    }

    private func variables(_ bench: Bench) -> [Command.Variable: String] {
        var variables: [Command.Variable: String] = [:]
        for case .setVariable(let name, let value) in bench.commands { variables[name] = value }
        return variables
    }

    // MARK: The service ends the call

    @Test(arguments: [true, false])
    func theEndPlaysOutThenTheDialplanIsToldAndTheSocketClosed(hangsUp: Bool) throws {
        let bench = Bench.talking(rules(onEnd: hangsUp))
        bench.press("1")
        bench.speaks("bye", end: true)
        bench.settle()
        #expect(bench.outstanding == stream("bye", .none))
        #expect(!bench.log.contains(.closeSocket(.normal)))
        let effects = bench.answers(0, endpos: 8000)
        #expect(effects.contains(.closeSocket(.normal)))
        bench.settle()
        #expect(
            variables(bench) == [
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
        #expect(variables(bench)[.status] == "COMPLETED")
    }

    @Test func aTransferIsHandedToTheDialplan() {
        let bench = Bench.talking()
        bench.says(#"{"type":"response","text":"one moment","handoffTrigger":true,"transferTarget":"sales"}"#)
        bench.happens(.prepared(1, .file("moment")))
        bench.settle()
        bench.answers(0, endpos: 1)
        bench.settle()
        #expect(variables(bench)[.status] == "HANDOFF")
        #expect(variables(bench)[.transferTarget] == "sales")
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
        let bench = Bench(rules())
        bench.start()
        bench.connect(refusal: Ending(.unavailable, "breaker_open", detail: "the service failed lately"))
        bench.settle()
        #expect(variables(bench)[.status] == "UNAVAILABLE")
        #expect(variables(bench)[.reason] == "breaker_open")
        #expect(bench.commands.last == .verbose("cognigy-bridge: the service failed lately", level: 1))
        #expect(bench.isFinished)
        #expect(bench.log.verdicts == [])
        #expect(!bench.log.contains(.openSocket))
    }

    @Test func theFallbackPromptIsHeardByACallerWhoWasNotAnsweredYet() {
        let bench = Bench(rules(fallback: "sorry", onFailure: true))
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
        let bench = Bench(rules(fallback: "sorry"))
        bench.start()
        bench.connect()
        bench.settle()
        bench.pass(.seconds(15))
        bench.settle()
        #expect(bench.commands.filter { $0 == .answer }.count == 1)
        #expect(bench.outstanding == stream("sorry", .none))
    }

    @Test func aMissingFallbackPromptEndsTheCallAllTheSame() {
        let bench = Bench(rules(fallback: "none"))
        bench.start()
        bench.settle()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.settle()
        bench.answers(-1, endpos: 0)
        #expect(bench.isFinished)
    }

    @Test func aFallbackPromptThatNeverEndsIsNotWaitedForLonger() {
        let bench = Bench(rules(fallback: "music"))
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
        #expect(variables(bench)[.status] == "UNAVAILABLE")
        #expect(bench.isFinished)
    }

    // MARK: The caller hangs up

    /// Calls in every state that Asterisk can be in when the caller goes.
    private var situations: [(name: String, bench: Bench)] {
        func begun(_ rules: CallMachine.Rules = CallMachine.Rules()) -> Bench {
            let bench = Bench(rules)
            bench.start()
            return bench
        }
        let connected = begun(rules(wait: "wait"))
        connected.connect()
        connected.settle()
        let answering = begun()
        answering.connect()
        answering.answers(1, Bench.marker)
        let playing = Bench.talking()
        playing.speaks("one")
        playing.settle()
        let crossing = Bench.talking()
        crossing.speaks("one")
        let stopping = Bench.talking()
        stopping.speaks("one")
        stopping.press("1")
        let counting = Bench.talking()
        for case .prepare(let id, _) in counting.says("7", end: false) { counting.happens(.prepared(id, .number(7))) }
        counting.settle()
        let failed = Bench.talking()
        failed.speaks("one")
        failed.settle()
        failed.answers(-1, endpos: 0)
        let preparing = Bench.talking()
        preparing.says("slow", end: false)
        let reconnecting = Bench.talking()
        reconnecting.drops()
        let ending = Bench.talking()
        ending.speaks("bye", end: true)
        ending.settle()
        let ended = Bench.talking()
        ended.says(#"{"type":"response","end":true}"#)
        let hungUp = Bench.talking()
        hungUp.says(#"{"type":"response","end":true}"#)
        while hungUp.outstanding != .hangup { hungUp.answers(1) }
        let sorry = begun(rules(fallback: "sorry", onFailure: true))
        sorry.connect()
        sorry.settle()
        sorry.pass(.seconds(15))
        sorry.settle()
        return [
            ("begun", begun()), ("connected", connected), ("answering", answering), ("talking", Bench.talking()),
            ("playing", playing), ("crossing", crossing), ("stopping", stopping), ("counting", counting),
            ("failed", failed), ("preparing", preparing), ("reconnecting", reconnecting), ("ending", ending),
            ("ended", ended), ("hungUp", hungUp), ("sorry", sorry),
        ]
    }

    /// A dead channel: what runs ends with -1, most commands are answered 511.
    private func answersAsADeadChannel(_ bench: Bench) {
        for _ in 0..<50 {
            switch bench.outstanding {
            case nil: return
            case _ where bench.isStoppingStream: bench.answers(-1, endpos: 0)
            case .evaluate: bench.answers(1, Bench.marker)
            case .setVariable, .verbose: bench.answers(1)
            case .noop: bench.answers(0)
            case .waitForDigit, .sayNumber: bench.answers(-1)
            case .streamFile: bench.answers(-1, endpos: 100)
            case .answer, .channelStatus, .hangup, .setDTMFMode, .setContext, .setExtension, .setPriority:
                bench.happens(.reply(.deadChannel))
            }
        }
        Issue.record("the dead channel never comes to rest")
    }

    @Test func aHangupEndsTheCallInEverySituation() {
        for (name, bench) in situations {
            let wasEnding = bench.machine.ending
            bench.happens(.hangup)
            answersAsADeadChannel(bench)
            bench.happens(.hangup)
            bench.pass(.milliseconds(60))
            #expect(bench.isFinished, "\(name)")
            #expect(bench.log.count(.finish) == 1, "\(name)")
            #expect(bench.machine.ending == wasEnding ?? .hangup, "\(name)")
            #expect(variables(bench)[.status] == (wasEnding ?? .hangup).status.rawValue, "\(name)")
            #expect(variables(bench)[.turns] != nil, "\(name)")
        }
    }

    @Test func aHangupAfterTheReplyEndsTheCallInEverySituation() {
        for (name, bench) in situations {
            let wasEnding = bench.machine.ending
            answersAsADeadChannel(bench)
            bench.pass(.milliseconds(60))
            if !bench.isFinished { bench.happens(.hangup) }
            answersAsADeadChannel(bench)
            bench.pass(.milliseconds(60))
            #expect(bench.isFinished, "\(name)")
            #expect(variables(bench)[.status] == (wasEnding ?? .hangup).status.rawValue, "\(name)")
        }
    }

    @Test func withoutTheSignalTheRepliesTellOfTheHangup() {
        for (name, bench) in situations {
            answersAsADeadChannel(bench)
            bench.pass(.milliseconds(60))
            #expect(bench.isFinished, "\(name)")
            #expect(bench.machine.ending != nil, "\(name)")
        }
    }

    @Test func anAsteriskThatSaysNothingMoreIsLeftInTime() {
        for (name, bench) in situations {
            bench.happens(.hangup)
            bench.pass(.milliseconds(30))
            bench.happens(.hangup)
            bench.pass(.milliseconds(30))
            #expect(bench.isFinished, "\(name)")
        }
    }

    @Test func aPipeThatEndsEndsTheCallAndNothingMoreIsWritten() {
        for (name, bench) in situations {
            #expect(bench.happens(.pipeEnded).commands == [], "\(name)")
            bench.pass(.milliseconds(60))
            #expect(bench.isFinished, "\(name)")
        }
    }

    @Test func everyWayOfHangingUpTellsTheService() {
        for event in Self.hangups {
            let bench = Bench.talking()
            let effects = bench.happens(event)
            #expect(effects.contains(.closeSocket(.goingAway)), "\(event)")
            #expect(bench.machine.ending == .hangup, "\(event)")
            answersAsADeadChannel(bench)
            #expect(!bench.isFinished)
            bench.drops(.goingAway)
            #expect(bench.isFinished)
        }
    }

    @Test func afterAHangupNoPromptIsPlayedAndNobodyIsHungUp() {
        for (name, bench) in situations where name != "hungUp" {
            bench.happens(.hangup)
            let before = bench.commands.count
            answersAsADeadChannel(bench)
            for command in bench.commands.dropFirst(before) {
                switch command {
                case .setVariable, .verbose, .noop: break
                default: Issue.record("\(name): \(command)")
                }
            }
        }
    }

    @Test func aSoundThatIsReadyAfterTheHangupIsRemoved() {
        let bench = Bench.talking()
        bench.says("slow", end: false)
        #expect(bench.happens(.hangup).contains(.discard(1)))
        #expect(bench.happens(.prepared(1, .file("slow"))).contains(.discard(1)))
    }

    @Test func aHangupBeforeTheServiceIsAskedAsksNobody() {
        let bench = Bench()
        bench.start()
        bench.happens(.hangup)
        let effects = bench.connect()
        #expect(!effects.contains(.openSocket) && !effects.contains(.findToken(rejected: nil)))
        answersAsADeadChannel(bench)
        #expect(bench.isFinished)
        #expect(bench.log.verdicts == [])
    }

    @Test func aHangupDuringTheSetUpSaysNothingOfTheService() {
        let bench = Bench()
        bench.start()
        bench.connect()
        bench.settle()
        #expect(bench.happens(.hangup).verdicts == [.serviceUnknown])
    }

    @Test func afterTheEndNothingHappens() {
        let bench = Bench.talking()
        bench.happens(.hangup)
        answersAsADeadChannel(bench)
        bench.drops(.goingAway)
        #expect(bench.isFinished)
        for event in Self.hangups + [.tick, .terminate, .socket(.text("x")), .prepared(1, nil)] {
            #expect(bench.happens(event) == [])
        }
    }

    // MARK: Somebody wants the program to go

    @Test func toldToGoItTellsTheDialplanAndPlaysNothing() {
        for (name, bench) in situations {
            let wasEnding = bench.machine.ending
            bench.happens(.terminate)
            bench.settle()
            if case .streamFile = bench.outstanding { Issue.record("\(name): a prompt plays") }
            bench.pass(.milliseconds(500))
            #expect(bench.isFinished, "\(name)")
            #expect(bench.machine.ending?.reason == wasEnding?.reason ?? "terminated", "\(name)")
        }
    }

    @Test func toldToGoDuringTheFallbackPromptItGoes() {
        let bench = Bench(rules(fallback: "sorry", onFailure: true))
        bench.start()
        bench.settle()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.settle()
        bench.happens(.terminate)
        bench.settle()
        #expect(bench.commands.suffix(2) == [.noop, .hangup])
        #expect(bench.isFinished)
    }

    // MARK: Waiting

    @Test func aLateReplyIsBridgedByTheWaitPromptAndAPing() {
        let bench = Bench.talking(rules(wait: "wait"))
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
        #expect(bench.log.contains(.turn(Turn("dtmf_turn", dialog: .seconds(14)))))
    }

    @Test func aLateReplyOnADeadSocketBringsANewSocket() {
        let bench = Bench.talking()
        bench.press("1")
        bench.pass(.seconds(10))
        #expect(bench.pass(.seconds(10)).contains(.abandonSocket))
        bench.waits(for: .openSocket)
    }

    @Test func aKeyBeforeTheSocketIsOpenIsNotLateBeforeItIsSent() {
        let bench = Bench(rules())
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
        #expect(bench.says("a", end: false).contains(.turn(Turn("dtmf_turn", dialog: .milliseconds(300)))))
        bench.pass(.milliseconds(300))
        #expect(!bench.says("b", end: false).contains { if case .turn = $0 { true } else { false } })
    }

    @Test func aGreetingIsNoTurn() {
        let bench = Bench.talking()
        #expect(!bench.says("hello", end: false).contains { if case .turn = $0 { true } else { false } })
        #expect((bench.machine as? CallMachine)?.turns == 0)
    }

    @Test func aCallInWhichNothingHappensEnds() {
        let bench = Bench.talking(rules(idle: .seconds(20)))
        bench.pass(.seconds(15))
        bench.press("1")
        bench.pass(.seconds(15))
        bench.says(#"{"type":"response"}"#)
        bench.pass(.milliseconds(19_999))
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(1))
        #expect(bench.machine.ending == Ending(.completed, "idle_timeout"))
    }

    @Test func aLongPromptIsNotIdle() {
        let bench = Bench.talking(rules(idle: .seconds(20)))
        bench.speaks("long")
        bench.settle()
        bench.pass(.seconds(25))
        #expect(bench.outstanding == stream("long"))
        bench.answers(0, endpos: 200_000)
        bench.pass(.seconds(20))
        #expect(bench.machine.ending?.reason == "idle_timeout")
    }

    @Test func theSetUpIsNotIdle() {
        let bench = Bench(rules(idle: .seconds(5)))
        bench.start()
        bench.connect()
        bench.settle()
        bench.press("1")
        bench.pass(.seconds(15))
        #expect(bench.machine.ending?.reason == "setup_timeout")
    }
}
