import Glibc
import Testbed

/// Under which circumstances somebody speaks.
package struct Condition: Sendable {
    package let name: String
    var line = Line.telephone
    var background: Background?
    /// How far the background is below the mean of the callers, in dB.
    var below: Float = 0
    /// The mean of the callers, in dB of full scale. Each is up to 5 dB louder or fainter.
    var level: Float = -25
    /// Of a hundred packets, so many do not come.
    var loss = 0
    /// The far end makes a noise of this level while nobody speaks.
    var comfort: Float?

    package static let all = [
        Condition(name: "clean ulaw"),
        Condition(name: "clean 16k", line: .wideband),
        Condition(name: "white 10", background: .white, below: 10),
        Condition(name: "pink 5", background: .pink, below: 5),
        Condition(name: "street 10", background: .street, below: 10),
        Condition(name: "babble 20", background: .babble, below: 20),
        Condition(name: "babble 10", background: .babble, below: 10),
        Condition(name: "music 20", background: .music, below: 20),
        Condition(name: "music 10", background: .music, below: 10),
        Condition(name: "talker 20", background: .talker, below: 20),
        Condition(name: "level -40", level: -40),
        Condition(name: "level -10", level: -10),
        Condition(name: "loss 5%", loss: 5),
        Condition(name: "comfort noise -45", comfort: -45),
    ]

    /// Puts the utterances on a line with pauses of 1.2 to 3 s. Order, pauses and levels are the same in each condition.
    package func trial(_ voices: Voices, background others: Voices, count: Int? = nil) -> Trial {
        var random = SeededGenerator(seed: 1)
        let utterances = voices.utterances.shuffled(using: &random).prefix(count ?? .max)
        var places: [[Range<Int>]] = []
        var starts: [Int] = []
        var levels: [Float] = []
        var position = 16_000
        for utterance in utterances {
            position += Int.random(in: 19_200...48_000, using: &random)
            let start = position - (utterance.words.first?.lowerBound ?? 0)
            starts.append(start)
            places.append(utterance.words.map { $0.lowerBound + start..<$0.upperBound + start })
            levels.append(Float.random(in: -5...5, using: &random))
            position = places[places.count - 1].last?.upperBound ?? position
        }
        var sound = [Float](repeating: 0, count: position + 32_000)
        for (utterance, (start, offset)) in zip(utterances, zip(starts, levels)) {
            sound.add(utterance.samples, at: start, times: factor(level + offset))
        }
        if let background {
            sound.add(background.samples(sound.count, others, seed: 2), times: factor(level - below))
        }
        if let comfort { Self.add(comfort, between: places, to: &sound, &random) }
        var samples = line.carry(sound, seed: 3)
        if loss > 0 {
            let frame = line.rate / 50
            for start in stride(from: 0, to: samples.count - frame, by: frame)
            where Int.random(in: 0..<100, using: &random) < loss {
                for index in start..<start + frame { samples[index] = 0 }
            }
        }
        return Trial(line: line, samples: samples, utterances: places)
    }

    /// The noise begins up to 200 ms after the words and lasts until the next.
    private static func add(
        _ level: Float, between places: [[Range<Int>]], to sound: inout [Float], _ random: inout SeededGenerator
    ) {
        let noise = Noise.white.samples(sound.count, rate: 16_000, seed: 4)
        for (index, words) in places.enumerated() {
            let start = (words.last?.upperBound ?? 0) + Int.random(in: 0...3200, using: &random)
            let end = index + 1 < places.count ? places[index + 1][0].lowerBound : sound.count
            if start >= end { continue }
            for position in start..<end { sound[position] += factor(level) * noise[position] }
        }
    }
}
