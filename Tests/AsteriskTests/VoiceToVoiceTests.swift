import Glibc
import Hearing
import System
import TestService
import Testbed
import Testing

/// What `make voice-to-voice` prints: how long callers wait for an answer on each Asterisk, from the end of the last word that
/// they say to the first sound that they hear, and what a call takes of the machine. TURNS in the environment is the number of
/// turns.
@Suite(.serialized, .enabled(if: getenv("TURNS") != nil && AsteriskVersion.areInstalled, "make voice-to-voice"))
struct VoiceToVoiceTests {
    @Test func theCallerIsAnswered() throws {
        let count = getenv("TURNS").flatMap { Int(String(cString: $0)) } ?? 20
        let sayings = try people(count)
        let number = getpid() % 62_500
        let network = "\(number / 250 + 1).\(number % 250 + 1)"
        let asterisks = try AsteriskVersion.allCases.map { try Asterisk($0, network: network) }
        for (asterisk, peer) in zip(asterisks, asterisks.reversed()) {
            let stage = Stage(asterisk: asterisk, peer: peer)
            var use: [(String, SpokenCall.Use)] = []
            for delays in [Delays.none, .usual, .complete, .live] {
                let call = try SpokenCall(stage, sayings, delays)
                show("\nAsterisk \(asterisk.version.rawValue), \(count) turns, services of \(delays.text)")
                show(row("ms", "p50", "p95", "worst"))
                for (index, part) in (call.turns.first?.parts ?? []).enumerated() {
                    show(row(part.name, call.turns.map { $0.parts[index].length }))
                }
                show(row("recogniser asked after the last word", call.turns.map { $0.recognizerAsked - $0.lastWord }))
                show(row("word to sound (goal 900, 1200)", call.turns.map(\.length)))
                use.append(("spoken, \(delays.text)", call.use))
            }
            use.append(("keys only", try SpokenCall.withKeys(stage, count: count)))
            show("\nAsterisk \(asterisk.version.rawValue), the program of a call")
            show(row("", "seconds", "CPU ms/s", "resident MB", "private MB"))
            for (name, one) in use {
                let values = [one.seconds, one.cpu, one.memory.resident, one.memory.own]
                show(row(name, values.map { "\(($0 * 10).rounded() / 10)" }))
            }
        }
    }

    /// People whose recordings nobody tunes on; where those are not there, a synthesizer.
    private func people(_ count: Int) throws -> [SpokenCall.Saying] {
        if !Voices.areThere {
            show("no recordings of people (make speech-table gets them); a synthesizer speaks")
            let texts = ["Where is my order?", "Yes, please.", "Connect me to an agent.", "Thank you."]
            let sayings = try texts.map { try Scene.telephoneSpeech($0) }
            return (0..<count).map { index in
                let samples = sayings[index % sayings.count]
                return SpokenCall.Saying(samples: samples, end: samples.count)
            }
        }
        var random = SeededGenerator(seed: 14)
        let all = try Voices(.heldOut).utterances.shuffled(using: &random)
            .compactMap { $0.onTelephone(at: -25, seconds: 0.5...2) }
        show("\(all.count) of the utterances have no pauses; the first \(count) are said")
        return all.prefix(count).map { SpokenCall.Saying(samples: $0.samples, end: $0.end) }
    }

    private func row(_ name: String, _ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        // The smallest that is not below so many of a hundred.
        let ranks = [50, 95, 100].map { max((sorted.count * $0 + 99) / 100 - 1, 0) }
        return row(name, ranks.map { "\(Int((sorted[$0] * 1000).rounded()))" })
    }

    private func row(_ name: String, _ cells: String...) -> String { row(name, cells) }

    private func row(_ name: String, _ cells: [String]) -> String {
        name + String(repeating: " ", count: max(0, 38 - name.count))
            + cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
    }

    private func show(_ line: String) {
        try? Descriptor.writeAll(1, (line + "\n").utf8, deadline: MonotonicClock.now() + .seconds(5))
    }
}
