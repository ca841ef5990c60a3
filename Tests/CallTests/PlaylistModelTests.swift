import AGI
import Cognigy
import Testing

@testable import Call

/// Messages of every kind, transfers and keys for the telephone, with keys, speech and webhooks at any time: the bench checks
/// what may be written to Asterisk, this what the caller notices.
@Suite struct PlaylistModelTests {
    /// A service that says each thing under a number, and an Asterisk that answers in any order that it can.
    private struct Model {
        let bench: Bench
        var random: SplitMix
        private var pending: [(id: Playlist.ID, name: String)] = []
        private var count = 0
        private let script: [String: [ServiceNews]]
        private static let most = 60

        init(seed: UInt64, isSilent: Bool) {
            random = SplitMix(seed: seed)
            var script: [String: [ServiceNews]] = [:]
            for number in 1...Self.most { script["\(number)"] = [Self.news(number, &random)] }
            self.script = script
            var rules = CallMachine.Rules()
            rules.handset.bargeIn = Bool.random(using: &random)
            let silence = isSilent ? Handset.Silence(narrow: "silence", wide: "silence16") : nil
            bench = Bench.$silence.withValue(silence) { Bench.scripted(script, rules) }
        }

        private static func news(_ number: Int, _ random: inout SplitMix) -> ServiceNews {
            let (onKey, onSpeech) = (flag(&random), flag(&random))
            let message = Message(
                text: "\(number)", stopsOnKey: onKey, stopsOnSpeech: onSpeech,
                loops: Int.random(in: 0...3, using: &random))
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return .sendDigits("\(number)", each: .milliseconds(100))
            case 1...2:
                let kind = Bool.random(using: &random) ? TransferOrder.Kind.dial : .refer
                return TransferOrder(kind, to: "\(number)").map { .transfer($0) } ?? .say(message)
            case 3: return .say(Message(stopsOnKey: onKey, pause: .seconds(1)))
            default: return .say(message)
            }
        }

        private static func flag(_ random: inout SplitMix) -> Bool? {
            [true, false, nil].randomElement(using: &random) ?? nil
        }

        mutating func step() {
            switch Int.random(in: 0..<16, using: &random) {
            case 0...2 where count < Self.most:
                count += 1
                for case .prepare(let id, _) in bench.says("\(count)") { pending.append((id, "\(count)")) }
            case 3...5: prepare()
            case 6: bench.happens(.speechBegan)
            case 7: bench.happens(.speech([0]))
            case 8: bench.happens(.stopPrompt)
            case 9: bench.pass(.milliseconds(300))
            default: answer(pressing: Int.random(in: 0..<6, using: &random) == 0)
            }
        }

        /// Everything that was begun comes to an end.
        mutating func settle() {
            while !pending.isEmpty { prepare() }
            for _ in 0..<2000 where bench.machine.handset.isSpeaking {
                answer(pressing: false)
                bench.pass(.milliseconds(300))
                // Music without an end.
                if bench.machine.handset.unheard == 1 { bench.happens(.stopPrompt) }
            }
        }

        private mutating func prepare() {
            guard !pending.isEmpty else { return }
            let (id, name) = pending.remove(at: Int.random(in: 0..<pending.count, using: &random))
            let isLost = Int.random(in: 0..<6, using: &random) == 0
            bench.happens(.prepared(id, isLost ? nil : .file(name)))
        }

        private func answer(pressing key: Bool) {
            let isInterrupted = bench.outstanding != bench.running
            switch bench.running {
            case nil: break
            case .waitForDigit:
                if key { bench.press("5") } else if isInterrupted { bench.answers(1) }
            case .streamSilence:
                if key {
                    bench.press("5", at: Command.silenceOffset + 160)
                } else if isInterrupted {
                    bench.reads()
                }
            case .streamFile(_, let escape, let offset):
                if key, escape == .all {
                    bench.press("5", at: offset + 160)
                } else if isInterrupted {
                    bench.reads()
                } else {
                    bench.answers(0, endpos: 8000)
                }
            case .evaluate(let marker, _): bench.answers(1, marker + "ANSWER")
            case .channelStatus: bench.answers(6)
            default: bench.answers(0)
            }
        }

        /// What the caller heard, or Asterisk began to do, by number.
        var story: [Int] {
            bench.commands.compactMap { command in
                switch command {
                case .streamFile(let name, _, _): Int(name)
                case .sendDigits(let digits, _): Int(digits)
                case .setVariables(let assignments):
                    assignments.first { $0.variable == .transferTarget }.flatMap { Int($0.value) }
                default: nil
                }
            }
        }

        /// How many transfers the service wanted.
        var wanted: Int {
            (0...count).count { number in
                if case .transfer? = script["\(number)"]?.first { true } else { false }
            }
        }

        var begun: Int { bench.commands.count { if case .gosub = $0 { true } else { false } } }
        var reported: [String] { (bench.machine.service as? ScriptedService)?.transfers ?? [] }
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func theOrderIsKeptEveryTransferIsToldAndNoSoundIsLeft(seed: UInt64) {
        var model = Model(seed: seed, isSilent: seed.isMultiple(of: 2))
        for _ in 0..<300 { model.step() }
        model.settle()
        #expect(!model.bench.machine.handset.isSpeaking)
        #expect(model.story == model.story.sorted())
        #expect(model.reported.count == model.begun && model.begun == model.wanted)
        let made = model.bench.log.compactMap { if case .prepare(let id, _) = $0 { id } else { nil } }
        #expect(made.allSatisfy { id in model.bench.log.contains(.discard(id)) })
        #expect(!made.isEmpty && model.story.count > 5)
        #expect(model.bench.machine.ending == nil)
    }
}
