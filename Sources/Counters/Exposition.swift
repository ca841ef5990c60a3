import Report

/// The page that Prometheus reads: its text format, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats). All series are there from the first call on, at 0, since Prometheus
/// sees no rise where there was nothing before.
public struct Exposition {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What is so at this moment.
    public struct State: Sendable {
        /// How many services calls are kept from.
        public var breakersOpen = 0
        /// How many webhooks the service is still to be told of.
        public var webhooksKept = 0

        public init() {}
    }

    public private(set) var text = ""

    public init(_ counts: Counts, _ state: State, version: String, commit: String) {
        head("build_info", "gauge", "which program this is")
        add("build_info", [("version", version), ("commit", commit)], "1")
        head("calls_total", "counter", "calls that are over, by COGNIGY_STATUS and COGNIGY_REASON")
        for ending in KnownEnding.all {
            add("calls_total", [("status", ending.status), ("reason", ending.reason)], String(counts[ending.name]))
        }
        for field in Counter.fields {
            head("\(field.rawValue)_total", "counter", field.meaning)
            add("\(field.rawValue)_total", [], String(counts[field.rawValue]))
        }
        head("turns_total", "counter", MetricsField.turns.meaning)
        for event in Turn.events {
            add("turns_total", [("event_type", event.rawValue)], String(counts["\(Turn.name)/\(event.rawValue)"]))
        }
        for family in Timing.Family.allCases {
            let timings = (Timing.ofCalls + Timing.ofTurns).filter { $0.family == family }
            head(family.rawValue, "histogram", family.meaning(timings))
            for timing in timings { add(timing, counts) }
        }
        head("breakers_open", "gauge", "services that calls are kept from, because they failed calls in a row")
        add("breakers_open", [], String(state.breakersOpen))
        head("webhooks_kept", "gauge", "interruptions that the service is still to be told of (barge-in --retry)")
        add("webhooks_kept", [], String(state.webhooksKept))
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP cognigy_bridge_\(name) \(help)\n# TYPE cognigy_bridge_\(name) \(type)\n"
    }

    private mutating func add(_ name: String, _ labels: [(String, String)], _ value: String) {
        let words = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += "cognigy_bridge_\(name)\(words.isEmpty ? "" : "{\(words)}") \(value)\n"
    }

    private mutating func add(_ timing: Timing, _ counts: Counts) {
        var labels: [(String, String)] = []
        if let event = timing.event { labels.append(("event_type", event.rawValue)) }
        if let step = timing.step { labels.append(("step", step)) }
        let name = timing.family.rawValue
        // Each bucket holds those below it, too.
        var count: UInt64 = 0
        for end in timing.family.ends.map(Optional.some) + [nil] {
            let (sum, isTooLarge) = count.addingReportingOverflow(counts[timing.bucket(upTo: end)])
            count = isTooLarge ? .max : sum
            let words = end.map { Self.decimal($0, places: 3) } ?? "+Inf"
            add("\(name)_bucket", labels + [("le", words)], String(count))
        }
        add("\(name)_sum", labels, Self.decimal(counts[timing.sum], places: 6))
        add("\(name)_count", labels, String(count))
    }

    /// So many thousandths, or millionths, without zeros at the end.
    static func decimal(_ number: UInt64, places: Int) -> String {
        var digits = String(number)
        digits = String(repeating: "0", count: max(places + 1 - digits.utf8.count, 0)) + digits
        let whole = digits.dropLast(places)
        var rest = digits.suffix(places)
        while rest.last == "0" { rest.removeLast() }
        return rest.isEmpty ? String(whole) : "\(whole).\(rest)"
    }

    private static func escaped(_ label: String) -> String {
        var escaped = ""
        for letter in label {
            switch letter {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(letter)
            }
        }
        return escaped
    }
}

extension Timing.Family {
    /// In the words of the fields of the metrics.
    fileprivate func meaning(_ timings: [Timing]) -> String {
        var known: Set<MetricsField> = []
        let own = timings.filter { known.insert($0.field).inserted }
        return own.map { timing in (timing.step.map { "\($0): " } ?? "") + timing.field.meaning }
            .joined(separator: "; ")
    }
}
