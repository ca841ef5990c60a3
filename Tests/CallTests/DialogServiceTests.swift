import AGI
import Audio
import Cognigy
import HTTP
import JSON
import Testing

@testable import Call

@Suite struct DialogServiceTests {
    private static let samples = [Int16](repeating: 1, count: 16_000)

    private static let rules: CallMachine.Rules = {
        var rules = CallMachine.Rules()
        rules.hears = true
        rules.handset.asksFor = "EAGI_AUDIO_FORMAT"
        rules.firstAnswer = .seconds(10)
        return rules
    }()

    /// A spoken call that waits for the caller's first word.
    private func bench(
        _ rules: CallMachine.Rules = DialogServiceTests.rules, formats: String = "(ulaw)"
    ) throws -> Bench {
        let bench = try begun(rules, formats: formats)
        bench.settle()
        return bench
    }

    /// The same, but Asterisk has not answered anything yet.
    private func begun(
        _ rules: CallMachine.Rules = DialogServiceTests.rules, formats: String = "(ulaw)"
    ) throws -> Bench {
        let bench = Bench(rules, service: DialogService(Conversation(Bench.dialog)))
        bench.formats = formats
        bench.start()
        bench.connect()
        return bench
    }

    /// The caller says something; the machine asks to have it written down.
    private func speak(_ bench: Bench) -> [Effect] {
        bench.happens(.speechBegan) + bench.happens(.speech(Self.samples))
    }

    /// The caller says something, and the dialog is asked.
    private func ask(_ bench: Bench) {
        _ = speak(bench)
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        bench.happens(.slot(isTaken: true))
    }

    private func answer(_ bench: Bench, _ text: String, data: String = "{}") -> [Effect] {
        bench.responds(.dialog, 200, #"{"outputs":[{"text":"\#(text)"}],"sessionData":\#(data)}"#)
    }

    private func sentences(_ effects: [Effect]) -> [String] {
        effects.compactMap { if case .prepare(_, let order) = $0 { order.message.text } else { nil } }
    }

    /// Every sentence that is asked for can be heard at once.
    private func prepare(_ bench: Bench, _ effects: [Effect]) {
        var effects = effects
        while let index = effects.firstIndex(where: { if case .prepare = $0 { true } else { false } }),
            case .prepare(let id, let order) = effects[index]
        {
            effects.remove(at: index)
            effects += bench.happens(.prepared(id, .file(order.message.text ?? "")))
        }
        bench.settle()
    }

    private func dialogs(_ effects: [Effect]) -> [JSON] {
        effects.compactMap {
            guard case .request(.dialog, let request) = $0 else { return nil }
            return try? JSON(parsing: request.body ?? [])
        }
    }

    /// It may sleep through a hangup while it waits for a key.
    @Test func asteriskIsMadeToLookFromTimeToTime() throws {
        var rules = Self.rules
        rules.lookInterval = .seconds(20)
        let bench = try bench(rules)
        for _ in 1...3 {
            let effects = bench.pass(.seconds(20))
            #expect(effects.commands == [.waitForDigit])
            bench.settle()
        }
        bench.happens(.hangup)
        #expect(bench.pass(.seconds(1)).contains(.finish))
    }

    @Test func aTurnGoesFromSpeechToTextToAnAnswerThatIsHeard() throws {
        let bench = try bench()
        #expect(bench.outstanding == .waitForDigit)
        #expect(speak(bench).requests == [.recognition])
        #expect(bench.responds(.recognition, 200, #"{"text":"hello"}"#).contains(.takeSlot))
        #expect(bench.happens(.slot(isTaken: true)).requests == [.dialog])
        let effects = answer(bench, "Good day.")
        #expect(effects.contains(.releaseSlot))
        #expect(sentences(effects) == ["Good day."])
        prepare(bench, effects)
        #expect(bench.outstanding == stream("Good day."))
        #expect(bench.log.count { if case .turn = $0 { true } else { false } } == 1)
    }

    @Test func oneSentenceIsMadeAheadOfTheOneThatPlays() throws {
        let bench = try bench()
        ask(bench)
        let effects = answer(bench, "One is here. Two is next. Three is last.")
        #expect(sentences(effects) == ["One is here.", "Two is next."])
        prepare(bench, effects)
        #expect(bench.outstanding == stream("One is here."))
        #expect(sentences(bench.answers(0, endpos: 8000)) == ["Three is last."])
    }

    /// A second answer comes while both sentences of the first are still to be heard.
    @Test func noMoreThanOneSentenceIsMadeAheadWhereTwoAnswersMeet() throws {
        var rules = Self.rules
        rules.handset.bargeIn = false
        let bench = try bench(rules)
        ask(bench)
        prepare(bench, answer(bench, "One is here. Two is next."))
        ask(bench)
        #expect(sentences(answer(bench, "Three is last.")) == [])
        #expect(bench.outstanding == stream("One is here."))
        #expect(sentences(bench.answers(0, endpos: 8000)) == ["Three is last."])
    }

    @Test func theStateOfOneTurnGoesIntoTheNext() throws {
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One.", data: #"{"step":1}"#))
        bench.answers(0, endpos: 1)
        ask(bench)
        #expect(dialogs(bench.log).map { $0["sessionData"]?["step"]?.number } == [nil, 1])
    }

    @Test func whoSpeaksIntoTheAnswerStopsItAndHearsNoMoreOfIt() throws {
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One is here. Two is next. Three is last."))
        bench.happens(.speechBegan)
        #expect(bench.isStoppingStream)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.speechIsSure)
        bench.pass(.seconds(5))
        #expect(bench.outstanding == .waitForDigit)
        #expect(sentences(bench.log) == ["One is here.", "Two is next."])
    }

    @Test func anAnswerThatComesAfterThatIsDropped() throws {
        let bench = try bench()
        ask(bench)
        bench.happens(.speechBegan)
        bench.happens(.speechIsSure)
        #expect(sentences(answer(bench, "Too late.")) == [])
    }

    @Test func withoutBargeInTheAnswerPlaysOn() throws {
        var rules = Self.rules
        rules.handset.bargeIn = false
        let bench = try bench(rules)
        ask(bench)
        prepare(bench, answer(bench, "One is here."))
        bench.happens(.speechBegan)
        #expect(bench.outstanding == stream("One is here."))
    }

    @Test func anAnswerThatComesWhileTheCallerSpeaksIsNotSpokenOverHim() throws {
        let bench = try bench()
        ask(bench)
        bench.happens(.speechBegan)
        prepare(bench, answer(bench, "Maybe too late."))
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard == 0)
        #expect(bench.happens(.speech(Self.samples)).requests == [.recognition])
    }

    @Test func aKeyIsATurnOfItsOwnAndStopsThePrompt() throws {
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One is here. Two is next."))
        #expect(bench.press("5", at: 100).contains(.takeSlot))
        bench.happens(.slot(isTaken: true))
        #expect(dialogs(bench.log).last?["inputs"]?.array?.first?["text"]?.string == "5")
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func whatIsSaidWhileATurnIsUnderWayIsTheNextTurn() throws {
        let bench = try bench()
        ask(bench)
        #expect(speak(bench).requests == [])
        #expect(answer(bench, "One.").requests == [.recognition])
    }

    @Test func whenNothingIsUnderstoodTheCallerIsHeardAgain() throws {
        let bench = try bench()
        _ = speak(bench)
        #expect(bench.responds(.recognition, 200, #"{"text":"  "}"#).requests == [])
        #expect(speak(bench).requests == [.recognition])
    }

    @Test func aCallerWhoWaitsHearsThatHeIsNotAlone() throws {
        var rules = Self.rules
        rules.handset.waitPrompt = "please-wait"
        let bench = try bench(rules)
        ask(bench)
        bench.pass(.milliseconds(1900))
        #expect(bench.outstanding == .waitForDigit)
        bench.pass(.milliseconds(200))
        bench.settle()
        #expect(bench.outstanding == stream("please-wait"))
        let effects = answer(bench, "One is here.")
        prepare(bench, effects)
        #expect(bench.outstanding == stream("One is here."))
    }

    @Test func serverErrorsAreTriedAgainAsTheContractSays() throws {
        let bench = try bench()
        ask(bench)
        #expect(bench.responds(.dialog, 503).requests == [])
        #expect(bench.pass(.milliseconds(999)).requests == [])
        #expect(bench.pass(.milliseconds(2)).requests == [.dialog])
        bench.responds(.dialog, 503)
        #expect(bench.pass(.milliseconds(1999)).requests == [])
        #expect(bench.pass(.milliseconds(2)).requests == [.dialog])
        #expect(sentences(answer(bench, "Back.")) == ["Back."])
    }

    /// The dialog has failed three times.
    private func lose(_ bench: Bench) -> [Effect] {
        var effects: [Effect] = []
        for _ in 0..<3 {
            effects += bench.responds(.dialog, 503)
            if sentences(effects).contains(DialogService.apology) { break }
            effects += bench.pass(.seconds(2))
        }
        return effects
    }

    @Test func aLostServiceIsToldSavedAndGivenFiveSecondsToReturn() throws {
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One.", data: #"{"step":1}"#))
        bench.answers(0, endpos: 1)
        ask(bench)
        let effects = lose(bench)
        #expect(effects.contains(.saveDialog(DialogMemory(lastIntent: nil, sessionData: ["step": 1]))))
        #expect(sentences(effects) == [DialogService.apology])
        prepare(bench, effects)
        #expect(bench.outstanding == stream(DialogService.apology))
        // It goes on asking, and the five seconds begin when the caller knows.
        #expect(bench.pass(.seconds(6)).requests == [.dialog])
        #expect(bench.machine.ending == nil)
        bench.answers(0, endpos: 1)
        bench.pass(.seconds(5))
        #expect(bench.machine.ending?.status == .unavailable)
        #expect(bench.machine.ending?.reason == "http_503")
    }

    @Test func aServiceThatReturnsIsHeardAndNothingIsLeftToResume() throws {
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One.", data: #"{"step":1}"#))
        bench.answers(0, endpos: 1)
        ask(bench)
        prepare(bench, lose(bench))
        bench.answers(0, endpos: 1)
        bench.pass(.seconds(1))
        let effects = answer(bench, "Back again.")
        #expect(effects.contains(.forgetDialog))
        #expect(sentences(effects) == ["Back again."])
        bench.pass(.seconds(20))
        #expect(bench.machine.ending == nil)
    }

    @Test func aKeyThatIsRefusedEndsTheCallAtOnce() throws {
        let bench = try bench()
        ask(bench)
        bench.responds(.dialog, 403)
        #expect(bench.machine.ending?.reason == "forbidden")
        #expect(bench.machine.ending?.detail?.contains("dialog:execute") == true)
        #expect(bench.log.contains(.releaseSlot) == false)
        bench.settle()
        #expect(bench.isFinished)
        #expect(bench.log.contains(.releaseSlot))
    }

    @Test func aSlotIsWaitedForButNotForEver() throws {
        let bench = try bench()
        _ = speak(bench)
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        for _ in 0..<2000 where bench.machine.ending == nil {
            prepare(bench, bench.happens(.slot(isTaken: false)) + bench.pass(.milliseconds(50)))
            if bench.outstanding == stream(DialogService.apology) { bench.answers(0, endpos: 1) }
        }
        #expect(bench.machine.ending?.reason == "busy")
    }

    @Test func whomWeLetGoInAnAnswerMayGoOnWithTheNextCall() throws {
        let saved = Effect.saveDialog(DialogMemory(lastIntent: nil, sessionData: ["step": 1]))
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One.", data: #"{"step":1}"#))
        #expect(bench.happens(.terminate).contains(saved))
        bench.settle()
        bench.pass(.seconds(1))
        #expect(bench.isFinished)
    }

    /// Whoever shows the same number next may be somebody else.
    @Test func whoHangsUpBeginsAnewNextTime() throws {
        let bench = try bench()
        ask(bench)
        prepare(bench, answer(bench, "One.", data: #"{"step":1}"#))
        let saves = bench.happens(.hangup).contains { if case .saveDialog = $0 { true } else { false } }
        #expect(!saves)
    }

    @Test(arguments: [false, true]) func aHangupAtAnyPointEndsTheProgramSoon(_ answersCome: Bool) throws {
        for step in 0..<6 {
            let bench = try bench()
            let steps: [() -> Void] = [
                {}, { bench.happens(.speechBegan) }, { bench.happens(.speech(Self.samples)) },
                { bench.responds(.recognition, 200, #"{"text":"hello"}"#) }, { bench.happens(.slot(isTaken: true)) },
                { self.prepare(bench, self.answer(bench, "One is here.")) },
            ]
            for step in steps[...step] { step() }
            bench.happens(.hangup)
            if answersCome { bench.settle() }
            bench.pass(CallMachine.hangupGrace)
            #expect(bench.isFinished, "step \(step)")
        }
    }

    @Test func anAnswerThatCannotBeSpokenSendsTheCallerToPeople() throws {
        let bench = try bench()
        ask(bench)
        let ids = answer(bench, "One.").compactMap { if case .prepare(let id, _) = $0 { id } else { nil } }
        let id = try #require(ids.first)
        bench.happens(.prepared(id, nil))
        #expect(bench.machine.ending?.reason == "no_voice")
    }

    @Test func theFaultsOfOthersAreNotTheDialogServices() throws {
        let bench = try bench()
        _ = speak(bench)
        for _ in 0..<3 {
            bench.responds(.recognition, 503)
            bench.pass(.seconds(2))
        }
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test func whatWasResumedAndNotUsedIsKeptForTheNextCall() throws {
        let bench = try bench()
        let saved = DialogMemory(lastIntent: "pay", sessionData: ["step": 4])
        bench.happens(.memory(saved))
        #expect(bench.happens(.terminate).contains(.saveDialog(saved)))
    }

    @Test func aSlotThatComesAfterTheHangupIsGivenBack() throws {
        let bench = try bench()
        _ = speak(bench)
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        bench.happens(.hangup)
        let effects = bench.happens(.slot(isTaken: true))
        #expect(effects.contains(.releaseSlot) && effects.requests.isEmpty)
    }

    @Test func aRequestLastsNoLongerThanTheCallerMayWait() throws {
        let bench = try bench()
        _ = speak(bench)
        bench.pass(.seconds(4))
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        let effects = bench.happens(.slot(isTaken: true))
        let requests = effects.compactMap { if case .request(.dialog, let request) = $0 { request } else { nil } }
        let request = try #require(requests.first)
        #expect(request.timeout == .seconds(6))
    }

    // MARK: The caller's voice

    @Test(arguments: [
        ("(ulaw) ", 8000), ("(ulaw)", 8000), ("(slin16)", 8000), ("(ulaw|alaw) slin", 8000), ("(ulaw) slin16", 16_000),
        ("(opus) slin48", 48_000),
    ])
    func itsRateIsWhatTheDialplanSays(_ formats: String, _ rate: Int) throws {
        #expect(try bench(formats: formats).log.contains(.listen(rate: rate)))
    }

    @Test func aBusyAsteriskHasTimeToSayTheRate() throws {
        let bench = try begun(formats: "(ulaw) slin16")
        bench.pass(.seconds(9))
        #expect(!bench.log.contains { if case .listen = $0 { true } else { false } })
        bench.settle()
        #expect(bench.log.contains(.listen(rate: 16_000)))
        #expect(bench.outstanding == .waitForDigit)
    }

    /// The caller hears in the format of his channel, whatever the format in which his voice is written for us.
    @Test(arguments: [
        ("(ulaw) slin16", SampleFormat.sln), ("(ulaw) slin", .sln), ("(g722) slin", .sln16), ("(g722) ", .sln16),
    ])
    func promptsAreMadeForTheChannelNotForTheEars(_ formats: String, _ format: SampleFormat) throws {
        let bench = try bench(formats: formats)
        ask(bench)
        let made = answer(bench, "Good day.").compactMap { effect -> SampleFormat? in
            if case .prepare(_, let order) = effect { order.format } else { nil }
        }
        #expect(made == [format])
    }

    /// Half a second of bytes that are no samples would be a noise without an end.
    @Test func aFormatThatIsNoSamplesIsSaidSo() throws {
        let bench = try bench(formats: "(ulaw) ulaw")
        bench.settle()
        #expect(bench.variables[.status] == "ERROR")
        #expect(bench.variables[.reason] == "configuration")
        #expect(
            bench.commands.contains {
                if case .warn(let text) = $0 { text.contains("EAGI_AUDIO_FORMAT") } else { false }
            })
    }
}
