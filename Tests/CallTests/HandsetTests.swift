import AGI
import Cognigy
import Testing

@testable import Call

/// What the caller's side does with prompts and keys. Set-up and endings are in other suites.
@Suite struct HandsetTests {
    private func rules(bargeIn: Bool = true, waitPrompt: String? = nil) -> CallMachine.Rules {
        var rules = CallMachine.Rules()
        rules.handset.bargeIn = bargeIn
        rules.handset.waitPrompt = waitPrompt
        return rules
    }

    // MARK: Opening

    @Test func theFormatIsAskedForThenTheCallIsAnsweredThenKeysAreCollected() {
        var rules = CallMachine.Rules()
        rules.handset.dtmfMode = "rfc4733"
        let bench = Bench(rules)
        bench.start()
        #expect(bench.commands == [.evaluate(marker: Bench.marker, "${CHANNEL(audionativeformat)}")])
        bench.settle()
        #expect(bench.commands.dropFirst() == [.setDTMFMode("rfc4733"), .answer, .waitForDigit])
        #expect(bench.machine.handset.channel.formats == "(ulaw)")
    }

    @Test func aCallMayGoOnUnanswered() {
        var rules = CallMachine.Rules()
        rules.handset.answer = false
        let bench = Bench(rules)
        bench.start()
        bench.settle()
        #expect(bench.commands.dropFirst() == [.waitForDigit])
    }

    @Test func linesThatACallersNameLeftAreNoReplies() {
        let bench = Bench()
        bench.start()
        bench.answers(0)
        bench.answers(1, "forged")
        bench.happens(.reply(.invalidCommand))
        #expect(bench.happens(.reply(.hangup)) == [])
        #expect(bench.commands.count == 1)
        #expect(bench.machine.ending == nil)
        bench.answers(1, Bench.marker)
        #expect(bench.outstanding == .answer)
    }

    @Test func aShellThatExpandsNothingIsNotWaitedForLong() {
        let bench = Bench()
        bench.start()
        #expect(bench.pass(.milliseconds(499)).commands == [])
        bench.givesUpSynchronizing()
        #expect(bench.pass(.milliseconds(1)).commands == [.answer])
    }

    @Test func anExpansionThatComesTooLateIsNotTakenForAnotherReply() {
        let bench = Bench()
        bench.start()
        bench.givesUpSynchronizing()
        bench.pass(.milliseconds(500))
        // A name may begin with what combines with the marker's last character.
        for answer in ["(ulaw)", "\u{301}(ulaw)"] {
            let late = Reply.success(value: "1", text: Bench.marker + answer, endpos: nil)
            #expect(bench.machine.handle(.reply(late), now: bench.now, wallClock: 0) == [])
        }
        #expect(bench.outstanding == .answer)
        #expect(bench.answers(0).commands == [.waitForDigit])
    }

    // MARK: Keys

    @Test func asteriskCollectsAgainBeforeTheKeyIsSent() throws {
        let bench = Bench.talking()
        let effects = bench.press("5")
        #expect(effects == [.send(.waitForDigit), .sendKey(try key("5"))])
    }

    @Test(arguments: "0123456789*#")
    func everyKeyOfAFlowIsSent(character: Character) throws {
        let bench = Bench.talking()
        #expect(bench.press(character).contains(.sendKey(try key(character))))
    }

    @Test(arguments: "ABCD")
    func otherKeysAreDroppedWithANote(character: Character) {
        let bench = Bench.talking()
        let effects = bench.press(character)
        #expect(effects.commands == [.waitForDigit])
        #expect(bench.keys == "")
        #expect(effects.notes.contains { $0.contains("key \(character)") })
        #expect(bench.machine.service.turns == 0)
    }

    @Test func aKeyStopsThePromptAndWhatWasQueuedBeforeIt() throws {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.settle()
        bench.speaks("two")
        bench.says("three", end: false)
        #expect(bench.outstanding == stream("one"))
        let effects = bench.press("1", at: 800)
        #expect(
            effects == [
                .discard(1), .discard(2), .discard(3), .send(.waitForDigit), .sendKey(try key("1")),
            ])
        bench.speaks("four")
        #expect(bench.commands.last == stream("four"))
    }

    @Test func aKeyDropsWhatIsStillBeingMade() {
        let bench = Bench.talking()
        bench.says("slow", end: false)
        #expect(bench.press("1").contains(.discard(1)))
        #expect(bench.happens(.prepared(1, .file("slow"))) == [.discard(1)])
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func aKeyDoesNotStopWhatEndsTheCall() {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.settle()
        bench.speaks("bye", end: true)
        bench.press("1", at: 10)
        #expect(bench.keys == "1")
        #expect(bench.outstanding == stream("bye", .none))
    }

    @Test func aKeyThatLeavesOnlyTheEndIsSentBeforeTheSocketCloses() throws {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.settle()
        bench.says(#"{"type":"response","end":true}"#)
        let effects = bench.press("1", at: 10)
        let sent = try #require(effects.firstIndex(of: .sendKey(try key("1"))))
        let closed = try #require(effects.firstIndex(of: .closeSocket(.normal)))
        #expect(sent < closed)
    }

    @Test func withoutBargeInAKeyIsSentAndThePromptGoesOn() throws {
        let bench = Bench.talking(rules(bargeIn: false))
        bench.speaks("one")
        bench.settle()
        #expect(bench.press("1", at: 800) == [.send(stream("one", offset: 800)), .sendKey(try key("1"))])
        #expect(bench.press("2", at: 1600) == [.send(stream("one", offset: 1600)), .sendKey(try key("2"))])
        bench.answers(0, endpos: 8000)
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.log.count(.discard(1)) == 1)
    }

    @Test func aKeyThatCrossesAPromptsStartStopsIt() {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.says("two", end: false)
        // WAIT FOR DIGIT ends by the key, not by the interrupt.
        let effects = bench.press("1")
        #expect(effects.contains(.discard(2)) && effects.contains(.discard(1)))
        // Keys are collected without a pause.
        #expect(effects.commands == [.waitForDigit])
        #expect(bench.keys == "1")
        // The answer to the key is said while the old prompt is still being stopped.
        bench.speaks("answer")
        #expect(bench.reads().commands == [stream("answer")])
    }

    @Test func asItCrossesTheEndOfThePromptNothingElseIsStopped() {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.press("1")
        bench.press("2", at: 40)
        bench.answers(0)
        #expect(bench.keys == "12")
        #expect(bench.outstanding == .waitForDigit)
        bench.speaks("two")
        bench.settle()
        #expect(bench.commands.suffix(2) == [.waitForDigit, stream("two")])
    }

    @Test func aStoppedPromptThatEndsByItselfIsOverOnce() {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.press("1")
        bench.speaks("two")
        #expect(bench.answers(0, endpos: 8000).commands == [stream("two")])
        #expect(bench.log.count(.discard(1)) == 1)
    }

    @Test func aKeyThatCrossesTheStartOfANumberDropsTheNumberAndNotTheAnswer() {
        let bench = Bench.talking()
        for case .prepare(let id, _) in bench.says("7", end: false) { bench.happens(.prepared(id, .number(7))) }
        bench.press("1")
        #expect(bench.outstanding == .sayNumber(7, escape: .all))
        bench.speaks("answer")
        #expect(bench.answers(0).commands == [stream("answer")])
    }

    @Test func withoutBargeInACrossingKeyStopsNothing() {
        let bench = Bench.talking(rules(bargeIn: false))
        bench.speaks("one")
        #expect(bench.press("1").commands == [])
        #expect(bench.outstanding == stream("one"))
        #expect(bench.keys == "1")
    }

    // MARK: Several messages

    @Test func messagesPlayInTheirOrderWhateverIsReadyFirst() {
        let bench = Bench.talking()
        for text in ["one", "two", "three"] { bench.says(text, end: false) }
        bench.happens(.prepared(3, .file("three")))
        bench.happens(.prepared(2, .file("two")))
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.prepared(1, .file("one")))
        bench.settle()
        for text in ["one", "two", "three"] {
            #expect(bench.outstanding == stream(text))
            bench.answers(0, endpos: 8000)
        }
        #expect(bench.outstanding == .waitForDigit)
        #expect((1...3).allSatisfy { bench.log.count(.discard($0)) == 1 })
    }

    @Test func silentMessagesHoldNothingUp() {
        let bench = Bench.talking()
        bench.says(#"{"type":"response"}"#)
        bench.says("mute", end: false)
        bench.speaks("one")
        bench.says(#"{"type":"response","text":"  "}"#)
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.prepared(1, nil))
        #expect(bench.commands.last == stream("one"))
        bench.settle()
        bench.answers(0, endpos: 1)
        #expect(bench.outstanding == .waitForDigit)
    }

    // MARK: The wait prompt

    @Test func theWaitPromptPlaysUntilTheSocketIsOpen() {
        let bench = Bench(rules(waitPrompt: "wait"))
        bench.start()
        bench.connect()
        bench.settle()
        #expect(bench.outstanding == stream("wait"))
        bench.opens()
        #expect(bench.isStoppingStream)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func theWaitPromptIsRepeated() {
        let bench = Bench(rules(waitPrompt: "wait"))
        bench.start()
        bench.connect()
        bench.settle()
        for _ in 0..<5 {
            #expect(bench.outstanding == stream("wait"))
            bench.answers(0, endpos: 16_000)
            #expect(bench.outstanding == .waitForDigit)
            bench.pass(.milliseconds(250))
            bench.settle()
        }
    }

    @Test func aWaitPromptWithoutSoundIsNotPlayedAtOnceForEver() {
        let bench = Bench(rules(waitPrompt: "empty"))
        bench.start()
        bench.connect()
        bench.settle()
        for _ in 0..<2000 {
            if case .streamFile = bench.outstanding { bench.answers(0, endpos: 0) }
            bench.pass(.milliseconds(5))
            bench.settle()
            if bench.now > .seconds(10) { break }
        }
        #expect(bench.commands.filter { $0 == stream("empty") }.count <= 41)
    }

    @Test func aMissingWaitPromptIsTriedOnce() {
        let bench = Bench(rules(waitPrompt: "none"))
        bench.start()
        bench.connect()
        bench.settle()
        bench.answers(-1, endpos: 0)
        #expect(bench.outstanding == .channelStatus)
        bench.answers(6)
        #expect(bench.outstanding == .waitForDigit)
        bench.pass(.seconds(5))
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.commands.filter { $0 == stream("none") }.count == 1)
    }

    @Test func aKeyDuringTheWaitPromptIsKeptAndThePromptGoesOn() {
        let bench = Bench(rules(waitPrompt: "wait"))
        bench.start()
        bench.connect()
        bench.settle()
        #expect(bench.press("1", at: 4000).commands == [stream("wait", offset: 4000)])
        #expect(bench.press("2", at: 6000).commands == [stream("wait", offset: 6000)])
        bench.opens()
        #expect(bench.keys == "12")
    }

    @Test func theWaitPromptEndsWhenThereIsSomethingToHear() {
        let bench = Bench.talking(rules(waitPrompt: "wait"))
        bench.pass(.seconds(1))
        bench.says("one", end: false)
        bench.drops()
        bench.settle()
        #expect(bench.outstanding == stream("wait"))
        bench.happens(.prepared(1, .file("one")))
        #expect(bench.outstanding == .noop)
        bench.settle()
        #expect(bench.outstanding == stream("one"))
    }

    // MARK: What cannot be played

    /// The machine was busy, and Asterisk came to the end of a file before more was in it.
    @Test func aSoundThatIsStillArrivingGoesOnWhereItsFileEnded() {
        let bench = Bench.talking()
        for case .prepare(let id, _) in bench.says("long", end: false) {
            bench.happens(.prepared(id, .growing("long")))
        }
        #expect(bench.commands.last == stream("long"))
        bench.settle()
        bench.pass(.milliseconds(1010))
        bench.answers(0, endpos: 800)
        bench.settle()
        #expect(bench.commands.last == .waitForDigit)
        // A key meanwhile is not lost.
        bench.pass(.milliseconds(100))
        #expect(bench.commands.last == .streamFile("long", escape: .all, offset: 8000))
        bench.settle()
        bench.happens(.prepared(1, .file("long")))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.log.count(.discard(1)) == 1)
        #expect(bench.commands.last == .waitForDigit)
    }

    @Test func aMissingFileIsSkipped() {
        let bench = Bench.talking()
        bench.speaks("gone")
        bench.settle()
        bench.speaks("two")
        #expect(bench.answers(-1, endpos: 0).commands == [.channelStatus])
        #expect(bench.answers(6).commands == [stream("two")])
        #expect(bench.log.count(.discard(1)) == 1)
    }

    @Test func aMissingLastPromptStillEndsTheCall() {
        let bench = Bench.talking()
        bench.speaks("bye", end: true)
        bench.settle()
        bench.answers(-1, endpos: 0)
        bench.answers(6)
        #expect(bench.machine.ending == Ending(.completed, "end"))
    }

    @Test(arguments: [Reply.invalidCommand, .wrongUsage])
    func aPromptThatAsteriskRefusesIsSkipped(reply: Reply) {
        let bench = Bench.talking()
        bench.speaks("odd")
        bench.settle()
        #expect(bench.happens(.reply(reply)).commands == [.channelStatus])
        #expect(bench.happens(.reply(reply)).commands == [.waitForDigit])
    }

    @Test(arguments: [Reply.invalidCommand, .wrongUsage])
    func withoutAWayToCollectKeysTheCallEnds(reply: Reply) {
        let bench = Bench.talking()
        bench.happens(.reply(reply))
        bench.settle()
        #expect(bench.machine.ending?.status == .error)
        #expect(bench.variables[.status] == "ERROR")
        #expect(bench.outstanding == nil)
    }

    /// Asterisk may sleep through a hangup while it waits for a key.
    @Test func asteriskIsMadeToLookFromTimeToTime() {
        var rules = CallMachine.Rules()
        rules.lookInterval = .seconds(30)
        let bench = Bench.talking(rules)
        let before = bench.commands.count
        bench.pass(.seconds(31))
        #expect(Array(bench.commands.dropFirst(before)) == [.waitForDigit])
        // A key that comes just then is none the less one key.
        bench.press("5")
        bench.settle()
        #expect(bench.keys == "5")
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func aPromptIsNotDisturbedByThat() {
        let bench = Bench.talking()
        bench.speaks("prompt")
        bench.settle()
        let before = bench.commands.count
        bench.pass(.seconds(31))
        #expect(bench.commands.count == before)
    }
}
