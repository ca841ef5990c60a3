import Glibc
import Testbed

/// A cough of so many bursts, made of noise: a crack and the noise of a throat, and in a voiced one the end of a vowel.
struct Cough {
    let bursts: Int
    /// Of each burst, in samples of 16 kHz.
    var length = 3200...6400
    var isVoiced = false

    func samples(_ random: inout SeededGenerator) -> [Float] {
        var samples: [Float] = []
        for _ in 0..<bursts {
            let length = Int.random(in: length, using: &random)
            let sharp = LineSound.burst(length, decay: 700, &random)
            let throat = Noise.white.samples(length, rate: 16_000, seed: random.next())
                .lowPassed(Float.random(in: 700...1200, using: &random), rate: 16_000)
                .highPassed(350, rate: 16_000)
            var burst = (0..<length).map { index in
                let rise = sin(Float.pi * Float(index) / Float(length))
                return sharp[index] + 2 * rise * throat[index]
            }
            if isVoiced { burst.add(Self.vowel(length / 2, &random), at: length / 2) }
            samples += burst + [Float](repeating: 0, count: Int.random(in: 800...2400, using: &random))
        }
        return samples
    }

    /// A falling pitch, as the cords close.
    private static func vowel(_ length: Int, _ random: inout SeededGenerator) -> [Float] {
        let pitch = Float.random(in: 120...260, using: &random)
        var phase: Float = 0
        return (0..<length).map { index in
            let share = Float(index) / Float(length)
            phase += 2 * Float.pi * pitch * (1 - 0.3 * share) / 16_000
            let sum = (1...10).reduce(Float(0)) { $0 + sin(phase * Float($1)) / Float($1) }
            return 0.5 * sin(Float.pi * share) * sum
        }
    }
}
