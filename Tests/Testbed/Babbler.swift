import Glibc

/// A voice without words, at 16 kHz: syllables of 200 ms, of which the last 40 ms are a gap, each another vowel. Power 1
/// while it sounds.
package enum Babbler {
    /// The first two formants, in Hz.
    private static let vowels: [(Float, Float)] = [(700, 1200), (400, 2000), (500, 900), (600, 1700), (350, 2300)]
    private static let syllable = 3200
    private static let gap = 640

    /// Without a pitch, it whispers. To the network that judges voices, a machine that babbles so for minutes is a human
    /// one at 80 Hz; at another pitch only for a while.
    package static func samples(_ count: Int, pitch: Float? = 80) -> [Float] {
        let breath = pitch == nil ? Noise.white.samples(count, rate: 16_000, seed: 21) : []
        var samples = [Float](repeating: 0, count: count)
        var phase: Float = 0
        var resonators = [Resonator](repeating: Resonator(500), count: 2)
        for index in 0..<count {
            let within = index % syllable
            if within == 0 {
                let vowel = vowels[index / syllable % vowels.count]
                resonators = [Resonator(vowel.0), Resonator(vowel.1)]
            }
            if within >= syllable - gap { continue }
            var pulse: Float = 0
            if let pitch {
                phase += pitch * (1 + 0.2 * Float(within) / Float(syllable)) / 16_000
                pulse = phase >= 1 ? 1 : 0
                phase -= pulse
            } else {
                pulse = breath[index]
            }
            samples[index] = resonators[0].pass(pulse) + resonators[1].pass(pulse)
        }
        let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count(where: { $0 != 0 }))
        return samples.map { $0 / power.squareRoot() }
    }

    /// Two poles, 80 Hz wide.
    private struct Resonator {
        private let first: Float
        private let second: Float
        private var last: Float = 0
        private var lastButOne: Float = 0

        init(_ frequency: Float) {
            let radius = exp(-Float.pi * 80 / 16_000)
            first = 2 * radius * cos(2 * Float.pi * frequency / 16_000)
            second = -radius * radius
        }

        mutating func pass(_ value: Float) -> Float {
            (last, lastButOne) = (value + first * last + second * lastButOne, last)
            return last
        }
    }
}
