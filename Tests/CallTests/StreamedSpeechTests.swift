import AGI
import Cognigy
import HTTP
import Testing

@testable import Call

/// A recogniser that listens while the caller speaks: his words say what stops a prompt, and when he has finished.
@Suite struct StreamedSpeechTests {
    private static let samples = [Int16](repeating: 1, count: 9600)

    private static let plan = {
        var plan = Bench.dialog
        plan.speech.recognizer.style = .stream(.websocket)
        return plan
    }()

    private func bench() -> Bench { Bench.spoken(Self.plan) }

    /// He has asked something, and speaks into the answer.
    private func answering() -> Bench {
        let bench = Bench.answering(Self.plan)
        bench.happens(.speechBegan)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        return bench
    }

    @Test func itHearsHimFromTheBeginningAndIsAskedAtTheEnd() throws {
        let bench = bench()
        #expect(bench.happens(.speechBegan).contains(.followSpeech(.init())))
        #expect(bench.happens(.speechPauses(Self.samples)).isEmpty)
        let wanted = Effect.transcribe(Self.samples, .init(), within: .seconds(10))
        #expect(bench.happens(.speech(Self.samples)).contains(wanted))
        #expect(bench.responds(.recognition, 200, #"{"text":"hello"}"#).contains(.takeSlot))
    }

    /// One that is away is asked again, as one that is sent whole utterances.
    @Test func whereItIsAwayItIsAskedAgain() throws {
        let bench = bench()
        bench.happens(.speechBegan)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 503)
        let again = bench.pass(.seconds(2)).filter { if case .transcribe = $0 { true } else { false } }
        #expect(again.count == 1)
        #expect(bench.responds(.recognition, 200, #"{"text":"hello"}"#).contains(.takeSlot))
    }

    @Test func hisWordsSayHowLongASilenceEndsThem() throws {
        let bench = bench()
        bench.happens(.speechBegan)
        #expect(bench.happens(.words("I want to", isFinal: false)).silences == [.milliseconds(1200)])
        #expect(bench.happens(.words("I want to go", isFinal: false)).silences == [.milliseconds(500)])
        #expect(bench.happens(.words("I want to go home.", isFinal: false)).silences == [])
        #expect(bench.happens(.words("I want to go home.", isFinal: true)).silences == [.milliseconds(300)])
        // The next utterance knows nothing of it.
        bench.happens(.speech(Self.samples))
        #expect(bench.happens(.speechBegan).silences == [])
    }

    @Test func aWordStopsThePromptWhileHeSpeaks() throws {
        let bench = answering()
        bench.happens(.words("stop", isFinal: false))
        #expect(bench.machine.handset.unheard == 0)
        bench.pass(.seconds(2))
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func aMereYesDoesNotHoweverLongItIs() throws {
        let bench = answering()
        bench.happens(.words("yes", isFinal: false))
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard > 0)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"yes"}"#)
        bench.settle()
        #expect(bench.outstanding == .streamFile("First words.", escape: .all, offset: 9600))
    }

    @Test func aYesWithMoreBehindItDoes() throws {
        let bench = answering()
        bench.happens(.words("yes", isFinal: false))
        #expect(bench.machine.handset.unheard > 0)
        bench.happens(.words("yes but", isFinal: false))
        #expect(bench.machine.handset.unheard == 0)
    }

    /// The recogniser may be slow or away.
    @Test func whoGoesOnSpeakingStopsItWithoutWordsToo() throws {
        let bench = answering()
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard > 0)
        bench.pass(.seconds(1))
        #expect(bench.machine.handset.unheard == 0)
    }

    /// What he says is not over for a while, because he may go on.
    @Test func anUmHoldsItForASecondAtMost() throws {
        let bench = answering()
        bench.happens(.words("um", isFinal: false))
        #expect(bench.machine.handset.unheard == 0)
        let cough = answering()
        cough.pass(.seconds(1))
        cough.settle()
        #expect(cough.outstanding == .streamFile("First words.", escape: .all, offset: 9600))
        // He speaks after all.
        cough.happens(.speechIsSure)
        #expect(cough.machine.handset.unheard == 0)
    }

    @Test func aSoundWithoutWordsHoldsItForASecondAtMost() throws {
        let bench = answering()
        bench.happens(.speech(Self.samples))
        bench.pass(.seconds(1))
        bench.settle()
        #expect(bench.outstanding == .streamFile("First words.", escape: .all, offset: 9600))
    }
}
