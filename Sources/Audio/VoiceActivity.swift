import Glibc

/// Whether somebody speaks, 20 ms after 20 ms.
///
/// What tells speech from the rest of a telephone line: it is louder than the floor of its bands, it lasts longer than a
/// click, it is more than the two tones of a key or of ring-back, and it has a pitch or varies, as a noise that grows
/// louder does not.
public struct VoiceActivity {
    /// What it listens to, in samples a second.
    public static let rate = 16_000
    /// In samples.
    public static let step = 320
    /// So many steps decide together.
    public static let memory = 10

    public enum Level: Int, Comparable, Sendable {
        case none
        /// Speech that goes on may sound like this.
        case faint
        /// Speech has begun.
        case clear

        public static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    private struct Step {
        var score: Float = 0
        var voicing: Float = 0
        /// Of each band, in dB.
        var levels: [Float] = []
    }

    private static let clearScore: Float = 0.45
    private static let faintScore: Float = 0.35
    /// Keys and ring-back have more than this in two peaks, speech rarely.
    private static let toneShare: Float = 0.95
    /// The mean of four steps of noise reaches 0.25 once in a thousand times.
    private static let leastVoicing: Float = 0.27

    private var spectrum = Spectrum()
    private var floor = NoiseFloor(bands: Spectrum.bands)
    private var isFirst = true
    /// The newest first.
    private var recent = [Step](repeating: Step(), count: memory)
    /// How many steps ago the speech that is now clear was first heard.
    public private(set) var onset = 0

    public init() {}

    /// Takes one step of samples.
    public mutating func hear(_ samples: UnsafeBufferPointer<Int16>) -> Level {
        spectrum.take(samples)
        defer { isFirst = false }
        // Its window is filled in part and would set the floor too low.
        if isFirst { return .none }
        floor.learn(spectrum.energies)
        var step = Step()
        let score = floor.excess(of: spectrum.energies)
        if score > Self.faintScore, spectrum.toneShare(above: floor.levels) < Self.toneShare {
            step.score = score
            if score > Self.clearScore {
                step.voicing = spectrum.voicing(evening: floor.levels)
                step.levels = spectrum.energies.map { 10 * log10($0 + NoiseFloor.least) }
            }
        }
        recent.removeLast()
        recent.insert(step, at: 0)
        return judge()
    }

    private mutating func judge() -> Level {
        let loud = recent.indices.filter { recent[$0].score > Self.clearScore }
        // Of eight steps, two clicks fill four.
        if loud.count >= 5, loud[4] < 8, hasPitch(loud.dropLast()) || varies(loud.dropLast(2)) {
            onset = loud[loud.count - 1] + 1
            return .clear
        }
        // A click is in two windows.
        return recent.prefix(5).count { $0.score > Self.faintScore } >= 3 ? .faint : .none
    }

    private func hasPitch(_ steps: ArraySlice<Int>) -> Bool {
        steps.reduce(0) { $0 + recent[$1].voicing } / Float(steps.count) > Self.leastVoicing
    }

    /// Whether the bands vary more in these steps than those of a steady noise do by chance. Without its first two, which
    /// are filled in part, a noise that sets in is steady.
    private func varies(_ steps: ArraySlice<Int>) -> Bool {
        if steps.count < 4 { return false }
        let count = Float(steps.count)
        var ratio: Float = 0
        for band in 0..<Spectrum.bands {
            var sum: Float = 0
            var squares: Float = 0
            for step in steps {
                let level = recent[step].levels[band]
                sum += level
                squares += level * level
            }
            // In dB squared; that of noise is 36 by the width of the band.
            let variance = (squares - sum * sum / count) / (count - 1)
            ratio += variance * Float(Spectrum.width(band)) / 36
        }
        // In steady noise the mean ratio is 1, and above this once in ten thousand times.
        return ratio / Float(Spectrum.bands) > 1 + 1.7 / count.squareRoot()
    }
}
