/// Decides every 20 ms whether the caller speaks.
///
/// Speech differs from the other sounds of a telephone line: it is louder than the floor of its bands, it lasts longer
/// than a click, it is more than the two tones of a key or of ring-back, and it resembles itself after a few
/// milliseconds, which a noise that grows louder does not. A whisper does, by the resonance of its vowels. Once the caller
/// has spoken, what is much fainter than he is somebody else, or music, and does not begin speech.
public struct VoiceActivity {
    /// The rate of the sound, in samples a second.
    public static let rate = 16_000
    /// The length of a step, in samples.
    public static let step = 320
    /// How many steps decide together.
    public static let memory = 8

    public enum Level: Int, Comparable, Sendable {
        case none
        /// Speech that goes on may sound like this.
        case faint
        /// Speech has begun.
        case clear

        public static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    private struct Step {
        var isLoud = false
        /// It may be part of what begins speech.
        var mayBegin = false
        var voicing: Float = 0
    }

    /// A step is loud where it is more unlikely than this as noise. One in a hundred steps of steady noise is.
    private static let loudScore: Float = 0.5
    /// Speech that goes on has fainter steps.
    private static let loudScoreOfSpeech: Float = 0.4
    /// Where speech begins, a band counts if it is at most 20 dB below the caller's mean.
    private static let beginPart: Float = 0.01
    /// He himself is at most 14 dB below his mean, and 18 dB below the loudest step of what he is saying.
    private static let nearPart: Float = 0.04
    private static let nearLoudest: Float = 0.016
    /// Keys and ring-back have more than this share in two peaks, a word rarely begins so.
    private static let toneShare: Float = 0.985
    /// The vowels of a high voice may have that much for 200 ms and more.
    private static let toneShareOfSpeech: Float = 0.99
    /// The mean of four steps of noise reaches 0.25 once in a thousand times.
    private static let leastVoicing: Float = 0.27

    private var spectrum = Spectrum()
    private var floor = NoiseFloor(bands: Spectrum.bands)
    private var voice = CallerVoice(bands: Spectrum.bands)
    private var loudest: Float = 0
    private var isFirst = true
    /// The newest first.
    private var recent = [Step](repeating: Step(), count: memory)
    /// How many steps ago the speech that is now clear was first heard.
    public private(set) var onset = 0
    /// Whether the newest step is as loud as the caller speaks.
    public private(set) var isNear = false

    public init() {}

    /// Takes one step of samples. `echo`: how much of it, by band, may come from our own prompt.
    public mutating func hear(_ samples: UnsafeBufferPointer<Int16>, echo: [Float]? = nil) -> Level {
        spectrum.take(samples)
        defer { isFirst = false }
        // The first window is only partly filled and would set the floor too low.
        if isFirst { return .none }
        floor.learn(spectrum.energies)
        let levels = echo.map { zip(floor.levels, $0).map { $0 + $1 } } ?? floor.levels
        var step = Step()
        isNear = false
        let excess = NoiseFloor.excess(of: spectrum.energies, above: levels)
        if excess > Self.loudScoreOfSpeech {
            let toneShare = spectrum.toneShare(above: levels)
            step.isLoud = toneShare < Self.toneShareOfSpeech
            step.mayBegin = toneShare < Self.toneShare && isUnlikely(below: Self.beginPart, levels)
            if step.isLoud { step.voicing = spectrum.voicing(evening: levels) }
        }
        if step.isLoud {
            let energy = spectrum.energies.reduce(0, +)
            loudest = max(loudest, energy)
            isNear = energy > loudest * Self.nearLoudest && isUnlikely(below: Self.nearPart, levels)
        }
        if isNear, step.voicing > Self.leastVoicing, isSpeech { voice.learn(spectrum.energies) }
        recent.removeLast()
        recent.insert(step, at: 0)
        return judge()
    }

    private mutating func judge() -> Level {
        let steps = recent.indices.filter { recent[$0].mayBegin }
        // Two clicks fill four of eight steps.
        if steps.count >= 5, isVoiced(steps.dropLast()) {
            onset = steps[steps.count - 1] + 1
            return .clear
        }
        return isSpeech ? .faint : .none
    }

    /// A click is in two windows.
    private var isSpeech: Bool { recent.prefix(5).count(where: \.isLoud) >= 3 }

    /// Whether the newest step is unlikely even where all that is below `part` of the caller's voice were noise.
    private func isUnlikely(below part: Float, _ levels: [Float]) -> Bool {
        NoiseFloor.excess(of: spectrum.energies, above: voice.raise(levels, to: part)) > Self.loudScore
    }

    /// An utterance begins: what was loud before it does not count.
    public mutating func beginUtterance() { loudest = 0 }

    /// Without the first step, which is only partly filled.
    private func isVoiced(_ steps: ArraySlice<Int>) -> Bool {
        steps.reduce(0) { $0 + recent[$1].voicing } / Float(steps.count) > Self.leastVoicing
    }
}
