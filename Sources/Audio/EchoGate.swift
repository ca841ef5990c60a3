import Glibc

/// Says how much of the sound on the line may be our own prompt, which the caller's telephone sends back.
///
/// What was played is known. An echo is the same sound later and fainter: of each band, at most a share of what was
/// played, the *leak*. What is louder than that is the caller. When the echo comes, and how much of each band leaks, shows
/// in the call itself where the line resembles what was played. It is remembered to the end of the call, because the
/// telephone stays the same.
///
/// There is no echo canceller before it: a handset's limiter makes an echo that is no linear copy, and each prompt begins
/// at a moment that is known to some 80 ms only, so that a filter would have to learn anew with each.
struct EchoGate {
    /// How far back an echo is looked for, in steps: 640 ms.
    static let lags = 33
    /// When a prompt begins is known to 80 ms; so far from the lag of the prompt before an echo may be, in steps.
    static let jitter = 4
    /// The leak of each band before the line has shown its own: -16 dB. The echo of a loud telephone is above that in the
    /// first prompt; more would hide callers.
    private static let firstLeak: Float = 0.025
    /// So much louder than its mean an echo is now and then: 7 dB.
    private static let margin: Float = 5
    /// What is left of an echo in a room after 20 ms: -5 dB.
    private static let tail: Float = 0.3
    /// What was played says something of the leak from here on, -44 dBFS.
    private static let telling = NoiseFloor.least * 64
    /// How fast the leak follows the line where both resemble each other, and down where they do not.
    private static let following: Float = 0.05
    private static let falling: Float = 0.01
    /// By how much what the leak is at most may grow in a step, because a caller may hold the telephone otherwise.
    private static let loosening: Float = 1.01

    private static let bands = Spectrum.bands

    private var played = PlayedSound()
    private var unseen = false
    private var comparison = EchoComparison()
    private var sound = Spectrum()
    private var line = Spectrum()
    /// In samples of 16 kHz, on the line's clock.
    private var position: Int
    /// Of the last steps, by band: what was played, and what the line had. A ring whose newest step is at `newest`.
    private var source = [Float](repeating: 0, count: lags * bands)
    private var heard = [Float](repeating: 0, count: lags * bands)
    private var isUnseen = [Bool](repeating: false, count: lags)
    private var newest = 0
    /// For how many steps nothing was played.
    private var silence = EchoGate.over
    private var lag: Int?
    private var leak = [Float](repeating: firstLeak, count: bands)
    /// What the leak is at most, as far as was seen.
    private var bound = [Float](repeating: .infinity, count: bands)
    private var trail = [Float](repeating: 0, count: bands)

    /// After so many silent steps no echo is left.
    private static let over = lags + 8

    init(at position: Int) { self.position = position }

    // MARK: What is played

    /// Takes what is played from `position` on, at 16 kHz.
    mutating func played(_ samples: [Int16], at position: Int) {
        if played.add(samples, at: position) { comparison.beginAnew() }
    }

    /// From now on something is played, or not any more, whose samples nobody knows.
    mutating func playsUnseen(_ unseen: Bool) {
        self.unseen = unseen
        if unseen { comparison.beginAnew() }
    }

    /// The line has left out so many samples.
    mutating func skip(_ count: Int) {
        // Of what was played longer ago nothing comes back any more.
        var rest = min(count, Self.over * VoiceActivity.step)
        position += count - rest
        while rest >= VoiceActivity.step {
            rest -= VoiceActivity.step
            position += VoiceActivity.step
            if !isIdle { take() }
        }
        position += rest
    }

    private var isIdle: Bool { silence >= Self.over && !unseen && played.isOver(before: position) }

    /// Takes the step of what was played that ends at `position`.
    private mutating func take() {
        played.samples(before: position).withUnsafeBufferPointer { sound.take($0) }
        newest = (newest + 1) % Self.lags
        let row = row(0)
        isUnseen[newest] = unseen
        var isSilent = true
        for band in 0..<Self.bands {
            let energy = unseen ? Self.unseenSound[band] : sound.energies[band]
            source[row + band] = energy
            heard[row + band] = EchoComparison.faintest
            if energy > NoiseFloor.least { isSilent = false }
        }
        silence = isSilent ? min(silence + 1, Self.over) : 0
        comparison.note(unseen ? nil : sound.energies, newest: newest)
    }

    private func row(_ lag: Int) -> Int { (newest - lag + Self.lags) % Self.lags * Self.bands }

    // MARK: What is heard

    /// How much of a step of the line may be echo, by band; nil where nothing was played.
    mutating func hear(_ samples: UnsafeBufferPointer<Int16>) -> [Float]? {
        position += VoiceActivity.step
        if isIdle { return nil }
        take()
        line.take(samples)
        let row = row(0)
        // A line that is mute for a while says nothing of the leak below that.
        for band in 0..<Self.bands { heard[row + band] = max(line.energies[band], EchoComparison.faintest) }
        if !unseen {
            lag = comparison.compare(line.energies) ?? lag
            boundLeak()
        }
        let loudest = loudestSource()
        if comparison.isSure { followLeak(loudest) }
        return (0..<Self.bands).map { band in
            trail[band] = max(loudest[band], trail[band] * Self.tail)
            return trail[band] * min(leak[band], bound[band]) * Self.margin
        }
    }

    /// What was played at the moments from which the echo of now may come.
    private func loudestSource() -> [Float] {
        let reach = comparison.isSure ? 1 : Self.jitter
        let lags = lag.map { max(0, $0 - reach)...min(Self.lags - 1, $0 + reach) } ?? 0...Self.lags - 1
        var loudest = [Float](repeating: 0, count: Self.bands)
        for lag in lags {
            let row = row(lag)
            for band in 0..<Self.bands { loudest[band] = max(loudest[band], source[row + band]) }
        }
        return loudest
    }

    /// The echo of the oldest step has come by now, whatever the lag: it was not louder than the loudest that was heard.
    private mutating func boundLeak() {
        let oldest = (newest + 1) % Self.lags
        if isUnseen[oldest] { return }
        for band in 0..<Self.bands {
            let played = source[oldest * Self.bands + band]
            if played < Self.telling { continue }
            var loudest: Float = 0
            for step in 0..<Self.lags { loudest = max(loudest, heard[step * Self.bands + band]) }
            bound[band] = min(bound[band] * Self.loosening, loudest / played)
        }
    }

    private mutating func followLeak(_ loudest: [Float]) {
        for band in 0..<Self.bands where loudest[band] >= Self.telling {
            let ratio = heard[row(0) + band] / loudest[band]
            if comparison.resembles {
                // A caller is far above the echo and must not count for much, nor must a moment whose sound was not played
                // just then but beside it.
                leak[band] *= exp(Self.following * max(-1, min(log(ratio / leak[band]), 1)))
                bound[band] = max(bound[band], leak[band])
            } else if ratio < leak[band] {
                leak[band] *= exp(Self.falling * log(ratio / leak[band]))
            }
        }
    }

    // MARK: What nobody knows

    /// What is taken for played where Asterisk plays what cannot be read: of prompts of -20 dBFS by several speakers, the
    /// energies that one step in ten is above.
    private static let unseenSound: [Float] = [
        3400, 35_000, 20_000, 11_500, 6600, 3300, 2100, 1200, 700, 600, 640, 680, 560, 390, 440, 490, 240, 64,
    ].map { $0 * NoiseFloor.least }
}
