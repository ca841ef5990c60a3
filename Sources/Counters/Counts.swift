import JSON
import Report

/// What calls have counted, as sums by name: in one call, and of all calls together.
///
/// The room Counters makes numbers for Prometheus of the lines that calls write into the metrics. Every name in it is one of
/// the program's own: nothing that a caller, a flow or a service says becomes a label.
public struct Counts: Equatable, Sendable {
    static let longestName = 80
    /// More than there are.
    static let mostNames = 1000

    private(set) var sums: [String: UInt64] = [:]

    public init() {}

    public var isEmpty: Bool { sums.isEmpty }

    subscript(name: String) -> UInt64 { sums[name] ?? 0 }

    /// A sum that would grow too large stays at the largest number.
    mutating func add(_ number: UInt64, to name: String) {
        if number == 0 || sums[name] == nil && sums.count >= Self.mostNames { return }
        let (sum, isTooLarge) = self[name].addingReportingOverflow(number)
        sums[name] = isTooLarge ? .max : sum
    }

    public mutating func add(_ other: Counts) {
        for (name, number) in other.sums { add(number, to: name) }
    }

    /// A call, or a turn of one, from its line in the metrics.
    public mutating func add(_ line: [MetricsField: JSON]) {
        guard case .string(let word)? = line[.eventType], let event = MetricsField.Event(rawValue: word) else { return }
        switch event {
        case .call: addCall(line)
        case .voiceTurn, .keyTurn:
            add(1, to: "\(Turn.name)/\(event.rawValue)")
            for timing in Timing.ofTurns where timing.event == event { add(line[timing.field], to: timing) }
        case .help, .callerSaid, .callerKeyed, .flowSaid: break
        }
    }

    private mutating func addCall(_ line: [MetricsField: JSON]) {
        guard case .string(let status)? = line[.status], case .string(let reason)? = line[.reason] else { return }
        addEnding(status, reason)
        for field in Counter.fields { add(Self.number(line[field]), to: field.rawValue) }
        // A dialog waits for the caller's first word, and a handoff says nothing: their times are no set-up.
        let greets = line[.service] != "dialog" && line[.service] != "handoff"
        for timing in Timing.ofCalls where greets || timing.field == .length { add(line[timing.field], to: timing) }
    }

    /// A call that ended so, and of which nothing else is known.
    public mutating func addEnding(_ status: String, _ reason: String) {
        guard let ending = KnownEnding(status, reason) else { return }
        add(1, to: ending.name)
    }

    private mutating func add(_ milliseconds: JSON?, to timing: Timing) {
        guard let time = milliseconds?.number, time >= 0 else { return }
        // A month is longer than anything that is measured.
        let microseconds = UInt64((min(time, 31 * 86_400_000) * 1000).rounded())
        add(1, to: timing.bucket(microseconds))
        add(microseconds, to: timing.sum)
    }

    private static func number(_ value: JSON?) -> UInt64 {
        guard case .integer(let number)? = value, number > 0 else { return 0 }
        return UInt64(number)
    }
}
