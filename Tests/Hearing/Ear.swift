import Audio

/// What an ear says of the sound that it hears. Positions are samples of 16 kHz from the first.
package enum EarEvent: Equatable, Sendable {
    /// Somebody began to speak, at this position.
    case began(at: Int)
    /// He has spoken for so long that it is no cough.
    case isSure
    /// He is silent again; what he said is these samples.
    case over(Range<Int>)
}

/// What is tested: the ear of the product or one of somebody else.
package protocol Ear {
    /// Takes the next 20 ms of the line, and what was played to the caller in that time, at the line's rate; nil while
    /// nothing was. When a prompt really began to play is known to 80 ms only.
    mutating func hear(_ samples: [Int16], playing: [Int16]?) -> [EarEvent]
}

/// The ear of the product.
package final class ProductEar: Ear {
    private var detector: UtteranceDetector
    private var start = 0
    private let rate: Int
    private var heard = 0
    /// Of what is played; nil while nothing is.
    private var player: Player?

    private struct Player: ~Copyable {
        var resampler: Resampler
        var position: Int
    }

    package init(_ line: Line, endSilence: Duration = .milliseconds(500)) throws {
        var settings = UtteranceDetector.Settings(endSilence: endSilence)
        settings.rate = line.rate
        detector = try UtteranceDetector(settings)
        rate = line.rate
    }

    package func hear(_ samples: [Int16], playing: [Int16]?) -> [EarEvent] {
        play(playing)
        heard += samples.count
        return detector.hear(samples.withUnsafeBytes { Array($0) }).compactMap { event in
            switch event {
            case .piece, .pauses, .goesOn: return nil
            case .isSure: return .isSure
            case .began(let position):
                start = position
                return .began(at: position)
            case .over(let heard): return .over(start..<start + heard.samples.count)
            }
        }
    }

    private func play(_ samples: [Int16]?) {
        guard let samples else { return player = nil }
        if player == nil, let resampler = try? Resampler(from: rate, to: VoiceActivity.rate) {
            player = Player(resampler: resampler, position: heard * VoiceActivity.rate / rate)
        }
        guard var player = player.take() else { return }
        let played = player.resampler.process(samples)
        detector.played(played, at: player.position)
        player.position += played.count
        self.player = consume player
    }
}

/// An ear of somebody else, which says for each short piece of the line how much it sounds like speech.
package struct VerdictEar: Ear {
    /// The length of a piece, in samples of 16 kHz.
    let hop: Int
    /// Speech begins where so many of the last pieces are above `begin`, and goes on above `goesOn`.
    let needed: Int
    let window: Int
    let begin: Float
    let goesOn: Float
    let verdicts: [Float]

    private static let preRoll = 4800
    private let endSilence: Int
    private var heard = 0
    private var next = 0
    private var start: Int?
    private var lastVoice = 0

    private init(
        _ verdicts: [Float], hop: Int, needed: Int, of window: Int, begin: Float, goesOn: Float, endSilence: Duration
    ) {
        self.verdicts = verdicts
        self.hop = hop
        self.needed = needed
        self.window = window
        self.begin = begin
        self.goesOn = goesOn
        self.endSilence = Int(endSilence / .milliseconds(1)) * 16
    }

    /// Silero's network on pieces of 32 ms at 16 kHz, with the thresholds of its authors.
    package static func silero(_ verdicts: [Float], endSilence: Duration = .milliseconds(500)) -> VerdictEar {
        VerdictEar(verdicts, hop: 512, needed: 1, of: 1, begin: 0.5, goesOn: 0.35, endSilence: endSilence)
    }

    /// webrtcvad on pieces of 10 ms.
    package static func webRTC(_ verdicts: [Float], endSilence: Duration = .milliseconds(500)) -> VerdictEar {
        VerdictEar(verdicts, hop: 160, needed: 6, of: 8, begin: 0.5, goesOn: 0.5, endSilence: endSilence)
    }

    package mutating func hear(_ samples: [Int16], playing: [Int16]?) -> [EarEvent] {
        heard += 320
        var events: [EarEvent] = []
        while (next + 1) * hop <= heard, next < verdicts.count {
            let verdict = verdicts[next]
            next += 1
            if let start {
                if verdict > goesOn { lastVoice = next * hop }
                if next * hop - lastVoice >= endSilence {
                    events.append(.over(start..<next * hop))
                    self.start = nil
                }
            } else {
                let recent = max(0, next - window)..<next
                guard recent.count(where: { verdicts[$0] >= begin }) >= needed,
                    let first = recent.first(where: { verdicts[$0] >= begin })
                else { continue }
                start = max(0, first * hop - Self.preRoll)
                lastVoice = next * hop
                events.append(.began(at: start ?? 0))
            }
        }
        return events
    }
}
