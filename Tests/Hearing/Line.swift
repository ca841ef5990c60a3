import Glibc
import Testbed

/// What carries a sound of 16 kHz to the ear.
package enum Line: Sendable {
    /// 300 to 3400 Hz, 8 kHz, mu-law.
    case telephone
    /// 16 kHz, as it is.
    case wideband

    package var rate: Int { self == .telephone ? 8000 : 16_000 }

    /// What a line hisses by itself, in dB of full scale.
    static let idle: Float = -68

    /// Lets below 3400 Hz pass, at 16 kHz: a sinc under a Hamming window.
    private static let lowPass: [Float] = {
        let (half, edge) = (47, Float(3450) / 16_000)
        return (-half...half).map { index in
            let window = 0.54 + 0.46 * cos(Float.pi * Float(index) / Float(half))
            if index == 0 { return 2 * edge }
            return sin(2 * Float.pi * edge * Float(index)) / (Float.pi * Float(index)) * window
        }
    }()

    /// Full scale is 1.
    package func carry(_ sound: [Float], seed: UInt64) -> [Int16] {
        var sound = filtered(sound)
        sound.add(Noise.white.samples(sound.count, rate: rate, seed: seed), times: factor(Self.idle))
        return sound.map { value in
            let sample = Int16(max(-32_768, min(32_767, value * 32_768)))
            return self == .telephone ? MuLaw.thereAndBack(sample) : sample
        }
    }

    /// At the line's rate, with the frequencies that it lets pass.
    func filtered(_ sound: [Float]) -> [Float] {
        if self == .wideband { return sound }
        return sound.highPassed(300, rate: 16_000)
            .convolved(Self.lowPass, every: 2, delay: (Self.lowPass.count - 1) / 2)
    }
}

/// G.711.
enum MuLaw {
    static func thereAndBack(_ sample: Int16) -> Int16 { table[Int(sample) + 32_768] }

    private static let table = (-32_768...32_767).map { roundTrip($0) }

    private static func roundTrip(_ sample: Int) -> Int16 {
        let magnitude = min(abs(sample), 32_635) + 132
        let exponent = Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 7
        let mantissa = magnitude >> (exponent + 3) & 15
        let value = (mantissa << 3 + 132) << exponent - 132
        return Int16(sample < 0 ? -value : value)
    }
}
