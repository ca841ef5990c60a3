import Cognigy
import HTTP
import Testing

@testable import Call

/// The recogniser is asked when the caller pauses, and its answer counts if he has finished.
@Suite struct EarlyRecognitionTests {
    private static let first = [Int16](repeating: 1, count: 9600)
    private static let whole = [Int16](repeating: 1, count: 12_800)
    private static let answer = #"{"text":"hello"}"#

    private func bench() -> Bench {
        let bench = Bench.spoken()
        bench.happens(.speechBegan)
        return bench
    }

    @Test func theAnswerThatCameBeforeTheEndCountsAtTheEnd() throws {
        let bench = bench()
        #expect(bench.happens(.speechPauses(Self.first)).requests == [.recognition])
        bench.pass(.milliseconds(150))
        #expect(!bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
        bench.pass(.milliseconds(50))
        let effects = bench.happens(.speech(Self.whole))
        #expect(effects.contains(.takeSlot) && effects.requests.isEmpty)
    }

    @Test func theAnswerThatComesLaterCountsAtOnce() throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        bench.pass(.milliseconds(200))
        #expect(bench.happens(.speech(Self.whole)).requests.isEmpty)
        #expect(bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
    }

    @Test func whoGoesOnIsAskedAboutAgain() throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        #expect(bench.happens(.speechGoesOn).contains(.cancel(.recognition)))
        #expect(bench.happens(.speechPauses(Self.whole)).requests == [.recognition])
        bench.responds(.recognition, 200, #"{"text":"half"}"#)
        #expect(!bench.happens(.speechGoesOn).contains(.cancel(.recognition)))
        #expect(bench.happens(.speech(Self.whole)).requests == [.recognition])
        #expect(bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
        bench.happens(.slot(isTaken: true))
        #expect(bench.log.bodies(of: .dialog).contains { $0.contains("hello") })
        #expect(!bench.log.bodies(of: .dialog).contains { $0.contains("half") })
    }

    @Test func aFailureIsAskedAgainAtTheEnd() throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        #expect(bench.responds(.recognition, 500).requests.isEmpty)
        #expect(bench.happens(.speech(Self.whole)).requests == [.recognition])
        #expect(bench.responds(.recognition, 200, Self.answer).contains(.takeSlot))
    }

    // MARK: What ends his turn

    private static let longest = Effect.endSpeech(after: .milliseconds(1200))
    private static let usual = Effect.endSpeech(after: .milliseconds(500))
    private static let shortest = Effect.endSpeech(after: .milliseconds(300))

    /// As long as it is not known what he said, waiting for more costs nothing.
    @Test func whileTheWordsAreOnTheirWayHeMayGoOn() throws {
        let bench = bench()
        #expect(bench.happens(.speechPauses(Self.first)).contains(Self.longest))
        #expect(bench.responds(.recognition, 200, Self.answer) == [Self.usual])
    }

    @Test(arguments: [("yes", shortest), ("", shortest), ("to Berlin", usual)])
    func theWordsSayHowLongASilenceEndsIt(text: String, effect: Effect) throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        #expect(bench.responds(.recognition, 200, #"{"text":"\#(text)"}"#) == [effect])
    }

    @Test func whoIsAboutToGoOnIsWaitedFor() throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        // It is as long already.
        #expect(bench.responds(.recognition, 200, #"{"text":"I want to go to"}"#).isEmpty)
        #expect(bench.happens(.speechGoesOn).contains(Self.usual))
    }

    @Test func whereItIsNotKnownWhatHeSaidTheUsualSilenceEndsIt() throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        #expect(bench.responds(.recognition, 500) == [Self.usual])
    }

    @Test func whoWentOnAfterALongPauseIsWaitedForLonger() throws {
        let bench = bench()
        bench.happens(.speechPauses(Self.first))
        bench.pass(.milliseconds(500))
        let silences = bench.happens(.speechGoesOn).silences
        #expect(silences.count == 1 && silences[0] > .milliseconds(600) && silences[0] < .milliseconds(800))
    }

    /// He was taken to have finished, and goes on.
    @Test func whoWasCutOffIsWaitedForLongerTheNextTime() throws {
        let bench = bench()
        bench.happens(.speech(Self.whole))
        bench.pass(.milliseconds(200))
        let silences = bench.happens(.speechBegan).silences
        #expect(silences.count == 1 && silences[0] > .milliseconds(600) && silences[0] < .milliseconds(800))
    }

    /// The dialog is asked about the utterances one after the other, and only about whole ones.
    @Test func whileATurnLastsNothingIsAskedEarly() throws {
        let bench = bench()
        bench.happens(.speech(Self.whole))
        bench.happens(.speechBegan)
        #expect(bench.happens(.speechPauses(Self.first)).requests.isEmpty)
    }
}

extension [Effect] {
    fileprivate func bodies(of purpose: Purpose) -> [String] {
        compactMap {
            guard case .request(purpose, let request) = $0 else { return nil }
            return String(decoding: request.body ?? [], as: UTF8.self)
        }
    }
}
