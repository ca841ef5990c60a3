import AGI
import Cognigy
import HTTP
import Testing

@testable import Call

/// A prompt gives way to a sound of the caller's at once, and goes on where it was if that was nothing.
@Suite struct DoubtTests {
    private static let samples = [Int16](repeating: 1, count: 9600)

    private func bench() -> Bench { Bench.answering() }

    /// A sound, which holds the prompt.
    private func sound(_ bench: Bench) {
        bench.happens(.speechBegan)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
    }

    /// A sound that the recogniser takes for this, at once.
    private func says(_ text: String, _ bench: Bench) {
        sound(bench)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"\#(text)"}"#)
        bench.settle()
    }

    @Test func afterACoughThePromptGoesOnWhereItWas() throws {
        let bench = bench()
        sound(bench)
        bench.pass(.milliseconds(500))
        bench.happens(.speech(Self.samples))
        #expect(bench.outstanding == .waitForDigit)
        bench.responds(.recognition, 200, #"{"text":""}"#)
        bench.settle()
        #expect(bench.outstanding == stream("First words.", offset: 9600))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.outstanding == stream("Second words."))
    }

    @Test func aRecogniserThatTakesItsTimeDoesNotKeepThePromptFromGoingOn() throws {
        let bench = bench()
        sound(bench)
        bench.pass(.milliseconds(500))
        bench.happens(.speech(Self.samples))
        bench.pass(.milliseconds(499))
        #expect(bench.outstanding == .waitForDigit)
        bench.pass(.milliseconds(1))
        bench.settle()
        #expect(bench.outstanding == stream("First words.", offset: 9600))
    }

    @Test func aWordGivesThePromptUp() throws {
        let bench = bench()
        says("stop", bench)
        bench.pass(.seconds(3))
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test(arguments: ["Yes.", "mhm", "hm, okay", "ja genau"]) func aMereYesDoesNotStopIt(text: String) throws {
        let bench = bench()
        says(text, bench)
        #expect(bench.outstanding == stream("First words.", offset: 9600))
        #expect(bench.log.requests == [.recognition, .dialog, .recognition])
    }

    /// The answer about a sound comes while he speaks again.
    @Test func whatWasNothingBeforeDoesNotLetThePromptGoOnOverHim() throws {
        let bench = bench()
        sound(bench)
        bench.happens(.speech(Self.samples))
        bench.happens(.speechBegan)
        bench.responds(.recognition, 200, #"{"text":""}"#)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard == 0)
    }

    /// The question was at the end of what he heard.
    @Test func aYesThatWasSaidJustBeforeTheEndIsTheAnswer() throws {
        let bench = bench()
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.outstanding == stream("Second words."))
        bench.pass(.milliseconds(1210))
        says("yes", bench)
        bench.pass(.seconds(1))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        bench.happens(.slot(isTaken: true))
        #expect(bench.log.requests == [.recognition, .dialog, .recognition, .dialog])
        #expect(bench.machine.service.turns == 2)
        // He waits for an answer, as after every input.
        bench.pass(.seconds(2))
        #expect(bench.machine.service.keepsWaiting)
    }

    @Test func aYesLongBeforeTheEndIsNone() throws {
        let bench = bench()
        says("yes", bench)
        bench.pass(.seconds(2))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        bench.pass(.seconds(2))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.log.filter { $0 == .takeSlot }.count == 1)
    }

    /// The words come while the prompt has gone on already.
    @Test func aWordThatIsUnderstoodLateStopsThePrompt() throws {
        let bench = bench()
        sound(bench)
        bench.pass(.milliseconds(900))
        bench.happens(.speech(Self.samples))
        bench.pass(.milliseconds(200))
        bench.settle()
        #expect(bench.outstanding == stream("First words.", offset: 9600))
        bench.responds(.recognition, 200, #"{"text":"stop"}"#)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test func whoGoesOnSpeakingIsSure() throws {
        let bench = bench()
        sound(bench)
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard == 0)
        bench.pass(.seconds(3))
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func aKeyMeanwhileCountsAsAlways() throws {
        let bench = bench()
        sound(bench)
        bench.press("5")
        bench.settle()
        bench.pass(.seconds(3))
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test func twoCoughsHoldItTwice() throws {
        let bench = bench()
        for offset in [9600, 11_200] {
            says("", bench)
            #expect(bench.outstanding == stream("First words.", offset: offset))
            bench.pass(.milliseconds(200))
        }
    }

    /// What ends the call is heard by whoever coughs.
    @Test func theLastWordsAreNotHeld() throws {
        let bench = Bench.talking()
        bench.speaks("bye", end: true)
        bench.settle()
        #expect(bench.happens(.speechBegan).isEmpty)
    }
}
