import Cognigy
import Testing

@testable import AGI
@testable import Call

/// The caller hears silence while he waits: Asterisk sends him nothing at all while WAIT FOR DIGIT runs.
@Suite struct SilenceTests {
    private static let narrow = Command.streamSilence("silence")

    private func talking(_ rules: CallMachine.Rules = CallMachine.Rules(), formats: String = "(ulaw)") -> Bench {
        Bench.$silence.withValue(Handset.Silence(narrow: "silence", wide: "silence16")) {
            let bench = Bench(rules)
            bench.formats = formats
            bench.start()
            bench.connect()
            bench.settle()
            bench.opens()
            bench.settle()
            bench.says(#"{"type":"response"}"#)
            return bench
        }
    }

    @Test func aCallWaitsWithSilenceOfItsChannelsRate() {
        #expect(talking().outstanding == Self.narrow)
        #expect(talking(formats: "(g722|ulaw)").outstanding == .streamSilence("silence16"))
        #expect(!talking().commands.contains(.waitForDigit))
    }

    @Test func aKeyEndsItAndItGoesOnBeforeTheKeyIsSent() throws {
        let bench = talking()
        let effects = bench.press("5", at: Command.silenceOffset + 800)
        #expect(effects == [.send(Self.narrow), .sendKey(try key("5"))])
    }

    @Test func aPromptFollowsItWithoutACommandBetween() {
        let bench = talking()
        let before = bench.commands.count
        bench.speaks("one")
        bench.reads()
        bench.answers(0, endpos: 8000)
        #expect(Array(bench.commands.dropFirst(before)) == [stream("one"), Self.narrow])
    }

    @Test func aKeyThatCrossesAPromptsStartStopsItWithoutAPause() {
        let bench = talking()
        bench.speaks("one")
        #expect(bench.press("1", at: Command.silenceOffset + 160).commands == [Self.narrow])
        bench.reads()
        #expect(bench.outstanding == Self.narrow)
        #expect(bench.keys == "1")
    }

    /// A prompt cannot interrupt a prompt, since their answers look alike; silence can stand between them.
    @Test func theWaitPromptGivesWayToAPromptByWayOfSilence() {
        var rules = CallMachine.Rules()
        rules.handset.waitPrompt = "wait"
        let bench = talking(rules)
        bench.press("1", at: Command.silenceOffset + 160)
        bench.pass(.seconds(10))
        bench.settle()
        #expect(bench.outstanding == stream("wait"))
        bench.speaks("one")
        #expect(bench.outstanding == Self.narrow)
        bench.reads()
        #expect(bench.outstanding == stream("one"))
    }

    @Test func aHangupWhileItPlaysIsOne() {
        let bench = talking()
        bench.answers(-1, endpos: Command.silenceOffset + 8000)
        #expect(bench.machine.ending == .hangup)
    }

    @Test func withoutItsFileTheCallWaitsWithoutSound() {
        let bench = talking()
        bench.answers(-1, endpos: Command.silenceOffset)
        #expect(bench.outstanding == .channelStatus)
        bench.answers(6)
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.ending == nil)
        #expect(bench.press("5").contains(.send(.waitForDigit)))
        #expect(bench.keys == "5")
    }

    /// It would be over at once, for ever.
    @Test(arguments: [0, Command.silenceOffset, Command.silenceOffset + 100])
    func aFileThatWasCutShortIsPlayedOnce(_ endpos: Int) {
        let bench = talking()
        bench.answers(0, endpos: endpos)
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func afterHalfAnHourItBeginsAgain() {
        let bench = talking()
        bench.answers(0, endpos: Command.silenceOffset + 14_400_000)
        #expect(bench.outstanding == Self.narrow)
    }

    // MARK: What the dialplan finds during the call

    @Test func theSessionIsNamedAsSoonAsThereIsOne() {
        let bench = Bench()
        bench.start()
        bench.connect()
        bench.settle()
        bench.happens(.token(.found("token", ahead: false)))
        let named = Command.setVariables([Command.Assignment(.sessionID, "s1")])
        #expect(bench.responds(.session, 201, #"{"id":"s1"}"#).commands == [named])
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func whatHoldsIfTheProgramDiesIsSaidFirst() {
        var rules = CallMachine.Rules()
        rules.handset.variables = [Command.Assignment(.status, "ERROR")]
        rules.handset.cleared = [.transferTarget, .sessionID]
        let bench = Bench(rules)
        bench.start()
        bench.settle()
        #expect(
            bench.commands.dropFirst() == [
                .setVariables([Command.Assignment(.status, "ERROR")]), .clearVariable(.transferTarget),
                .clearVariable(.sessionID), .answer, .waitForDigit,
            ])
    }

    /// EXEC answers -2 for an application that is not there.
    @Test func whereAsteriskHasNoLogTheConsoleIsTold() {
        let bench = Bench()
        bench.start()
        bench.connect(refusal: Ending(.unavailable, "circuit_open", detail: "gone"))
        bench.settle()
        let said = bench.commands.last { if case .warn = $0 { true } else { false } }
        #expect(said == .warn("cognigy-bridge: UNAVAILABLE circuit_open: gone"))

        let bare = Bench()
        bare.start()
        bare.connect(refusal: Ending(.unavailable, "circuit_open", detail: "gone"))
        bare.answers(1, Bench.marker)
        bare.answers(0)
        bare.answers(-2)
        #expect(bare.outstanding == .verbose("cognigy-bridge: UNAVAILABLE circuit_open: gone", level: 1))
    }
}
