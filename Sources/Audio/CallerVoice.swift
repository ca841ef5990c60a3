/// How the caller sounds: the mean energy of each band while he speaks. A sound that is much fainter is somebody or
/// something else.
struct CallerVoice {
    /// The weight of the newest step: what was heard a second ago counts for a third.
    private static let share: Float = 0.02
    /// In fewer steps no voice is known.
    private static let fewest = 10

    private var means: [Float]
    private var steps = 0

    init(bands: Int) { means = [Float](repeating: 0, count: bands) }

    /// Takes a step in which he speaks.
    mutating func learn(_ energies: [Float]) {
        steps += 1
        let share = max(Self.share, 1 / Float(steps))
        for band in energies.indices { means[band] += share * (energies[band] - means[band]) }
    }

    /// The floor, and in each band where it is lower, `part` of the voice.
    func raise(_ floor: [Float], to part: Float) -> [Float] {
        if steps < Self.fewest { return floor }
        return floor.indices.map { max(floor[$0], means[$0] * part) }
    }
}
