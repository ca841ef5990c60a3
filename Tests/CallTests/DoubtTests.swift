import AGI
import Cognigy
import HTTP
import Testing

@testable import Call

/// A prompt gives way to a sound of the caller's at once, and goes on where it was if that was nothing.
@Suite struct DoubtTests {
    private static let samples = [Int16](repeating: 1, count: 9600)

    /// A spoken call whose answer has been heard for 1.21 s.
    private func bench() throws -> Bench {
        var rules = CallMachine.Rules()
        rules.hears = true
        rules.handset.asksFor = "EAGI_AUDIO_FORMAT"
        let bench = Bench(rules, service: DialogService(Conversation(Bench.dialog)))
        bench.start()
        bench.connect()
        bench.settle()
        bench.happens(.speechBegan)
        bench.happens(.speechIsSure)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        bench.happens(.slot(isTaken: true))
        for case .prepare(let id, let order) in bench.responds(
            .dialog, 200, #"{"outputs":[{"text":"First words. Second words."}]}"#)
        {
            bench.happens(.prepared(id, .file(order.message.text ?? "")))
        }
        bench.settle()
        #expect(bench.outstanding == stream("First words."))
        bench.pass(.milliseconds(1210))
        return bench
    }

    private func stream(_ name: String, from offset: Int = 0) -> Command {
        .streamFile(name, escape: .all, offset: offset)
    }

    /// A sound, which holds the prompt.
    private func sound(_ bench: Bench) {
        bench.happens(.speechBegan)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func afterACoughThePromptGoesOnWhereItWas() throws {
        let bench = try bench()
        sound(bench)
        bench.pass(.milliseconds(500))
        bench.happens(.speech(Self.samples))
        #expect(bench.outstanding == .waitForDigit)
        bench.responds(.recognition, 200, #"{"text":""}"#)
        bench.settle()
        #expect(bench.outstanding == stream("First words.", from: 9600))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.outstanding == stream("Second words."))
    }

    @Test func aRecogniserThatTakesItsTimeDoesNotKeepThePromptFromGoingOn() throws {
        let bench = try bench()
        sound(bench)
        bench.pass(.milliseconds(500))
        bench.happens(.speech(Self.samples))
        bench.pass(.milliseconds(499))
        #expect(bench.outstanding == .waitForDigit)
        bench.pass(.milliseconds(1))
        bench.settle()
        #expect(bench.outstanding == stream("First words.", from: 9600))
    }

    @Test func aWordGivesThePromptUp() throws {
        let bench = try bench()
        sound(bench)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"stop"}"#)
        bench.pass(.seconds(3))
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test(arguments: ["Yes.", "mhm", "hm, okay", "ja genau"]) func aMereYesDoesNotStopIt(text: String) throws {
        let bench = try bench()
        sound(bench)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"\#(text)"}"#)
        bench.settle()
        #expect(bench.outstanding == stream("First words.", from: 9600))
        #expect(bench.log.requests == [.recognition, .dialog, .recognition])
    }

    /// The question was at the end of what he heard.
    @Test func aYesThatWasSaidJustBeforeTheEndIsTheAnswer() throws {
        let bench = try bench()
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.outstanding == stream("Second words."))
        bench.pass(.milliseconds(1210))
        sound(bench)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"yes"}"#)
        bench.settle()
        bench.pass(.seconds(1))
        bench.answers(0, endpos: 16_000)
        bench.settle()
        #expect(bench.log.last { $0 == .takeSlot } != nil)
        bench.happens(.slot(isTaken: true))
        #expect(bench.log.requests == [.recognition, .dialog, .recognition, .dialog])
    }

    @Test func aYesLongBeforeTheEndIsNone() throws {
        let bench = try bench()
        sound(bench)
        bench.happens(.speech(Self.samples))
        bench.responds(.recognition, 200, #"{"text":"yes"}"#)
        bench.settle()
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
        let bench = try bench()
        sound(bench)
        bench.pass(.milliseconds(900))
        bench.happens(.speech(Self.samples))
        bench.pass(.milliseconds(200))
        bench.settle()
        #expect(bench.outstanding == stream("First words.", from: 9600))
        bench.responds(.recognition, 200, #"{"text":"stop"}"#)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test func whoGoesOnSpeakingIsSure() throws {
        let bench = try bench()
        sound(bench)
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard == 0)
        bench.pass(.seconds(3))
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func aKeyMeanwhileCountsAsAlways() throws {
        let bench = try bench()
        sound(bench)
        bench.press("5")
        bench.settle()
        bench.pass(.seconds(3))
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test func twoCoughsHoldItTwice() throws {
        let bench = try bench()
        for offset in [9600, 11_200] {
            sound(bench)
            bench.happens(.speech(Self.samples))
            bench.responds(.recognition, 200, #"{"text":""}"#)
            bench.settle()
            #expect(bench.outstanding == stream("First words.", from: offset))
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
