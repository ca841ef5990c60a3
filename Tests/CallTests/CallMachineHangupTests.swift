import AGI
import Cognigy
import Testing
import WebSocket

@testable import Call

/// The caller hangs up, in every situation and in every way that Asterisk tells of it; or the program is told to go.
@Suite struct CallMachineHangupTests {
    private static let hangups: [Event] = [.hangup, .reply(.hangup), .reply(.deadChannel), .pipeEnded]

    /// Calls in every state that Asterisk can be in when the caller goes, waiting with silence and without.
    private var situations: [(name: String, bench: Bench)] {
        let silent = Bench.$silence.withValue(Handset.Silence(narrow: "silence", wide: "silence16")) { cases }
        return cases + silent.map { ("\($0.name), in silence", $0.bench) }
    }

    private var cases: [(name: String, bench: Bench)] {
        func begun(_ rules: CallMachine.Rules = CallMachine.Rules()) -> Bench {
            let bench = Bench(rules)
            bench.start()
            return bench
        }
        let connected = begun(CallMachine.Rules.with(wait: "wait"))
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
        let sorry = begun(CallMachine.Rules.with(fallback: "sorry", onFailure: true))
        sorry.connect()
        sorry.settle()
        sorry.pass(.seconds(15))
        sorry.settle()
        // In the dialplan's hands, and back from there.
        func transferred() -> Bench {
            let bench = Bench.scripted(["go": TransferTests.transfer])
            bench.says("go")
            bench.settle()
            return bench
        }
        let (away, returned, asked) = (transferred(), transferred(), transferred())
        returned.answers(0)
        asked.answers(0)
        asked.answers(6)
        let dialling = Bench.scripted(["go": [.sendDigits("12", each: .milliseconds(100))]])
        dialling.says("go")
        dialling.answers(1)
        return [
            ("away", away), ("returned", returned), ("asked", asked), ("dialling", dialling), ("begun", begun()),
            ("connected", connected), ("answering", answering), ("talking", Bench.talking()),
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
            case _ where bench.isStoppingStream:
                let isSilence = bench.running == .streamSilence("silence")
                bench.answers(-1, endpos: isSilence ? Command.silenceOffset + 100 : 0)
            case .evaluate(let marker, _): bench.answers(1, marker)
            case .gosub: bench.answers(0, "abnormal exit")
            case .setVariables, .warn, .sendDigits: bench.answers(0)
            case .clearVariable, .verbose: bench.answers(1)
            case .noop: bench.answers(0)
            case .waitForDigit, .sayNumber: bench.answers(-1)
            case .streamFile: bench.answers(-1, endpos: 100)
            case .streamSilence: bench.answers(-1, endpos: Command.silenceOffset + 100)
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
            #expect(bench.variables[.status] == (wasEnding ?? .hangup).status.rawValue, "\(name)")
            #expect(bench.variables[.turns] != nil, "\(name)")
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
            #expect(bench.variables[.status] == (wasEnding ?? .hangup).status.rawValue, "\(name)")
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
        for (name, bench) in situations where !name.hasPrefix("hungUp") {
            bench.happens(.hangup)
            let before = bench.commands.count
            answersAsADeadChannel(bench)
            for command in bench.commands.dropFirst(before) {
                switch command {
                case .setVariables, .clearVariable, .warn, .verbose, .noop: break
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

    /// A PBX that hangs up many calls at once is slow to answer each.
    @Test(arguments: [20, 50]) func aSlowAsteriskStillTakesWhatTheCallLeaves(_ milliseconds: Int) {
        let bench = Bench.talking()
        bench.happens(.hangup)
        bench.pass(.milliseconds(milliseconds))
        bench.answers(-1)
        bench.pass(.milliseconds(milliseconds))
        #expect(bench.variables[.status] == "HANGUP" && bench.variables[.turns] == "0")
        #expect(bench.variables[.sessionID] == "s1")
        #expect(!bench.isFinished)
        bench.answers(0)
        bench.pass(.milliseconds(60))
        #expect(bench.isFinished)
    }

    @Test func itsAnswersDoNotKeepTheProgramForLong() {
        let bench = Bench.talking()
        bench.happens(.hangup)
        for _ in 0..<25 where !bench.isFinished {
            bench.pass(.milliseconds(50))
            if !bench.isFinished { bench.answers(0) }
        }
        #expect(bench.isFinished)
        #expect(bench.now < .milliseconds(1100))
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
            // Nothing interrupts a number that is being said.
            if case .sayNumber = bench.outstanding {
                bench.pass(.seconds(2))
                bench.answers(0)
                bench.settle()
                #expect(bench.variables[.status] == "UNAVAILABLE", "\(name)")
            }
            bench.pass(.milliseconds(500))
            #expect(bench.isFinished, "\(name)")
            #expect(bench.machine.ending?.reason == wasEnding?.reason ?? "terminated", "\(name)")
        }
    }

    @Test func toldToGoDuringTheFallbackPromptItGoes() {
        let bench = Bench(CallMachine.Rules.with(fallback: "sorry", onFailure: true))
        bench.start()
        bench.settle()
        bench.connect(refusal: Ending(.unavailable, "breaker_open"))
        bench.settle()
        bench.happens(.terminate)
        bench.settle()
        #expect(bench.commands.last == .hangup)
        #expect(bench.isFinished)
    }
}
