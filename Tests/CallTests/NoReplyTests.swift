import Errands
import AGI
import Cognigy
import Testing

@testable import Call

/// A service that holds the socket and says nothing, or nothing that can be heard, keeps no caller.
@Suite struct NoReplyTests {
    /// The service answers pings, and nothing else.
    private func pass(_ bench: Bench, _ seconds: Int) {
        for _ in 0..<seconds {
            bench.pass(.seconds(1))
            bench.happens(.socket(.alive))
        }
    }

    @Test func aKeyThatIsNeverAnsweredLeadsToPeople() {
        let bench = Bench.talking()
        bench.press("1")
        pass(bench, 29)
        #expect(bench.machine.ending == nil)
        bench.pass(.seconds(1))
        bench.settle()
        #expect(bench.variables[.status] == "UNAVAILABLE")
        #expect(bench.variables[.reason] == "no_reply")
        #expect(bench.machine.ending?.detail?.contains("session s1") == true)
    }

    @Test func soDoesAFlowThatNeverSaysAnything() {
        let bench = Bench()
        bench.start()
        bench.connect()
        bench.settle()
        bench.opens()
        bench.settle()
        for _ in 0..<5 { bench.pass(.seconds(5)); bench.happens(.socket(.alive)) }
        #expect(bench.machine.ending == nil)
        bench.pass(.seconds(5))
        #expect(bench.machine.ending?.reason == "no_reply")
    }

    @Test func garbageIsNoReply() {
        let bench = Bench.talking()
        bench.press("1")
        for _ in 0..<30 {
            bench.says("garbage")
            bench.says(#"{"type":"noise"}"#)
            bench.pass(.seconds(1))
        }
        #expect(bench.machine.ending?.reason == "no_reply")
        #expect(bench.log.notes.count { $0.contains("is ignored") } == VoiceService.mostMalformed)
    }

    @Test func aSlowServiceThatAnswersKeepsTheCaller() {
        let bench = Bench.talking()
        for _ in 0..<5 {
            bench.press("1")
            pass(bench, 25)
            bench.says(#"{"type":"response"}"#)
        }
        pass(bench, 300)
        #expect(bench.machine.ending == nil)
    }

    @Test func howLateIsConfigured() {
        var rules = VoiceService.Rules()
        rules.lateReplies = 1
        rules.replyTimeout = .seconds(4)
        let bench = Bench.talking(voice: rules)
        bench.press("1")
        bench.pass(.seconds(4))
        #expect(bench.machine.ending?.reason == "no_reply")
    }

    @Test func anIdleTimeoutIsTheServicesWhereItOwesAnAnswer() {
        let rules = CallMachine.Rules.with(idle: .seconds(5))
        var voice = VoiceService.Rules()
        voice.replyTimeout = .seconds(60)
        let owing = Bench.talking(rules, voice: voice)
        owing.press("1")
        owing.pass(.seconds(6))
        #expect(owing.machine.ending?.reason == "no_reply")
        let silent = Bench.talking(rules, voice: voice)
        silent.pass(.seconds(6))
        #expect(silent.machine.ending == Ending(.completed, "idle_timeout"))
    }

    // MARK: Answers that cannot be heard

    private static let mute = Loss(kind: .voice, why: "no voice is configured")

    private func loses(_ bench: Bench, _ text: String, _ loss: Loss = mute, end: Bool = false) {
        for case .prepare(let id, _) in bench.says(text, end: end) { bench.happens(.prepared(id, nil, loss)) }
    }

    @Test func anAnswerThatCannotBeHeardLeadsToPeople() {
        let bench = Bench.talking()
        loses(bench, "For sales press 1")
        bench.pass(.milliseconds(1999))
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(1))
        bench.settle()
        #expect(bench.variables[.reason] == "no_voice")
        #expect(bench.commands.contains(.warn("cognigy-bridge: an answer was not heard: no voice is configured")))
    }

    @Test func aFullDiskHasAReasonOfItsOwn() {
        let bench = Bench.talking()
        loses(bench, "x", Loss(kind: .disk, why: "No space left on device"))
        bench.pass(.seconds(2))
        #expect(bench.machine.ending?.reason == "no_disk")
    }

    @Test func whoHearsTheRestOfTheAnswerStays() {
        let bench = Bench.talking()
        loses(bench, "jingle")
        bench.pass(.seconds(1))
        bench.speaks("menu")
        bench.settle()
        bench.answers(0, endpos: 8000)
        bench.pass(.seconds(5))
        #expect(bench.machine.ending == nil)
        // The next answer is another matter.
        bench.press("1")
        loses(bench, "gone")
        bench.pass(.seconds(2))
        #expect(bench.machine.ending?.reason == "no_voice")
        bench.settle()
        #expect(
            bench.commands.contains(
                .warn("cognigy-bridge: 2 answers were not heard, the first: no voice is configured")))
    }

    @Test func aLostGoodbyeIsToldAndTheCallIsComplete() {
        let bench = Bench.talking()
        loses(bench, "Goodbye", end: true)
        bench.settle()
        #expect(bench.variables[.status] == "COMPLETED")
        #expect(bench.commands.contains(.warn("cognigy-bridge: an answer was not heard: no voice is configured")))
    }

    @Test func whatAsteriskCannotPlayIsNotHeard() {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.settle()
        bench.answers(-1, endpos: 0)
        bench.answers(6)
        bench.pass(.seconds(2))
        bench.settle()
        #expect(bench.variables[.reason] == "no_voice")
        #expect(
            bench.commands.contains { if case .warn(let text) = $0 { text.contains("could not play") } else { false } })
    }

    @Test func aLossBeforeASilentMessageIsNoLessALoss() {
        let bench = Bench.talking()
        let ids = ["lost", "not for hearing"].flatMap { text in
            bench.says(text, end: false).compactMap { if case .prepare(let id, _) = $0 { id } else { nil } }
        }
        bench.happens(.prepared(ids[0], nil, Self.mute))
        bench.happens(.prepared(ids[1], nil))
        bench.pass(.seconds(2))
        #expect(bench.machine.ending?.reason == "no_voice")
    }

    // MARK: What is no silence of the service

    @Test func aGoodbyeThatPlaysIsNotCutOff() {
        let bench = Bench.talking()
        bench.speaks("bye", end: true)
        bench.settle()
        bench.press("1", at: 10)
        bench.settle()
        pass(bench, 60)
        #expect(bench.machine.ending == nil)
        bench.answers(0, endpos: 8000)
        bench.settle()
        #expect(bench.variables[.status] == "COMPLETED")
    }

    @Test func aSessionOnItsWayToAnAgentIsNotDisturbed() {
        var rules = CallMachine.Rules()
        rules.errands = Errand.Credentials(base: Bench.plan.base, clientID: "id", clientSecret: "secret")
        let bench = Bench.talking(rules)
        loses(bench, "I connect you")
        bench.says(#"{"type":"response","transferTarget":"sales"}"#)
        bench.settle()
        bench.press("1")
        pass(bench, 35)
        #expect(bench.machine.ending == nil)
    }

    /// Digits of a long number, at any pace.
    @Test func whoGoesOnPressingIsNotInterrupted() {
        let bench = Bench.talking()
        for digit in "0123456" {
            bench.press(digit)
            pass(bench, 12)
        }
        #expect(bench.machine.ending == nil)
    }

    @Test func butNobodyPressesForEver() {
        let bench = Bench.talking()
        for _ in 0..<30 where bench.machine.ending == nil {
            bench.press("0")
            pass(bench, 5)
        }
        #expect(bench.machine.ending?.reason == "no_reply")
        #expect(bench.now < .seconds(100))
    }

    // MARK: Where the call goes

    @Test(arguments: [
        "sales,,,,60,agi://127.0.0.1/x", "x@y&Local/1@out", "a)b", "a b", String(repeating: "q", count: 81),
    ])
    func aTargetThatADialplanCouldReadIsNone(target: String) {
        let bench = Bench.talking()
        bench.says(#"{"type":"response","transferTarget":"\#(target)"}"#)
        bench.settle()
        #expect(bench.variables[.status] == "HANDOFF")
        #expect(bench.variables[.transferTarget] == nil)
        #expect(
            bench.commands.contains { if case .warn(let text) = $0 { text.contains("transferTarget") } else { false } })
    }

    @Test(arguments: ["sales", "q-7.b_2+x"]) func anOrdinaryTargetIsTold(target: String) {
        let bench = Bench.talking()
        bench.says(#"{"type":"response","transferTarget":"\#(target)"}"#)
        bench.settle()
        #expect(bench.variables[.transferTarget] == target)
    }
}
