/// Decides every 20 ms whether the caller speaks.
///
/// Silero's network tells a voice from breath, coughs, music and the noise of a street. It is not asked alone: what is no
/// louder than the floor of its bands, shorter than a click, or nothing but the two tones of a key or of ring-back is no
/// speech, whatever it says. And it hesitates with a short word in noise or in music: a sound that is loud for longer than a
/// click and resembles itself after a few milliseconds, as voices do and a noise that grows louder does not, begins with
/// less of its trust.
public struct VoiceActivity: ~Copyable {
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
        var isAudible = false
        var isLoud = false
        var voicing: Float = 0
        var trust: Float = 0
        var energy: Float = 0
    }

    /// A step is loud where it is more unlikely than this as noise. One in a hundred steps of steady noise is.
    private static let loudScore: Float = 0.5
    private static let audibleScore: Float = 0.3
    private static let quietScore: Float = 0.2
    /// Keys and ring-back have more than this share in two peaks. So have some vowels of high voices, but not every step.
    private static let toneShare: Float = 0.985
    /// The mean of four steps of noise reaches 0.25 once in a thousand times.
    private static let leastVoicing: Float = 0.27
    /// Where speech begins and goes on by the network alone. Its authors begin at 0.5; keys in noise reach that.
    private static let begins: Float = 0.6
    private static let goesOn: Float = 0.35
    /// Coughs, breath and music have a mean below this, words in them have not.
    private static let leastTrust: Float = 0.12
    /// Under long music, or after lost packets, what the network remembers makes it deaf for voices. So it is asked twice:
    /// the second state forgets by and by while it hears no voice, most of it in 6.4 s, and everything in a second of quiet.
    private static let noVoice: Float = 0.1
    private static let forgotten: Float = 0.005
    private static let quiet = 50

    /// A voice that is 18 dB fainter than the loudest of an utterance is somebody else's, or a noise.
    private static let nearPart: Float = 0.016

    private var spectrum = Spectrum()
    private var network = SileroNetwork()
    private var verdict = SileroNetwork.Verdict(lasting: 0, forgetful: 0)
    private var floor = NoiseFloor(bands: Spectrum.bands)
    private var isFirst = true
    private var quietSteps = 0
    /// The newest first.
    private var recent = [Step](repeating: Step(), count: memory)
    /// How many steps ago the speech that is now clear was first heard.
    public private(set) var onset = 0

    /// Whether this may be the one whose utterance it is.
    public private(set) var isNear = false
    /// The loudest of the utterance, of three steps each.
    private var loudest: Float = 0

    public init() {}

    /// An utterance begins: what was loud before it does not count.
    public mutating func beginUtterance() { loudest = 0 }

    /// Takes one step of samples. `echo`: how much of it, by band, may come from our own prompt.
    public mutating func hear(_ samples: UnsafeBufferPointer<Int16>, echo: [Float]? = nil) -> Level {
        spectrum.take(samples)
        if let heard = network.hear(samples) {
            verdict = heard
            if heard.forgetful < Self.noVoice { network.forget(Self.forgotten) }
        }
        defer { isFirst = false }
        // The first window is only partly filled and would set the floor too low.
        if isFirst { return .none }
        floor.learn(spectrum.energies)
        let levels = echo.map { zip(floor.levels, $0).map { $0 + $1 } } ?? floor.levels
        let excess = NoiseFloor.excess(of: spectrum.energies, above: levels)
        var step = Step(isAudible: excess > Self.audibleScore, trust: verdict.forgetful)
        step.energy = spectrum.energies.reduce(0, +)
        if excess > Self.loudScore, spectrum.toneShare(above: levels) < Self.toneShare {
            step.isLoud = true
            step.voicing = spectrum.voicing(evening: levels)
        }
        quietSteps = excess > Self.quietScore ? 0 : quietSteps + 1
        if quietSteps == Self.quiet { network.forget(1) }
        recent.removeLast()
        recent.insert(step, at: 0)
        let level = judge()
        let loudness = mean(recent.prefix(3), \.energy)
        isNear = level > .none && loudness >= Self.nearPart * loudest
        if level > .none { loudest = max(loudest, loudness) }
        return level
    }

    private var probability: Float { max(verdict.lasting, verdict.forgetful) }

    private mutating func judge() -> Level {
        let loud = recent.indices.filter { recent[$0].isLoud }
        if let first = loud.last, isVoice(loud) {
            onset = first + 1
            return .clear
        }
        return probability >= Self.goesOn && recent.prefix(3).contains(where: \.isAudible) ? .faint : .none
    }

    private func isVoice(_ loud: [Int]) -> Bool {
        if probability >= Self.begins, loud.count >= 2 { return true }
        // Two clicks fill four of eight steps.
        return loud.count >= 5 && mean(recent[...], \.trust) >= Self.leastTrust
            // Without the first, which is only partly filled.
            && mean(loud.dropLast().map { recent[$0] }[...], \.voicing) > Self.leastVoicing
    }

    private func mean(_ steps: ArraySlice<Step>, _ value: (Step) -> Float) -> Float {
        steps.reduce(0) { $0 + value($1) } / Float(steps.count)
    }
}
