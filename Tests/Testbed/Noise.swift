import Glibc

/// What a telephone line carries besides speech. The same samples for the same seed.
package enum Noise: String, CaseIterable, Sendable {
    case white
    case pink
    /// 50 Hz and twelve harmonics.
    case hum
    /// One or two milliseconds long, two to ten in a second.
    case clicks
    /// 425 Hz, 1 s of 5 s.
    case ringBack
    /// 440 and 480 Hz, 2 s of 6 s.
    case ringBackOfTwoTones
    case keys

    /// The mean power is 1, that of ring-back and keys while they sound.
    package func samples(_ count: Int, rate: Int, seed: UInt64) -> [Float] {
        var random = SeededGenerator(seed: seed)
        switch self {
        case .white: return Self.white(count, &random)
        case .pink: return Self.pink(count, &random)
        case .hum:
            let period = (1...12).map { Self.tone(50 * Float($0), rate / 50, rate) }
            let sum = (0..<rate / 50).map { index in
                period.enumerated().reduce(Float(0)) { $0 + $1.element[index] / Float($1.offset + 1) }
            }
            return Self.normal((0..<count).map { sum[$0 % sum.count] })
        case .clicks: return Self.clicks(count, rate, &random)
        case .ringBack: return Self.rung([425], seconds: 1, of: 5, count, rate, &random)
        case .ringBackOfTwoTones: return Self.rung([440, 480], seconds: 2, of: 6, count, rate, &random)
        case .keys: return Self.keys(count, rate, &random)
        }
    }

    /// Nearly normal, of power 1: the sum of four numbers.
    private static func white(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        (0..<count).map { _ in
            let bits = random.next()
            let sum = bits & 0xFFFF + bits >> 16 & 0xFFFF + bits >> 32 & 0xFFFF + bits >> 48
            return (Float(sum) - 131_070) / 37_837
        }
    }

    /// Twelve numbers, each drawn half as often as the one before. Voss.
    private static func pink(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        let fresh = white(count, &random)
        var rows = [Float](repeating: 0, count: 12)
        var sum: Float = 0
        return normal(
            fresh.enumerated().map { index, value in
                let row = min((index + 1).trailingZeroBitCount, rows.count - 1)
                sum += value - rows[row]
                rows[row] = value
                return sum
            })
    }

    private static func clicks(_ count: Int, _ rate: Int, _ random: inout SeededGenerator) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        var position = Int.random(in: 0..<rate / 2, using: &random)
        while position < count {
            let length = Int.random(in: rate / 1000...rate / 500, using: &random)
            for (offset, value) in white(min(length, count - position), &random).enumerated() {
                samples[position + offset] = value
            }
            position += Int.random(in: rate / 10...rate / 2, using: &random)
        }
        return normal(samples)
    }

    private static let lows: [Float] = [697, 770, 852, 941]
    private static let highs: [Float] = [1209, 1336, 1477, 1633]

    private static func keys(_ count: Int, _ rate: Int, _ random: inout SeededGenerator) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        var position = Int.random(in: 0..<rate / 2, using: &random)
        while position < count {
            let length = min(Int.random(in: rate / 20...rate / 4, using: &random), count - position)
            let low = tone(lows[Int.random(in: 0..<4, using: &random)], length, rate)
            let high = tone(highs[Int.random(in: 0..<4, using: &random)], length, rate)
            for index in 0..<length { samples[position + index] = low[index] + high[index] }
            position += length + Int.random(in: rate / 20...rate, using: &random)
        }
        return samples
    }

    /// Anywhere in its rhythm, at the start.
    private static func rung(
        _ frequencies: [Float], seconds: Int, of all: Int, _ count: Int, _ rate: Int, _ random: inout SeededGenerator
    ) -> [Float] {
        let first = Int.random(in: 0..<all * rate, using: &random)
        let tones = frequencies.map { tone($0, count, rate) }
        let level = Float(2 / Double(frequencies.count)).squareRoot()
        return (0..<count).map { index in
            if (first + index) % (all * rate) >= seconds * rate { return 0 }
            return level * tones.reduce(0) { $0 + $1[index] }
        }
    }

    private static func tone(_ frequency: Float, _ count: Int, _ rate: Int) -> [Float] {
        let step = 2 * Double.pi * Double(frequency) / Double(rate)
        return (0..<count).map { Float(sin(step * Double($0))) }
    }

    private static func normal(_ samples: [Float]) -> [Float] {
        let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
        return power == 0 ? samples : samples.map { $0 / power.squareRoot() }
    }
}
