import JSON
import Text

/// One call, told from its lines: its turns, and then the line of the call.
public struct CallStory: Sendable {
    /// More than a call has, in lines and in bytes.
    static let (most, mostBytes) = (2000, 16 << 20)

    private let id: String
    private let idBytes: [UInt8]
    private var lines: [MetricsLine] = []
    private var size = 0
    /// What is beyond that.
    private var dropped = 0

    /// `id`: as Asterisk names the call, or the session.
    public init(of id: String) {
        self.id = id
        idBytes = Array(id.utf8)
    }

    public mutating func take(_ bytes: ArraySlice<UInt8>?) {
        // Most lines are of other calls: only those that have the name somewhere are looked at.
        guard let bytes, Array(bytes).holds(idBytes), let line = try? MetricsLine(bytes), isMeant(line) else { return }
        size += bytes.count
        if lines.count >= Self.most || size > Self.mostBytes { return dropped += 1 }
        lines.append(line)
    }

    /// Under which names Asterisk has it: several where they were used again.
    public var calls: Set<String> { Set(lines.compactMap { $0.text(.call) }) }

    /// A name that a flow chose may be written with escapes; those of Asterisk and of ours are not.
    private func isMeant(_ line: MetricsLine) -> Bool { line.text(.call) == id || line.text(.session) == id }

    public var isEmpty: Bool { lines.isEmpty }

    /// The lines, in the order of their time.
    public var json: JSON { .array(sorted.map(\.json)) }

    private var sorted: [MetricsLine] {
        lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    public var text: String {
        let lines = sorted
        var told: [String] = []
        var begin = lines.startIndex
        // The same name may come again, as that of another call: each ends with the line of the call.
        for (index, line) in lines.enumerated() where line.event == .call || index == lines.count - 1 {
            told.append(Self.tell(lines[begin...index]))
            begin = index + 1
        }
        if dropped > 0 { told.append("\(Words.count(dropped, "line")) more of it, which are not shown.") }
        return told.joined(separator: "\n\n")
    }

    private static func tell(_ lines: ArraySlice<MetricsLine>) -> String {
        guard let last = lines.last, let first = lines.first else { return "" }
        let call = last.event == .call ? last : nil
        // The time of the start: the end less the length.
        let start = call.map { $0.time - ($0.number(.length) ?? 0) / 1000 } ?? first.time
        var told = [
            "Call \(Words.harmless(last.text(.call) ?? "-", most: 128)), session "
                + "\(Words.harmless(last.text(.session) ?? "-", most: 128))",
            "  caller \(Words.harmless(last.text(.user) ?? "-", most: 128))",
            "  \(Timestamp.text(start))  \(call == nil ? "first line; the call is not over, or its end is missing" : "start")",
        ]
        if let call {
            let steps = Report.setUp.compactMap { field in
                call.number(field).map { "\(Words.name(of: field)) \(Words.time($0))" }
            }
            told.append(
                "           set-up: \(steps.isEmpty ? "nothing of it was done" : steps.joined(separator: ", "))")
        }
        for line in lines where line.event != .call { told.append(moment(line, start) + middle(line)) }
        if let call { told.append(moment(call, start) + end(call)) }
        return told.joined(separator: "\n")
    }

    private static func moment(_ line: MetricsLine, _ start: Double) -> String {
        let seconds = "+\(Words.tenths(max(line.time - start, 0))) s"
        return String(repeating: " ", count: max(9 - seconds.count, 0)) + seconds + "  "
    }

    private static func middle(_ line: MetricsLine) -> String {
        let text = Words.harmless(
            line.text(.text) ?? line.text(.sound).map { "[sound \($0)]" } ?? "[not shown]", most: 4096)
        return switch line.event {
        case .callerSaid: "caller: \(text)"
        case .callerKeyed: "caller presses \(text)"
        case .flowSaid: "flow: \(text)"
        case .voiceTurn, .keyTurn, .call, .help, nil: turn(line)
        }
    }

    private static func turn(_ line: MetricsLine) -> String {
        let times = Report.turnTimes.compactMap { field in
            line.number(field).map { "\(Words.name(of: field)) \(Words.time($0))" }
        }
        let intent = line.text(.intent).map { intent in
            "; intent \(Words.harmless(intent, most: 60))"
                + (line.number(.confidence).map { " (\(Words.percent($0)))" } ?? "")
        }
        return
            (line.event == .voiceTurn
            ? "said something: " : line.event == .keyTurn ? "pressed keys: " : "another event: ")
            + (times.isEmpty ? "no answer" : times.joined(separator: ", ")) + (intent ?? "")
    }

    private static func end(_ call: MetricsLine) -> String {
        let counts = [
            (MetricsField.turns, "turn"), (.keys, "key"), (.prompts, "prompt"), (.interruptions, "interruption"),
            (.reconnects, "reconnect"),
        ].map { Words.count(call.count($0), $1) }
        return "\(Words.name(call.text(.status))) \(Words.name(call.text(.reason))); " + counts.joined(separator: ", ")
            + (call.count(.retries) > 0 ? ", retries: \(Words.count(call.count(.retries)))" : "")
    }
}
