import TestService

extension Scene {
    static let turns = [Scene("a turn's steps, from word to sound", fromWordToSound)]

    /// Services that take a while; the sound that the caller hears is looked at.
    private static func fromWordToSound(_ stage: Stage) throws -> String {
        let sayings = try ["Where is my order?", "Yes, please.", "Thank you."].map { text in
            let samples = try telephoneSpeech(text)
            return SpokenCall.Saying(samples: samples, end: samples.count)
        }
        let delays = Delays.usual
        let turns = try SpokenCall(stage, sayings, delays).turns
        for turn in turns {
            let parts = turn.parts.map { "\($0.name) \(milliseconds($0.length))" }.joined(separator: ", ")
            try require(turn.isInOrder, "out of order: \(parts)")
            // What is waited for by design: the end of the words, the dialog, and the voice.
            let waited = turn.parts[0].length + Double(delays.dialog + delays.voice) / 1000
            try require(turn.length - waited < waited / 2, "the program's own share is too great: \(parts)")
            // The recogniser works while the caller may still go on.
            try require(turn.parts[1].length < turn.parts[0].length / 2, "recognition is waited for: \(parts)")
        }
        let lengths = turns.map(\.length).sorted()
        return "\(Int(milliseconds(lengths[lengths.count / 2]))) ms, services \(delays.text)"
    }

    private static func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw Site.Failed(description: what()) }
    }
}
