import Glibc

/// Two poles and two zeros: a Butterworth of the second order. RBJ's cookbook.
struct Biquad {
    private let b0: Float
    private let b1: Float
    private let b2: Float
    private let a1: Float
    private let a2: Float
    private var z1: Float = 0
    private var z2: Float = 0

    /// Takes away what is below `edge`, or above it. `quality` shapes the edge: 0.707 for a filter that stands alone.
    init(highPass: Bool, edge: Float, rate: Float, quality: Float = 0.7071) {
        let turn = 2 * Float.pi * edge / rate
        let alpha = sin(turn) / (2 * quality)
        let a0 = 1 + alpha
        let numerator = highPass ? 1 + cos(turn) : 1 - cos(turn)
        b0 = numerator / 2 / a0
        b1 = (highPass ? -numerator : numerator) / a0
        b2 = numerator / 2 / a0
        a1 = -2 * cos(turn) / a0
        a2 = (1 - alpha) / a0
    }

    mutating func pass(_ x: Float) -> Float {
        let y = b0 * x + z1
        z1 = b1 * x - a1 * y + z2
        z2 = b2 * x - a2 * y
        return y
    }
}

extension [Float] {
    /// Of the fourth order.
    func highPassed(_ edge: Float, rate: Float) -> [Float] { passed(highPass: true, edge, rate) }
    func lowPassed(_ edge: Float, rate: Float) -> [Float] { passed(highPass: false, edge, rate) }

    private func passed(highPass: Bool, _ edge: Float, _ rate: Float) -> [Float] {
        var first = Biquad(highPass: highPass, edge: edge, rate: rate, quality: 0.5412)
        var second = Biquad(highPass: highPass, edge: edge, rate: rate, quality: 1.3066)
        return map { second.pass(first.pass($0)) }
    }

    /// The sound after `taps`, every `step`th sample of it, as long as this sound and moved by `delay` to the front.
    func convolved(_ taps: [Float], every step: Int = 1, delay: Int = 0) -> [Float] {
        let width = (taps.count + 7) / 8 * 8
        // Turned around, so that both are read forwards.
        let turned = [Float](repeating: 0, count: width - taps.count) + taps.reversed()
        let padded =
            [Float](repeating: 0, count: width - 1) + self + [Float](repeating: 0, count: delay + 8)
        return padded.withUnsafeBytes { padded in
            turned.withUnsafeBytes { turned in
                stride(from: 0, to: count, by: step).map { index in
                    var sum = SIMD8<Float>(repeating: 0)
                    let first = (index + delay) * 4
                    for offset in stride(from: 0, to: width * 4, by: 32) {
                        sum +=
                            padded.loadUnaligned(fromByteOffset: first + offset, as: SIMD8<Float>.self)
                            * turned.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                    }
                    return sum.sum()
                }
            }
        }
    }

    /// The mean power.
    var power: Float { isEmpty ? 0 : reduce(0) { $0 + $1 * $1 } / Float(count) }

    /// Power 1 where it is not 0.
    func normalized() -> [Float] {
        var sum: Double = 0
        var heard = 0
        for sample in self where sample != 0 {
            sum += Double(sample * sample)
            heard += 1
        }
        if sum == 0 { return self }
        let factor = Float((Double(heard) / sum).squareRoot())
        return map { $0 * factor }
    }

    /// Adds `other` from `position` on, `factor` times as loud.
    mutating func add(_ other: [Float], at position: Int = 0, times factor: Float = 1) {
        let from = Swift.max(0, -position)
        let end = Swift.min(other.count, count - position)
        if from >= end { return }
        withUnsafeMutableBufferPointer { mine in
            for index in from..<end { mine[position + index] += factor * other[index] }
        }
    }
}

/// What `level` dB are as a factor.
func factor(_ level: Float) -> Float { pow(10, level / 20) }
