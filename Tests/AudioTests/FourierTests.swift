import Glibc
import Testbed
import Testing

@testable import Audio

@Suite struct FourierTests {
    private func power(_ samples: [Float]) -> [Float] {
        var fourier = Fourier()
        var power = [Float](repeating: 0, count: Fourier.bins)
        samples.withUnsafeBufferPointer { samples in
            power.withUnsafeMutableBufferPointer { fourier.transform(samples, into: $0) }
        }
        return power
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func itIsWhatTheDefinitionSays(seed: UInt64) {
        let samples = Noise.white.samples(256, rate: 8000, seed: seed)
        for (bin, power) in power(samples).enumerated().dropFirst() {
            var (real, imaginary) = (0.0, 0.0)
            for (index, sample) in samples.enumerated() {
                let turn = 2 * Double.pi * Double(index) / 256
                let value = Double(sample) * (0.5 - 0.5 * cos(turn))
                real += value * cos(turn * Double(bin))
                imaginary += value * sin(turn * Double(bin))
            }
            let exact = real * real + imaginary * imaginary
            #expect(abs(Double(power) - exact) < 0.001 * exact + 0.01, "bin \(bin)")
        }
    }

    @Test func aConstantIsInTheLowestBinsOnly() {
        let power = power([Float](repeating: 1000, count: 256))
        #expect(power[0] > 1e10)
        #expect(power[2...].allSatisfy { $0 < 100 })
    }
}
