import Testing

@testable import Call

@Suite struct EndOfSpeechTests {
    @Test(arguments: [
        "Yes.", "no", "Ja, bitte", "yes please", "Okay", "no thanks",
    ])
    func aYesOrNoIsComplete(text: String) {
        #expect(EndOfSpeech.sense(of: text) == .complete)
    }

    @Test(arguments: [
        "I would like to go to", "um", "und", "It is because", "I want, ähm", "my name is", "one moment...", "first,",
        "four seven", "my number is 0 3 0", "0301", "vier sieben eins", "yes but", "die",
    ])
    func thisGoesOn(text: String) {
        #expect(EndOfSpeech.sense(of: text) == .open)
    }

    @Test(arguments: [
        "", "?", "to Berlin", "I would like to book a flight", "Berlin.", "my age is 25", "seven", "yes I want that",
    ])
    func thisSaysNothing(text: String) {
        #expect(EndOfSpeech.sense(of: text) == .unknown)
    }

    @Test func aFullStopEndsASentenceOnlyWhereTheRecogniserIsSure() {
        #expect(EndOfSpeech.sense(of: "I want to go to Berlin.", isFinal: true) == .complete)
        #expect(EndOfSpeech.sense(of: "I want to go to Berlin", isFinal: true) == .unknown)
        #expect(EndOfSpeech.sense(of: "I want to go to.", isFinal: true) == .open)
    }

    @Test(arguments: [
        ("471", EndOfSpeech.Sense.open), ("4711", .complete), ("four seven one one", .complete),
        ("it is 47 11", .complete),
        ("four seven", .open), ("47112", .complete), ("I do not know it", .unknown),
    ])
    func whereDigitsAreAskedForTheirNumberCounts(text: String, sense: EndOfSpeech.Sense) {
        #expect(EndOfSpeech.sense(of: text, digits: 4...4) == sense)
    }

    @Test func betweenTheLeastAndTheMostDigitsItIsNotKnown() {
        #expect(EndOfSpeech.sense(of: "4711", digits: 4...8) == .unknown)
        #expect(EndOfSpeech.sense(of: "471", digits: 4...8) == .open)
    }

    private static let rules = EndOfSpeech.Rules()

    @Test func whatIsSetHolds() {
        let end = EndOfSpeech(Self.rules)
        #expect(end.silence(after: .complete) == .milliseconds(300))
        #expect(end.silence(after: .unknown) == .milliseconds(500))
        #expect(end.silence(after: .open) == .milliseconds(1200))
        #expect(end.silence(after: .unknown, usual: .seconds(2)) == .seconds(2))
        #expect(end.silence(after: .open, usual: .seconds(2)) == .seconds(2))
        // The usual silence is a bound of both.
        let short = EndOfSpeech(.init(usual: .milliseconds(200)))
        #expect(short.silence(after: .complete) == .milliseconds(200))
        let long = EndOfSpeech(.init(usual: .seconds(3)))
        #expect(long.silence(after: .open) == .seconds(3))
    }

    @Test func whoPausesLongIsWaitedForLongerAndNeverTooLong() {
        var end = EndOfSpeech(Self.rules)
        end.wentOn(after: .milliseconds(900))
        let once = end.silence(after: .unknown)
        #expect(once > .milliseconds(700) && once < .milliseconds(900))
        end.finished()
        #expect(end.silence(after: .unknown) == once)
        for _ in 1...20 { end.wentOn(after: .seconds(60)) }
        #expect(end.silence(after: .unknown) == .milliseconds(1200))
        // He does not pause any more.
        for _ in 1...60 { end.finished() }
        #expect(end.silence(after: .unknown) < .milliseconds(510))
        // Short pauses make nobody impatient.
        for _ in 1...60 { end.wentOn(after: .milliseconds(310)) }
        #expect(end.silence(after: .unknown) == .milliseconds(500))
    }
}
