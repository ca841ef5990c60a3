import Glibc

/// The power of 256 real samples in 129 bins, under a Hann window: a radix-2 Fourier transform of half the length, of the
/// even samples as real and the odd ones as imaginary parts.
struct Fourier {
    static let length = 256
    static let bins = 129
    private static let half = length / 2

    private let window: [Float]
    private let reversed: [Int]
    /// exp(-2 pi i n / 256)
    private let cosine: [Float]
    private let sine: [Float]
    private var real = [Float](repeating: 0, count: half)
    private var imaginary = [Float](repeating: 0, count: half)

    init() {
        let turns = (0..<Self.length).map { 2 * Float.pi * Float($0) / Float(Self.length) }
        window = turns.map { 0.5 - 0.5 * cos($0) }
        cosine = turns.map { cos($0) }
        sine = turns.map { -sin($0) }
        reversed = (0..<Self.half).map { index in (0..<7).reduce(0) { $0 << 1 | index >> $1 & 1 } }
    }

    mutating func transform(_ samples: UnsafeBufferPointer<Float>, into power: UnsafeMutableBufferPointer<Float>) {
        window.withUnsafeBufferPointer { window in
            reversed.withUnsafeBufferPointer { reversed in
                cosine.withUnsafeBufferPointer { cosine in
                    sine.withUnsafeBufferPointer { sine in
                        real.withUnsafeMutableBufferPointer { real in
                            imaginary.withUnsafeMutableBufferPointer { imaginary in
                                for index in 0..<Self.half {
                                    let place = reversed[index]
                                    real[place] = samples[2 * index] * window[2 * index]
                                    imaginary[place] = samples[2 * index + 1] * window[2 * index + 1]
                                }
                                Self.butterflies(real, imaginary, cosine, sine)
                                Self.unpack(real, imaginary, cosine, sine, into: power)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func butterflies(
        _ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>,
        _ cosine: UnsafeBufferPointer<Float>, _ sine: UnsafeBufferPointer<Float>
    ) {
        var span = 1
        while span < half {
            let stride = half / span
            var twiddle = 0
            var offset = 0
            while offset < span {
                let (c, s) = (cosine[twiddle], sine[twiddle])
                var low = offset
                while low < half {
                    let high = low + span
                    let (x, y) = (real[high], imaginary[high])
                    let (u, v) = (real[low], imaginary[low])
                    let turnedX = x * c - y * s
                    let turnedY = x * s + y * c
                    real[low] = u + turnedX
                    imaginary[low] = v + turnedY
                    real[high] = u - turnedX
                    imaginary[high] = v - turnedY
                    low = high + span
                }
                offset += 1
                twiddle += stride
            }
            span *= 2
        }
    }

    private static func unpack(
        _ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>,
        _ cosine: UnsafeBufferPointer<Float>, _ sine: UnsafeBufferPointer<Float>,
        into power: UnsafeMutableBufferPointer<Float>
    ) {
        power[0] = (real[0] + imaginary[0]) * (real[0] + imaginary[0])
        power[half] = (real[0] - imaginary[0]) * (real[0] - imaginary[0])
        var bin = 1
        while bin < half {
            let mirror = half - bin
            let evenX = (real[bin] + real[mirror]) * 0.5
            let evenY = (imaginary[bin] - imaginary[mirror]) * 0.5
            let oddX = (imaginary[bin] + imaginary[mirror]) * 0.5
            let oddY = (real[mirror] - real[bin]) * 0.5
            let x = evenX + oddX * cosine[bin] - oddY * sine[bin]
            let y = evenY + oddX * sine[bin] + oddY * cosine[bin]
            power[bin] = x * x + y * y
            bin += 1
        }
    }
}
