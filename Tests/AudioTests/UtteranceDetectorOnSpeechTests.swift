import Glibc
import System
import Testbed
import Testing

@testable import Audio

/// The ear on words of espeak-ng, as a telephone carries them, in every noise at 20, 10 and 5 dB below the speech.
@Suite struct UtteranceDetectorOnSpeechTests {
    private static let levels = [20, 10, 5]

    /// What came of one noise at one level.
    private struct Score {
        var words = 0
        var hits = 0
        var falseStarts = 0
        /// Utterances that hold what was said 1.2 s apart, for want of an end.
        var merged = 0
        var lost: [Int] = []

        mutating func add(_ other: Score) {
            words += other.words
            hits += other.hits
            falseStarts += other.falseStarts
            merged += other.merged
            lost += other.lost
        }

        var meanLost: Double { Double(lost.reduce(0, +)) / Double(max(lost.count, 1)) }
    }

    @Test func wordsAreHeardInEveryNoiseAndNoiseIsNot() throws {
        var lines: [Spoken] = []
        for (index, voice) in SpokenVoice.all.enumerated() {
            for rate in [8000, 16_000] {
                lines.append(try voice.speak(rate: rate, level: [-22, -30, -18][index % 3]))
            }
        }
        let quiet = try score(lines) { $0.samples }
        var table = [row("none", "-", quiet)]
        // On a telephone a whisper passes for breath.
        #expect(quiet.hits >= quiet.words - 1)
        #expect(quiet.falseStarts + quiet.merged == 0)
        #expect(quiet.meanLost < 5)

        var all = Score()
        var worst = Score()
        for noise in Noise.allCases {
            let sound = Dictionary(
                uniqueKeysWithValues: [8000, 16_000].map { rate in
                    (rate, noise.samples(12 * rate, rate: rate, seed: 11))
                })
            for level in Self.levels {
                let score = try score(lines) { line in
                    let noise = try #require(sound[line.rate]).prefix(line.samples.count)
                    return .mix(line.samples, Array(noise).samples(at: line.level - Float(level)))
                }
                table.append(row(noise.rawValue, "\(level)", score))
                #expect(score.hits * 100 >= score.words * 90, "\(noise) at \(level) dB")
                #expect(score.falseStarts == 0, "\(noise) at \(level) dB")
                #expect(score.merged == 0, "\(noise) at \(level) dB")
                #expect(score.meanLost < 40, "\(noise) at \(level) dB")
                all.add(score)
                if level == 5 { worst.add(score) }
            }
        }
        table.append(row("all", "", all))
        print(table.joined(separator: "\n"))
        #expect(all.hits * 100 >= all.words * 96)
        #expect(worst.hits * 100 >= worst.words * 95)
        #expect(all.meanLost < 8)
    }

    /// The words of each line are hits where an utterance overlaps them; an utterance without words is a false start.
    private func score(_ lines: [Spoken], _ heard: (Spoken) throws -> [Int16]) throws -> Score {
        var score = Score()
        for line in lines {
            let utterances = try utterances(try heard(line), rate: line.rate)
            var claimed = Set<Int>()
            for words in line.words {
                let overlapping = utterances.indices.filter { utterances[$0].overlaps(words) }
                claimed.formUnion(overlapping)
                score.words += 1
                guard let first = overlapping.first else { continue }
                score.hits += 1
                score.lost.append(max(0, utterances[first].lowerBound - words.lowerBound) / 16)
            }
            score.falseStarts += utterances.count - claimed.count
            score.merged += utterances.count { utterance in line.words.count { utterance.overlaps($0) } > 1 }
        }
        return score
    }

    /// Where there are utterances, in samples of 16 kHz; without the 500 ms that end them.
    private func utterances(_ samples: [Int16], rate: Int) throws -> [Range<Int>] {
        var settings = UtteranceDetector.Settings()
        settings.rate = rate
        var ear = try UtteranceDetector(settings)
        let bytes = samples.withUnsafeBytes { Array($0) }
        var utterances: [Range<Int>] = []
        for event in ear.hear(bytes) {
            if case .over(let heard) = event {
                utterances.append(heard.position..<heard.position + heard.samples.count - 8000)
            }
        }
        return utterances
    }

    private func row(_ noise: String, _ level: String, _ score: Score) -> String {
        let cells = [
            "\(score.hits)/\(score.words) heard", "\(score.falseStarts) false", "\(score.merged) merged",
            "lost \(Int(score.meanLost * 10) / 10).\(Int(score.meanLost * 10) % 10) ms on average,"
                + " \(score.lost.max() ?? 0) at most",
        ]
        let name = noise + String(repeating: " ", count: max(0, 20 - noise.count))
        return name + String(repeating: " ", count: 3 - level.count) + level + " dB: " + cells.joined(separator: ", ")
    }
}
