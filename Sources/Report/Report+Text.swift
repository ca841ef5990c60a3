/// The report for a terminal, 80 columns wide.
extension Report {
    private static let barWidth = 24

    public var text: String {
        var lines: [String] = []
        lines += head
        if calls > 0 {
            lines += ["", "How calls ended"] + endings
            if !errors.isEmpty {
                lines += ["", "Errors by kind"] + bars(errors.map { ($0.name.reason, $0.count) }, of: bad)
            }
            lines += ["", Self.row("Set-up, from the start of the call", ["calls", "p50", "p90", "p99"])]
            lines += Self.setUp.compactMap { steps[$0].map(Self.row)?(Words.name(of: $0)) }
        }
        lines += table(spoken, "Turns by voice") + table(keyed, "Turns by keys")
        lines += ["", "What that means"] + verdicts.flatMap { Self.wrapped($0.mark, $0.sentence) }
        lines += remarks.flatMap { [""] + Self.wrapped("", $0) }
        return lines.joined(separator: "\n")
    }

    private var head: [String] {
        var facts: [(String, String)] = []
        if begin <= end { facts.append(("Time", "\(Words.minute(begin)) to \(Words.minute(end)) UTC")) }
        facts.append(("Calls", callsInWords))
        if calls > 0 {
            let lengths = [0.5, 0.9, 0.99].compactMap { length.percentile($0).map(Words.time) }
            facts.append(("Length", "p50 \(lengths[0]), p90 \(lengths[1]), p99 \(lengths[2])"))
            facts.append(("At once", "\(Words.count(atOnce.most)) at most, at \(Words.minute(atOnce.time))"))
        }
        if let busiestHour {
            let time = Words.minute(Double(busiestHour.hour) * 3600)
            facts.append(("Busiest", "the hour from \(time): \(Words.count(busiestHour.calls, "call"))"))
        }
        if help > 0 { facts.append(("Agents", "\(Words.count(help)) times suggestions")) }
        return facts.map { Self.padded($0.0, 9) + $0.1 }
    }

    /// All that is counted of them.
    var callsInWords: String {
        let turns = spoken.count + keyed.count
        return "\(Words.count(calls)), with \(Words.count(turns, "turn")), \(Words.count(prompts, "prompt")), "
            + "\(Words.count(interruptions)) interrupted"
    }

    private var endings: [String] {
        let rows = outcomes.sorted.map { ("\($0.name.status) \($0.name.reason)", $0.count) }
        return bars(rows + (outcomes.others > 0 ? [("others", outcomes.others)] : []), of: calls)
    }

    private func bars(_ rows: [(name: String, count: Int)], of whole: Int) -> [String] {
        let most = rows.map(\.count).max() ?? 1
        return rows.map { name, count in
            let length = max((count * Self.barWidth + most / 2) / most, 1)
            return "  " + Self.padded(name, 28) + Self.padded(Words.count(count), -9)
                + Self.padded(Words.percent(count, of: whole), -9) + "  " + String(repeating: "#", count: length)
        }
    }

    private func table(_ turns: Turns, _ title: String) -> [String] {
        if turns.count == 0 { return [] }
        var lines = ["", Self.row("\(title): \(Words.count(turns.count))", ["turns", "p50", "p90", "p99"])]
        lines += Self.turnTimes.compactMap { turns.times[$0].map(Self.row)?(Words.name(of: $0)) }
        if !turns.shares.isEmpty {
            lines.append("  of the wait for an answer, on average")
            for (part, share) in turns.shares where share >= 0.005 {
                let bar = String(repeating: "#", count: max(Int((share * Double(Self.barWidth)).rounded()), 1))
                lines.append(
                    "    " + Self.padded(part.words, 42) + Self.padded(Words.percent(share), -5) + "  " + bar)
            }
        }
        return lines
    }

    /// What a reader must know of the numbers.
    var remarks: [String] {
        var remarks = [
            "A percentile is off by \(Words.percent(Histogram.relativeError)) at most. A call counts in the hour of its end."
        ]
        if atOnce.misplaced > 0 {
            remarks.append(
                "\(Words.count(atOnce.misplaced, "call")) ended more than a day before the line above, so how many were at "
                    + "once is told without them: give the files of one machine, whole.")
        }
        if unknown > 0 { remarks.append("\(Words.count(unknown, "line")) of events that this version does not know.") }
        if broken.count > 0 {
            remarks.append(
                "\(Words.count(broken.count, "line")) could not be read. The first is \(Words.harmless(broken.first, most: 300))."
            )
        }
        return remarks
    }

    private static func row(_ times: Histogram) -> (String) -> String {
        { name in
            row(
                "  " + name,
                [Words.count(times.count)] + [0.5, 0.9, 0.99].map { times.percentile($0).map(Words.time) ?? "-" })
        }
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        padded(name, 36) + cells.map { padded($0, -11) }.joined()
    }

    /// To the left, or with a negative width to the right.
    private static func padded(_ text: String, _ width: Int) -> String {
        let gap = String(repeating: " ", count: max(abs(width) - text.count, 0))
        return width < 0 ? gap + text : text + gap
    }

    /// Lines of at most 78 characters.
    private static func wrapped(_ mark: String, _ sentence: String) -> [String] {
        var lines: [String] = []
        var line = padded(mark, mark.isEmpty ? 0 : 4)
        var isFresh = true
        for word in sentence.split(separator: " ") {
            if !isFresh, line.count + 1 + word.count > 78 {
                lines.append(line)
                (line, isFresh) = (padded("", mark.isEmpty ? 0 : 4), true)
            }
            line += isFresh ? String(word) : " \(word)"
            isFresh = false
        }
        return lines + [line]
    }
}

extension Verdict {
    /// At the beginning of its line.
    fileprivate var mark: String {
        switch weight {
        case .good: "ok"
        case .note: "-"
        case .bad: "!"
        }
    }
}
