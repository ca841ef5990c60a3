import Glibc
import Testbed

/// What goes on around a caller all the time, of power 1.
enum Background: String, Sendable {
    case white
    case pink
    /// Wind, cars that pass, and now and then a horn.
    case street
    /// Eight people at once.
    case babble
    /// Somebody else, who makes short pauses.
    case talker
    case music
    case hum

    func samples(_ count: Int, _ others: Voices, seed: UInt64) -> [Float] {
        var random = SeededGenerator(seed: seed)
        switch self {
        case .white: return Noise.white.samples(count, rate: 16_000, seed: seed)
        case .pink: return Noise.pink.samples(count, rate: 16_000, seed: seed)
        case .hum: return Noise.hum.samples(count, rate: 16_000, seed: seed)
        case .street: return Self.street(count, &random)
        case .babble:
            var sum = [Float](repeating: 0, count: count)
            for _ in 0..<8 {
                sum.add(
                    Self.speech(count, others, pauses: 0...6400, &random),
                    times: factor(Float.random(in: -3...3, using: &random)))
            }
            return sum.normalized()
        case .talker: return Self.speech(count, others, pauses: 4800...19_200, &random)
        case .music: return Music.samples(count, &random).normalized()
        }
    }

    /// Power 1 while words are spoken.
    private static func speech(
        _ count: Int, _ others: Voices, pauses: ClosedRange<Int>, _ random: inout SeededGenerator
    ) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        var position = 0
        while position < count, let utterance = others.utterances.randomElement(using: &random) {
            samples.add(utterance.samples, at: position)
            position += utterance.samples.count + Int.random(in: pauses, using: &random)
        }
        return samples
    }

    private static func street(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        var samples = Noise.pink.samples(count, rate: 16_000, seed: random.next())
            .lowPassed(900, rate: 16_000)
        let tyres = Noise.pink.samples(count, rate: 16_000, seed: random.next())
            .lowPassed(1800, rate: 16_000)
        var position = 0
        while position < count {
            let length = Int.random(in: 32_000...80_000, using: &random)
            let loud = Float.random(in: 1...3, using: &random)
            for offset in 0..<min(length, count - position) {
                let rise = sin(Float.pi * Float(offset) / Float(length))
                samples[position + offset] += loud * rise * rise * tyres[position + offset]
            }
            position += length + Int.random(in: 32_000...128_000, using: &random)
        }
        position = Int.random(in: 80_000...320_000, using: &random)
        while position < count {
            let length = Int.random(in: 4800...12_800, using: &random)
            let horn = Tone.samples([(410, 1), (515, 1), (820, 0.5), (1030, 0.5), (1545, 0.3)], length)
            samples.add(horn, at: position, times: 0.8)
            position += length + Int.random(in: 320_000...640_000, using: &random)
        }
        return samples.normalized()
    }
}

/// Sines at 16 kHz with soft edges of 5 ms.
enum Tone {
    static func samples(_ partials: [(frequency: Float, amplitude: Float)], _ count: Int) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        for (frequency, amplitude) in partials {
            let step = 2 * Double.pi * Double(frequency) / 16_000
            for index in 0..<count { samples[index] += amplitude * Float(sin(step * Double(index))) }
        }
        for index in 0..<min(80, count / 2) {
            samples[index] *= Float(index) / 80
            samples[count - 1 - index] *= Float(index) / 80
        }
        return samples
    }
}

/// Chords, a tune, a bass and drums.
enum Music {
    private static let chords = [[0, 4, 7], [9, 12, 16], [5, 9, 12], [7, 11, 14], [2, 5, 9], [4, 7, 11]]

    static func samples(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        var samples = [Float](repeating: 0, count: count)
        let beat = Int.random(in: 7200...9600, using: &random)
        let drum = Noise.white.samples(1600, rate: 16_000, seed: random.next())
        var chord = chords[0]
        for (number, position) in stride(from: 0, to: count, by: beat).enumerated() {
            if number % 4 == 0 {
                chord = chords[Int.random(in: 0..<chords.count, using: &random)]
                for note in chord { samples.add(self.note(note, 4 * beat, decay: 1.5), at: position, times: 0.25) }
            }
            samples.add(note(chord[0] - 24, beat, decay: 3), at: position, times: 0.5)
            if number % 2 == 1 {
                for index in 0..<min(drum.count, count - position) {
                    samples[position + index] += 0.3 * drum[index] * exp(-Float(index) / 300)
                }
            }
            // The tune rests now and then.
            for half in 0..<2 where Int.random(in: 0..<4, using: &random) > 0 {
                let step = chord[Int.random(in: 0..<3, using: &random)] + 12 * Int.random(in: 0...1, using: &random)
                samples.add(note(step + 12, beat / 2, decay: 2), at: position + half * beat / 2, times: 0.5)
            }
        }
        return samples
    }

    /// So many half tones above middle C, with six harmonics.
    private static func note(_ step: Int, _ count: Int, decay: Float) -> [Float] {
        let pitch = 261.6 * pow(2, Float(step) / 12)
        var samples = Tone.samples((1...6).map { (pitch * Float($0), 1 / Float($0)) }, count)
        for index in samples.indices { samples[index] *= exp(-decay * Float(index) / 16_000) }
        return samples
    }
}
