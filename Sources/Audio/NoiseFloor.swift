import Glibc

/// How loud each band is without speech: the least of the last 1.6 s. Speech leaves gaps in every band within that time,
/// noise does not. So the floor is learnt from the first word as well as from silence, and includes a noise that grows
/// louder after 1.6 s.
struct NoiseFloor {
    /// The energy of 50 units of 32768, -56 dBFS. A fainter sound is crosstalk, echo or idle noise and not the caller.
    static let least: Float = 50 * 50 * 96

    /// The weight of the newest step in the smoothed energy.
    private static let share: Float = 0.4
    private static let spans = 8
    /// In steps.
    private static let span = 10
    /// How far the least of a noise is below its mean.
    private static let bias: Float = 1.4
    /// No band counts for more.
    private static let mostExcess: Float = 8

    private(set) var levels: [Float]
    private var smooth: [Float] = []
    /// The least of each span. The oldest is overwritten next.
    private var minima: [[Float]]
    private var newest = 0
    private var steps = 0

    init(bands: Int) {
        levels = [Float](repeating: Self.least, count: bands)
        minima = [[Float]](repeating: [Float](repeating: .infinity, count: bands), count: Self.spans)
    }

    mutating func learn(_ energies: [Float]) {
        if smooth.isEmpty { smooth = [Float](repeating: 0, count: energies.count) }
        if steps % Self.span == 0 {
            newest = (newest + 1) % Self.spans
            minima[newest] = [Float](repeating: .infinity, count: energies.count)
        }
        steps += 1
        // The mean of the steps so far. One step alone would be too low in some bands for 1.6 s.
        let share = max(Self.share, 1 / Float(steps))
        for band in energies.indices {
            smooth[band] += share * (energies[band] - smooth[band])
            if steps < 4 {
                levels[band] = max(Self.bias * smooth[band], Self.least)
                continue
            }
            minima[newest][band] = min(minima[newest][band], smooth[band])
            var least = Float.infinity
            for span in 0..<Self.spans { least = min(least, minima[span][band]) }
            levels[band] = max(Self.bias * least, Self.least)
        }
    }

    /// How unlikely this is as noise of these levels: the likelihood ratio of Sohn, Kim and Sung (1999), on the average of
    /// the bands.
    static func excess(of energies: [Float], above levels: [Float]) -> Float {
        var sum: Float = 0
        for band in energies.indices {
            let ratio = energies[band] / levels[band]
            if ratio > 1 { sum += min(ratio - log(ratio) - 1, mostExcess) }
        }
        return sum / Float(energies.count)
    }
}
