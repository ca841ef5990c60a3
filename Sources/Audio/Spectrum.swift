import Glibc

/// The last 32 ms of a sound of 16 kHz by frequency, as far as a telephone carries it: 190 to 3500 Hz, above the strongest
/// of a hum.
struct Spectrum {
    /// In bins of 31.25 Hz.
    private static let edges = [6, 10, 14, 18, 22, 26, 30, 34, 38, 42, 46, 52, 58, 64, 72, 80, 90, 100, 112]
    private static let first = edges[0]
    private static let end = edges[bands]
    static let bands = edges.count - 1
    /// A voice of 75 to 400 Hz, in samples.
    private static let periods = 20..<107
    private static let cosine = (0..<Fourier.length).map { cos(2 * Float.pi * Float($0) / Float(Fourier.length)) }

    private var fourier = Fourier()
    /// At 8 kHz.
    private var window = [Float](repeating: 0, count: Fourier.length)
    private var power = [Float](repeating: 0, count: Fourier.bins)
    private var scratch = [Float](repeating: 0, count: Fourier.bins)
    /// Of each band, the mean of its bins.
    private(set) var energies = [Float](repeating: 0, count: bands)

    mutating func take(_ samples: UnsafeBufferPointer<Int16>) {
        window.withUnsafeMutableBufferPointer { window in
            let fresh = samples.count / 2
            let kept = window.count - fresh
            var index = 0
            while index < kept {
                window[index] = window[index + fresh]
                index += 1
            }
            index = 0
            while index < fresh {
                window[kept + index] = (Float(samples[2 * index]) + Float(samples[2 * index + 1])) / 2
                index += 1
            }
            power.withUnsafeMutableBufferPointer { fourier.transform(UnsafeBufferPointer(window), into: $0) }
        }
        power.withUnsafeBufferPointer { power in
            for band in 0..<Self.bands {
                var sum: Float = 0
                var bin = Self.edges[band]
                while bin < Self.edges[band + 1] {
                    sum += power[bin]
                    bin += 1
                }
                energies[band] = sum / Float(Self.edges[band + 1] - Self.edges[band])
            }
        }
    }

    /// The share of the two highest peaks in all that is well above the floor.
    mutating func toneShare(above floor: [Float]) -> Float {
        var total: Float = 0
        for band in 0..<Self.bands {
            let least = 2 * floor[band]
            for bin in Self.edges[band]..<Self.edges[band + 1] {
                scratch[bin] = max(0, power[bin] - least)
                total += scratch[bin]
            }
        }
        if total == 0 { return 1 }
        return (takePeak() + takePeak()) / total
    }

    private mutating func takePeak() -> Float {
        var highest = Self.first
        for bin in Self.first..<Self.end where scratch[bin] > scratch[highest] { highest = bin }
        var sum: Float = 0
        // As wide as the window makes a tone.
        for bin in max(highest - 2, Self.first)...min(highest + 2, Self.end - 1) {
            sum += scratch[bin]
            scratch[bin] = 0
        }
        return sum
    }

    /// The highest of the autocorrelation at the pitch of a voice, after the floor is made even.
    mutating func voicing(evening floor: [Float]) -> Float {
        var total: Float = 0
        for band in 0..<Self.bands {
            for bin in Self.edges[band]..<Self.edges[band + 1] {
                scratch[bin] = power[bin] / floor[band]
                total += scratch[bin]
            }
        }
        return scratch.withUnsafeBufferPointer { even in
            Self.cosine.withUnsafeBufferPointer { cosine in
                let (first, end, mask) = (Self.first, Self.end, Fourier.length - 1)
                var highest: Float = 0
                for period in Self.periods {
                    var sum: Float = 0
                    var bin = first
                    while bin < end {
                        sum += even[bin] * cosine[bin * period & mask]
                        bin += 1
                    }
                    highest = max(highest, sum)
                }
                return highest / total
            }
        }
    }
}
