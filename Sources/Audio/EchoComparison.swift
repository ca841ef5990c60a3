import Glibc

/// Compares the line with what was played, in dB of each band, at every lag, to find the lag of the echo.
struct EchoComparison {
    /// From this likeness on, an echo is found; more than other sounds have by chance.
    private static let least: Float = 0.45
    /// From this likeness of about the last half second on, the caller does not speak over the echo.
    private static let leastNow: Float = 0.5
    /// How many steps are compared before a lag is believed: 0.8 s, and 2 s where it is far from that of the sound before.
    private static let fewest = 40
    private static let many = 100
    /// By how much the likeness must be greater at a lag that is far.
    private static let lead: Float = 1.2
    /// What is kept of the sums from step to step: four seconds of them, and half a second.
    private static let keep: Float = 0.995
    private static let keepNow: Float = 0.96
    /// How many steps make the mean of a band.
    private static let longestMean: Float = 250
    /// Fainter is silence: -68 dBFS.
    static let faintest = NoiseFloor.least / 16

    private static let bands = Spectrum.bands
    private static let lags = EchoGate.lags

    /// The sums of a correlation.
    private struct Sums {
        var product: Float = 0
        var played: Float = 0
        var line: Float = 0

        mutating func add(_ other: Sums, keeping share: Float) {
            product = product * share + other.product
            played = played * share + other.played
            line = line * share + other.line
        }

        var likeness: Float { product / (played * line + 1).squareRoot() }
    }

    private var playedMean = [Float](repeating: 0, count: bands)
    private var lineMean = [Float](repeating: 0, count: bands)
    private var meanOf: Float = 0
    /// What was played less its mean, in dB, in the ring's order.
    private var levels = [Float](repeating: 0, count: lags * bands)
    private var sums = [Sums](repeating: Sums(), count: lags)
    private var now = Sums()
    private var lag: Int?
    /// That of the sound before.
    private var usual: Int?
    private var steps = 0
    private var newest = 0

    /// Whether the lag was found in the sound that plays.
    var isSure: Bool { lag != nil }
    /// Whether the line has had little but echo for the last half second.
    var resembles: Bool { now.likeness > Self.leastNow }

    /// Another sound begins. When it does is not known as exactly as the lag.
    mutating func beginAnew() {
        usual = lag ?? usual
        lag = nil
        steps = 0
        now = Sums()
        for lag in sums.indices { sums[lag] = Sums() }
    }

    /// Takes a step of what was played, which is the newest of the ring; nil where nobody knows it.
    mutating func note(_ energies: [Float]?, newest: Int) {
        self.newest = newest
        steps += 1
        meanOf = min(meanOf + 1, Self.longestMean)
        for band in 0..<Self.bands {
            let level = energies.map { Self.decibels($0[band]) } ?? playedMean[band]
            playedMean[band] += (level - playedMean[band]) / meanOf
            levels[newest * Self.bands + band] = level - playedMean[band]
        }
    }

    /// Takes the step of the line at that time. The lag, as soon as it is found.
    mutating func compare(_ line: [Float]) -> Int? {
        var line = line.map { Self.decibels($0) }
        for band in 0..<Self.bands {
            lineMean[band] += (line[band] - lineMean[band]) / meanOf
            line[band] -= lineMean[band]
        }
        add(line)
        if let found = found() {
            if found != lag { now = Sums() }
            lag = found
        }
        return lag
    }

    /// The lag with the greatest likeness. One near that of the sound before is believed sooner than another.
    private func found() -> Int? {
        let near = usual.map { max(0, $0 - EchoGate.jitter)...min(Self.lags - 1, $0 + EchoGate.jitter) }
        let close = near.flatMap { best(of: $0, after: Self.fewest) }
        guard let far = best(of: 0...Self.lags - 1, after: near == nil ? Self.fewest : Self.many) else { return close }
        guard let close else { return far }
        return sums[far].likeness > Self.lead * sums[close].likeness ? far : close
    }

    /// Of those lags of which so many steps were compared.
    private func best(of lags: ClosedRange<Int>, after count: Int) -> Int? {
        lags.filter { steps - $0 >= count && sums[$0].likeness > Self.least }
            .max { sums[$0].likeness < sums[$1].likeness }
    }

    private mutating func add(_ line: [Float]) {
        // Further back is the silence before the sound, in which every line is alike.
        for lag in 0..<min(steps, Self.lags) {
            let row = (newest - lag + Self.lags) % Self.lags * Self.bands
            var step = Sums()
            for band in 0..<Self.bands {
                let level = levels[row + band]
                step.product += level * line[band]
                step.played += level * level
                step.line += line[band] * line[band]
            }
            sums[lag].add(step, keeping: Self.keep)
            if lag == self.lag { now.add(step, keeping: Self.keepNow) }
        }
    }

    private static func decibels(_ energy: Float) -> Float { energy <= faintest ? 0 : 10 * log10(energy / faintest) }
}
