import Glibc

/// Sounds to put in, and ears for what comes out.
enum Sound {
    static func tone(_ frequency: Double, rate: Int, seconds: Double, level: Double = 0.5) -> [Double] {
        (0..<Int(seconds * Double(rate))).map { level * sin(2 * .pi * frequency * Double($0) / Double(rate)) }
    }

    static func samples(_ values: [Double]) -> [Int16] { values.map { Int16($0 * 32767) } }

    /// How strong one frequency is, 1 being full scale: one bin of a Fourier transform under a Hann window.
    static func level(of frequency: Double, in samples: [Int16], rate: Int) -> Double {
        var (real, imaginary) = (0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let window = 1 - cos(2 * .pi * Double(index) / Double(samples.count))
            let angle = 2 * .pi * frequency * Double(index) / Double(rate)
            real += window * Double(sample) * cos(angle)
            imaginary += window * Double(sample) * sin(angle)
        }
        return 2 * (real * real + imaginary * imaginary).squareRoot() / Double(samples.count) / 32768
    }

    /// How loud all of it is: a full-scale sine is 0.71.
    static func loudness(_ samples: [Int16]) -> Double {
        (samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)).squareRoot() / 32768
    }

    /// The pitch, by counting how often the wave rises through zero.
    static func pitch(_ samples: [Int16], rate: Int) -> Double {
        let rises = zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
        return Double(rises) * Double(rate) / Double(samples.count)
    }

    static func samples(littleEndian bytes: [UInt8]) -> [Int16] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }
}
