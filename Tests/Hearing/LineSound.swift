import Glibc
import Testbed

/// Sounds of a line on which nobody speaks.
package struct LineSound: Sendable {
    package let name: String
    /// In dB of full scale.
    let level: Float
    private let make: @Sendable (_ count: Int, _ others: Voices, _ random: inout SeededGenerator) -> ([Float], Int?)

    /// So much of it, and how many there are in a minute where they can be counted.
    package func trial(seconds: Int, background others: Voices) -> (trial: Trial, rate: Double?) {
        var random = SeededGenerator(seed: 5)
        let (sound, events) = make(seconds * 16_000, others, &random)
        let line = Line.telephone
        let samples = line.carry(sound.map { $0 * factor(level) }, seed: 6)
        return (Trial(line: line, samples: samples, utterances: []), events.map { Double($0) * 60 / Double(seconds) })
    }

    package static let all: [LineSound] =
        [
            (Background.white, -30), (.pink, -30), (.street, -30), (.babble, -30), (.talker, -30), (.white, -45),
            (.pink, -45), (.street, -45), (.babble, -45), (.talker, -45), (.hum, -20), (.music, -20), (.music, -35),
            (.music, -45),
        ].map { background, level in
            LineSound(name: "\(background) \(Int(level))", level: level) { count, others, random in
                (background.samples(count, others, seed: random.next()), nil)
            }
        } + [
            steps("white steps -45/-30", .white), steps("pink steps -45/-30", .pink),
            events("DTMF 100 ms", -15, every: 24_000...56_000) { key(1600, &$0) },
            events("DTMF long", -15, every: 24_000...56_000) { random in
                key(Int.random(in: 4800...16_000, using: &random), &random)
            },
            events("DTMF 100 ms, white -45", -15, every: 24_000...56_000, over: .white, -45) { key(1600, &$0) },
            events("DTMF long, street -40", -15, every: 24_000...56_000, over: .street, -40) { random in
                key(Int.random(in: 4800...16_000, using: &random), &random)
            },
            rhythm("ring-back 425", [425], 16_000, of: 80_000),
            rhythm("ring-back 440+480", [440, 480], 32_000, of: 96_000),
            rhythm("busy 480+620", [480, 620], 8000, of: 16_000),
            events("SIT", -15, every: 40_000...48_000) { _ in
                [950, 1400, 1800].flatMap { Tone.samples([($0, 1)], 5280) }
            },
            rhythm("fax CNG 1100", [1100], 8000, of: 56_000),
            events("beep 1000", -15, every: 40_000...48_000) { _ in Tone.samples([(1000, 1)], 4800) },
            events("clicks -10", -10, every: 8000...20_000) { random in
                Noise.white.samples(Int.random(in: 16...48, using: &random), rate: 16_000, seed: random.next())
            },
            events("typing -30", -30, every: 40_000...80_000) { typing(&$0) },
            events("coughs -20", -20, every: 48_000...80_000) { random in
                Cough(bursts: Int.random(in: 1...3, using: &random)).samples(&random)
            },
            events("coughs -30", -30, every: 48_000...80_000) { random in
                Cough(bursts: Int.random(in: 1...3, using: &random)).samples(&random)
            },
            events("breath -30", -30, every: 32_000...48_000) { breath(&$0) },
            events("breath -40", -40, every: 32_000...48_000) { breath(&$0) },
            events("bumps -20", -20, every: 16_000...32_000) { bump(&$0) },
            events("notifications -25", -25, every: 32_000...56_000) { notification(&$0) },
        ]

    private static func steps(_ name: String, _ noise: Noise) -> LineSound {
        LineSound(name: name, level: -30) { count, _, random in
            var samples = noise.samples(count, rate: 16_000, seed: random.next())
            for index in samples.indices where index / 80_000 % 2 == 0 { samples[index] *= factor(-15) }
            return (samples, nil)
        }
    }

    /// One after another, each so long after the end of the one before, over a noise of so many dB of full scale.
    private static func events(
        _ name: String, _ level: Float, every gaps: ClosedRange<Int>, over background: Background? = nil,
        _ floor: Float = 0, _ one: @escaping @Sendable (inout SeededGenerator) -> [Float]
    ) -> LineSound {
        LineSound(name: name, level: level) { count, others, random in
            var samples = [Float](repeating: 0, count: count)
            if let background {
                samples.add(
                    background.samples(count, others, seed: random.next()), times: factor(floor - level))
            }
            var position = Int.random(in: gaps, using: &random)
            var events = 0
            while position < count - 48_000 {
                let event = one(&random).normalized()
                samples.add(event, at: position)
                position += event.count + Int.random(in: gaps, using: &random)
                events += 1
            }
            return (samples, events)
        }
    }

    private static func rhythm(_ name: String, _ tones: [Float], _ length: Int, of period: Int) -> LineSound {
        LineSound(name: name, level: -20) { count, _, _ in
            var samples = [Float](repeating: 0, count: count)
            let tone = Tone.samples(tones.map { ($0, 1) }, length).normalized()
            for start in stride(from: 8000, to: count, by: period) { samples.add(tone, at: start) }
            return (samples, count / period)
        }
    }

    private static func key(_ length: Int, _ random: inout SeededGenerator) -> [Float] {
        let low: [Float] = [697, 770, 852, 941]
        let high: [Float] = [1209, 1336, 1477, 1633]
        return Tone.samples(
            [
                (low[Int.random(in: 0..<4, using: &random)], 1),
                (high[Int.random(in: 0..<4, using: &random)], 1.25),
            ], length)
    }

    /// Ten strokes, each a click as it goes down and a fainter one as it comes up.
    private static func typing(_ random: inout SeededGenerator) -> [Float] {
        var samples = [Float](repeating: 0, count: 32_000)
        var position = 0
        for _ in 0..<10 {
            for (offset, loud) in [(0, Float(1)), (Int.random(in: 960...1600, using: &random), 0.4)] {
                let click = burst(Int.random(in: 160...400, using: &random), decay: 60, &random)
                samples.add(click, at: position + offset, times: loud)
            }
            position += Int.random(in: 1920...3200, using: &random)
        }
        return samples
    }

    /// Noise that fades away, to a third in `decay` samples.
    static func burst(_ count: Int, decay: Float, _ random: inout SeededGenerator) -> [Float] {
        Noise.white.samples(count, rate: 16_000, seed: random.next()).enumerated().map { index, value in
            value * exp(-Float(index) / decay)
        }
    }

    private static func breath(_ random: inout SeededGenerator) -> [Float] {
        let length = Int.random(in: 8000...16_000, using: &random)
        return Noise.pink.samples(length, rate: 16_000, seed: random.next())
            .highPassed(500, rate: 16_000).lowPassed(Float.random(in: 1500...2500, using: &random), rate: 16_000)
            .enumerated().map { index, value in
                let rise = sin(Float.pi * Float(index) / Float(length))
                return value * rise * rise
            }
    }

    /// The telephone is laid down or hits something.
    private static func bump(_ random: inout SeededGenerator) -> [Float] {
        let length = Int.random(in: 1600...4800, using: &random)
        let ring = Float.random(in: 200...500, using: &random)
        let tone = Tone.samples([(ring, 1), (ring * 2.3, 0.4)], length)
        let noise = burst(length, decay: 300, &random)
        return (0..<length).map { tone[$0] * exp(-Float($0) / 600) + 0.7 * noise[$0] }
    }

    /// Two to four notes, as a telephone or a computer makes them.
    private static func notification(_ random: inout SeededGenerator) -> [Float] {
        (0..<Int.random(in: 2...4, using: &random)).flatMap { _ in
            let pitch = Float.random(in: 500...1500, using: &random)
            let length = Int.random(in: 1600...4000, using: &random)
            let second = Float.random(in: 0.1...0.8, using: &random)
            let third = Float.random(in: 0...0.5, using: &random)
            return Tone.samples([(pitch, 1), (pitch * 2, second), (pitch * 3, third)], length).enumerated().map {
                index, value in value * exp(-Float(index) / 2500)
            }
        }
    }
}
