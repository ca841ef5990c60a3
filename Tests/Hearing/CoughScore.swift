import Testbed

/// What becomes of a prompt that callers cough over.
package struct CoughScore: Sendable {
    package private(set) var coughs = 0
    /// The prompt was held where it was, and of those, given up.
    package private(set) var held = 0
    package private(set) var givenUp = 0
    /// Milliseconds from when it was held until it goes on, of the others.
    package private(set) var pauses: [Int] = []

    package var heldShare: Double { share(held) }
    package var givenUpShare: Double { share(givenUp) }

    private func share(_ count: Int) -> Double { 100 * Double(count) / Double(max(coughs, 1)) }

    /// Whatever is heard, a prompt that is not given up goes on after a second.
    private static let longest = 1000
    /// In samples of 8 kHz, from one cough to the next: each has a silence of its own.
    private static let distance = 40_000

    /// So many coughs of two bursts of 150 to 350 ms each, at this level in dB of full scale.
    package init(_ count: Int, at level: Float, isVoiced: Bool, _ ear: consuming any Ear) {
        var ear = ear
        var random = SeededGenerator(seed: 8)
        let cough = Cough(bursts: 2, length: 2400...5600, isVoiced: isVoiced)
        var sound = [Float](repeating: 0, count: 2 * Self.distance * (count + 1))
        for index in 0..<count {
            let place = 2 * Self.distance * index + Int.random(in: 24_000...32_000, using: &random)
            sound.add(cough.samples(&random).normalized(), at: place, times: factor(level))
        }
        let line = Line.telephone.carry(sound, seed: 9)
        coughs = count
        var began: Int?
        var isGivenUp = false
        for start in stride(from: 0, to: line.count - 160, by: 160) {
            for event in ear.hear(Array(line[start..<start + 160]), playing: nil) {
                switch event {
                case .began:
                    began = start
                    isGivenUp = false
                    held += 1
                case .isSure where began != nil && (start - (began ?? 0)) / 8 < Self.longest:
                    isGivenUp = true
                    givenUp += 1
                case .isSure: break
                case .over:
                    if let began, !isGivenUp { pauses.append(min((start - began) / 8, Self.longest)) }
                    began = nil
                }
            }
        }
    }
}
