import Glibc
import Testbed

/// Calls in which what we play comes back over the line.
package struct EchoTrial: Sendable {
    package enum Path: String, CaseIterable, Sendable {
        /// A hybrid or a gateway: all frequencies, within 8 ms.
        case linear
        /// A loudspeaker near a microphone: 500 to 2800 Hz, overdriven, in a room of 120 ms.
        case handset
    }

    /// A prompt of a call, in samples of 8 kHz from the start of the call.
    struct Prompt: Sendable {
        let place: Range<Int>
        /// Where the caller speaks over it.
        let caller: Range<Int>?
        let isFirst: Bool
    }

    /// One call at 8 kHz.
    struct Call: Sendable {
        let prompts: [Prompt]
        /// What is played to the caller, and what is said to be, up to 80 ms earlier.
        let told: [Int16?]
        let line: [Int16]
    }

    package let path: Path
    /// How loud the echo is beside what was played, in dB; nil where there is none.
    package let loss: Float?
    private let plans: [Plan]

    package static let losses: [Float?] = [nil, -30, -25, -20, -15, -10]
    private static let delays = [40, 120, 240, 400]
    private static let promptLevel: Float = -20
    private static let rate = 8000

    /// What is the same at every level of the echo.
    struct Plan: Sendable {
        let seed: UInt64
        let prompts: [Prompt]
        let told: [Int16?]
        let echo: [Float]
        let caller: [Float]
    }

    package static func trials(
        _ path: Path, _ callers: Voices, background others: Voices, rounds: Int, losses: [Float?] = losses
    ) -> [EchoTrial] {
        var random = SeededGenerator(seed: 7)
        let plans = (0..<rounds).flatMap { round in
            delays.map { plan(path, callers, others, delay: $0, speaks: round % 2 == 0, &random) }
        }
        return losses.map { EchoTrial(path: path, loss: $0, plans: plans) }
    }

    private init(path: Path, loss: Float?, plans: [Plan]) {
        self.path = path
        self.loss = loss
        self.plans = plans
    }

    var count: Int { plans.count }

    /// The line of one call.
    func call(_ index: Int) -> Call {
        let plan = plans[index]
        var sound = plan.caller
        if let loss { sound.add(plan.echo, times: factor(loss)) }
        sound.add(
            Noise.white.samples(sound.count, rate: Self.rate, seed: plan.seed), times: factor(Line.idle))
        let line = sound.map { MuLaw.thereAndBack(Int16(max(-32_768, min(32_767, $0 * 32_768)))) }
        return Call(prompts: plan.prompts, told: plan.told, line: line)
    }

    /// Four prompts of 7 to 10 s, with more than two seconds between.
    private static func plan(
        _ path: Path, _ callers: Voices, _ others: Voices, delay: Int, speaks: Bool,
        _ random: inout SeededGenerator
    ) -> Plan {
        let seed = random.next()
        // One speaker who says enough for a prompt plays all of a call's.
        let talkers = Dictionary(grouping: others.utterances, by: \.speaker).filter { $1.count >= 12 }
        let names = talkers.keys.sorted()
        let sayings = talkers[names[Int.random(in: 0..<names.count, using: &random)]] ?? []
        let count = 4 * 13 * rate
        var played = [Float](repeating: 0, count: count)
        var caller = [Float](repeating: 0, count: count)
        var told = [Int16?](repeating: nil, count: count)
        var prompts: [Prompt] = []
        for number in 0..<4 {
            let sound = prompt(sayings, &random)
            let start = number * 13 * rate + Int.random(in: rate / 2...rate, using: &random)
            let place = start..<start + sound.count
            played.add(sound, at: start)
            let early = Int.random(in: 0...rate * 80 / 1000, using: &random)
            for (index, sample) in Line.coded(sound).enumerated() { told[start - early + index] = sample }
            var words: Range<Int>?
            if speaks, let utterance = callers.utterances.randomElement(using: &random) {
                let said = Line.narrowed(utterance.samples)
                let position = start + Int.random(in: rate * 3 / 2...rate * 4, using: &random)
                caller.add(
                    said, at: position, times: factor(-25 + Float.random(in: -5...5, using: &random)))
                words =
                    position + (utterance.words.first?.lowerBound ?? 0) / 2..<position
                    + (utterance.words.last?.upperBound ?? 0) / 2
            }
            prompts.append(Prompt(place: place, caller: words, isFirst: number == 0))
        }
        let echo = echo(of: Line.coded(played).map { Float($0) / 32_768 }, path, delay: delay * rate / 1000, &random)
        return Plan(seed: seed, prompts: prompts, told: told, echo: echo, caller: caller)
    }

    private static func prompt(_ sayings: [Utterance], _ random: inout SeededGenerator) -> [Float] {
        var samples: [Float] = []
        let length = Int.random(in: 14 * rate...20 * rate, using: &random)
        while samples.count < length, let saying = sayings.randomElement(using: &random) {
            samples += saying.samples + [Float](repeating: 0, count: Int.random(in: 800...4000, using: &random))
        }
        return Line.narrowed(Array(samples.prefix(length))).map { $0 * factor(promptLevel) }
    }

    private static func echo(
        of played: [Float], _ path: Path, delay: Int, _ random: inout SeededGenerator
    ) -> [Float] {
        var sound = played
        if path == .handset {
            let limit = 3 * factor(promptLevel)
            sound = sound.highPassed(500, rate: 8000).lowPassed(2800, rate: 8000)
                .map { limit * tanh($0 / limit) }
        }
        let length = path == .linear ? 64 : 960
        // To a thousandth within its length, and 1 of power in all.
        let taps = Noise.white.samples(length, rate: rate, seed: random.next()).enumerated()
            .map { index, value in value * exp(-6.9 * Float(index) / Float(length)) }
        let scale = taps.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let dispersed = sound.convolved(taps.map { $0 / scale })
        return [Float](repeating: 0, count: delay) + dispersed.dropLast(delay)
    }
}

extension Line {
    /// A sound of 16 kHz at 8 kHz, as a telephone lets it pass.
    static func narrowed(_ sound: [Float]) -> [Float] { telephone.filtered(sound) }

    /// With what mu-law does to it.
    static func coded(_ sound: [Float]) -> [Int16] {
        sound.map { MuLaw.thereAndBack(Int16(max(-32_768, min(32_767, $0 * 32_768)))) }
    }
}
