import Glibc

/// What one person says without a break of ours: a sound of 16 kHz, of power 1 where there are words.
package struct Utterance: Sendable {
    package let speaker: String
    let samples: [Float]
    /// Where the words are, gaps of less than 250 ms included.
    let words: [Range<Int>]

    private static let frame = 160

    /// Nothing where the noise of the recording makes it doubtful what is speech, or where it is too short or too long.
    init?(_ recording: [Int16], speaker: String) {
        let sound = recording.map { Float($0) / 32_768 }.highPassed(100, rate: 16_000)
        let levels = stride(from: 0, to: sound.count - Self.frame, by: Self.frame).map { start in
            10 * log10(Array(sound[start..<start + Self.frame]).power + 1e-9)
        }
        if levels.count < 20 { return nil }
        let sorted = levels.sorted()
        // What 100 ms are louder than, and the mean of the quietest 50 ms.
        let loud = sorted[sorted.count - 10]
        let floor = sorted[0..<5].reduce(0, +) / 5
        if loud - floor < 31 { return nil }
        let words = Self.words(levels, above: max(loud - 30, floor + 8))
        let more = Self.words(levels, above: max(loud - 34, floor + 5))
        let fewer = Self.words(levels, above: loud - 25)
        guard let first = words.first, let last = words.last, let one = more.first, let other = more.last,
            let late = fewer.first, let early = fewer.last
        else { return nil }
        // In frames. Where other thresholds say something else, a listener might, too.
        if late.lowerBound - one.lowerBound > 15 || other.upperBound - early.upperBound > 20 { return nil }
        if !(15...700).contains(last.upperBound - first.lowerBound) { return nil }

        let start = max(0, first.lowerBound * Self.frame - 1920)
        let end = min(sound.count, last.upperBound * Self.frame + 1920)
        var samples = Array(sound[start..<end])
        for index in 0..<Self.frame {
            samples[index] *= Float(index) / Float(Self.frame)
            samples[samples.count - 1 - index] *= Float(index) / Float(Self.frame)
        }
        let places = words.map { $0.lowerBound * Self.frame - start..<$0.upperBound * Self.frame - start }
        let power = places.reduce(Float(0)) { $0 + Array(samples[$1]).power * Float($1.count) }
        let count = places.reduce(0) { $0 + $1.count }
        let scale = (Float(count) / power).squareRoot()
        self.speaker = speaker
        self.words = places
        self.samples = samples.map { $0 * scale }
    }

    /// As a telephone sends it, at 8 kHz and this level in dB of full scale; `end` is where the last word is over. Nothing
    /// where it has pauses, or is not so long.
    package func onTelephone(at level: Float, seconds: ClosedRange<Double>) -> (samples: [Int16], end: Int)? {
        guard words.count == 1, let only = words.first, seconds.contains(Double(only.count) / 16_000) else {
            return nil
        }
        let samples = Line.narrowed(samples).map { Int16(max(-32_768, min(32_767, $0 * 32_768 * factor(level)))) }
        return (samples, only.upperBound / 2)
    }

    private static func words(_ levels: [Float], above least: Float) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var frame = 0
        while frame < levels.count {
            if levels[frame] < least {
                frame += 1
                continue
            }
            let start = frame
            while frame < levels.count, levels[frame] >= least { frame += 1 }
            // A click is no word.
            if frame - start < 3 { continue }
            if let last = words.last, start - last.upperBound < 25 {
                words[words.count - 1] = last.lowerBound..<frame
            } else {
                words.append(start..<frame)
            }
        }
        return words.filter { $0.count >= 6 }
    }
}
