import Hearing
import System

/// Four tables: speech in noise, noise alone, coughs over prompts, and the echo of prompts.
struct Report: Sendable {
    private let options: Options
    private let peers: Peers?
    private let others: Voices

    /// Lines that are printed together.
    private struct Job: Sendable {
        let lines: @Sendable () throws -> [String]
    }

    init(_ options: Options) throws {
        self.options = options
        guard Voices.areThere else { throw Options.Mistake(what: "there are no voices; `make speech-table` gets them") }
        peers = options.hasPeers && Peers.areThere ? Peers() : nil
        others = try Voices(.background)
    }

    func print() async throws {
        if options.hasPeers, peers == nil { say("webrtcvad and Silero do not install here: no lines of them.") }
        let sets = try options.sets.map { ($0, try Voices($0)) }
        for (set, voices) in sets {
            say(
                "\(set.rawValue): \(voices.utterances.count) utterances of \(voices.speakers) speakers"
                    + " (\(voices.recordings - voices.utterances.count) recordings are doubtful)")
        }
        let count = options.isQuick ? 60 : nil
        for (set, voices) in sets {
            let jobs = Condition.all.filter { options.wants($0.name, "speech") }.map { condition in
                Job { try speech(condition, condition.trial(voices, background: others, count: count)) }
            }
            try await run(jobs, "Speech, \(set.rawValue)", Table.speechHeading)
        }
        try await run(
            LineSound.all.filter { options.wants($0.name, "noise") }.map { sound in Job { [try noise(sound)] } },
            "Noise alone, begins a minute", Table.left("events", 35) + "     ours   silero   webrtc")
        try await run(
            [(false, "coughs"), (true, "voiced coughs")].flatMap { isVoiced, name in
                [-20, -25, -30, -35].filter { options.wants("\(name) \($0)", "cough") }.map { level in
                    Job {
                        let count = options.isQuick ? 40 : 200
                        let ear = try ProductEar(.telephone)
                        return [
                            Table.row(
                                "\(name) \(level)",
                                CoughScore(count, at: Float(level), isVoiced: isVoiced, ear))
                        ]
                    }
                }
            }, "Coughs over a prompt", Table.coughHeading)
        for (set, voices) in sets {
            let jobs = EchoTrial.Path.allCases.filter { options.wants($0.rawValue, "echo") }.flatMap { path in
                EchoTrial.trials(path, voices, background: others, rounds: options.isQuick ? 2 : 14).map { trial in
                    Job { [try echo(trial)] }
                }
            }
            try await run(jobs, "Echo of prompts, %, \(set.rawValue)", Table.echoHeading)
        }
    }

    /// At once, where print() would wait for more.
    private func say(_ line: String) { try? Descriptor.writeWhole(1, (line + "\n").utf8) }

    private func speech(_ condition: Condition, _ trial: Trial) throws -> [String] {
        let silence = Duration.milliseconds(options.endSilence)
        func row(_ name: String, _ ear: any Ear) -> String {
            Table.row(condition.name, name, Score(trial, ear, endSilence: options.endSilence * 16))
        }
        let verdicts = try peers?.judge(trial)
        return [
            row("ours", try ProductEar(trial.line, endSilence: silence)),
            verdicts?.silero.map { row("silero", VerdictEar.silero($0, endSilence: silence)) },
            verdicts?.webRTC.map { row("webrtc 3", VerdictEar.webRTC($0, endSilence: silence)) },
        ].compactMap { $0 }
    }

    private func noise(_ sound: LineSound) throws -> String {
        let (trial, rate) = sound.trial(seconds: options.isQuick ? 60 : 240, background: others)
        let verdicts = try peers?.judge(trial)
        let scores: [Score?] = [
            Score(trial, try ProductEar(trial.line)), verdicts?.silero.map { Score(trial, VerdictEar.silero($0)) },
            verdicts?.webRTC.map { Score(trial, VerdictEar.webRTC($0)) },
        ]
        return Table.pad(sound.name, 27) + (rate.map { Table.fixed($0, 8) } ?? Table.left("", 8))
            + scores.map { $0.map { Table.fixed($0.falseStartsAMinute, 9) } ?? "" }.joined()
    }

    private func echo(_ trial: EchoTrial) throws -> String {
        let name = trial.path.rawValue + (trial.loss.map { " \(Int($0)) dB" } ?? " none")
        return Table.row(name, try EchoScore(trial) { try ProductEar(.telephone) })
    }

    /// Runs the jobs on all cores and prints their lines in order, as soon as they are there.
    private func run(_ jobs: [Job], _ title: String, _ heading: String) async throws {
        if jobs.isEmpty { return }
        say("\n\(title)\n\(heading)")
        try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            var waiting = jobs.enumerated().makeIterator()
            func start() {
                guard let (index, job) = waiting.next() else { return }
                group.addTask { (index, try job.lines()) }
            }
            // So many at once, as each needs its memory.
            for _ in 0..<2 { start() }
            var done: [Int: [String]] = [:]
            var next = 0
            while let (index, lines) = try await group.next() {
                start()
                done[index] = lines
                while let lines = done.removeValue(forKey: next) {
                    for line in lines { say(line) }
                    next += 1
                }
            }
        }
    }
}
