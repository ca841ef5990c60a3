/// The turns of one kind, by voice or by keys: their times, and of what the wait for an answer is made.
struct Turns: Sendable {
    /// The parts of the wait, one after the other.
    enum Part: String, CaseIterable, Sendable {
        case silence, recognition, flow, sound

        var words: String {
            switch self {
            case .silence: "the silence that ends what is said"
            case .recognition: "recognition"
            case .flow: "the flow"
            case .sound: "the voice and the start of the sound"
            }
        }
    }

    private(set) var count = 0
    private(set) var times: [MetricsField: Histogram] = [:]
    /// Of the turns whose whole wait is known.
    private(set) var parts: [Part: Double] = [:]

    mutating func add(_ line: MetricsLine) {
        count += 1
        for field in Report.turnTimes {
            if let time = line.number(field) { times[field, default: Histogram()].add(time) }
        }
        guard let whole = line.number(.firstSound) else { return }
        var rest = whole
        // A recogniser that is asked when the caller pauses is at work while the silence lasts, and so is only what is left
        // of it a wait.
        for (part, field) in [(Part.silence, MetricsField.endOfTurn), (.flow, .dialog)] {
            let time = min(line.number(field) ?? 0, rest)
            parts[part, default: 0] += time
            rest -= time
        }
        let synthesis = min(line.number(.synthesis) ?? 0, rest)
        let recognition = min(line.number(.recognition) ?? 0, rest - synthesis)
        parts[.recognition, default: 0] += recognition
        parts[.sound, default: 0] += rest - recognition
    }

    /// The parts with their shares of all waiting; empty where no wait is known.
    var shares: [(part: Part, share: Double)] {
        let whole = parts.values.reduce(0, +)
        if whole <= 0 { return [] }
        return Part.allCases.map { ($0, (parts[$0] ?? 0) / whole) }
    }

    /// The mean of a part in milliseconds.
    func mean(_ part: Part) -> Double {
        let count = times[.firstSound]?.count ?? 0
        return count == 0 ? 0 : (parts[part] ?? 0) / Double(count)
    }
}
