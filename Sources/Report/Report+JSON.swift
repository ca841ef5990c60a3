import JSON
import Text

/// The report for programs. Times are milliseconds.
extension Report {
    public var json: JSON {
        [
            "from": begin <= end ? .string(Timestamp.text(begin)) : .null,
            "to": begin <= end ? .string(Timestamp.text(end)) : .null,
            "calls": .integer(calls), "bad_calls": .integer(bad),
            "outcomes": .array(
                outcomes.sorted.map {
                    [
                        "status": .string($0.name.status), "reason": .string($0.name.reason),
                        "calls": .integer($0.count),
                    ]
                }),
            "other_outcomes": .integer(outcomes.others), "length_ms": Self.json(length),
            "at_once": [
                "most": .integer(atOnce.most), "time": calls > 0 ? .string(Timestamp.text(atOnce.time)) : .null,
            ],
            "busiest_hour": busiestHour.map {
                ["from": .string(Timestamp.text(Double($0.hour) * 3600)), "calls": .integer($0.calls)]
            } ?? .null,
            "setup": Self.json(steps), "turns": ["voice": Self.json(spoken), "keys": Self.json(keyed)],
            "prompts": .integer(prompts), "interruptions": .integer(interruptions),
            "reconnected": .integer(reconnected),
            "retried": .integer(retried), "hung_up_unheard": .integer(unheard), "suggestions": .integer(help),
            "verdicts": .array(
                verdicts.map { ["weight": .string("\($0.weight)"), "sentence": .string($0.sentence)] }),
            "relative_error": .number(Histogram.relativeError), "out_of_order": .integer(atOnce.misplaced),
            "unknown_lines": .integer(unknown), "broken_lines": .integer(broken.count),
            "first_broken_line": broken.count > 0 ? .string(broken.first) : .null,
        ]
    }

    private static func json(_ turns: Turns) -> JSON {
        let shares = turns.shares.map { ($0.part.rawValue, JSON.number(rounded($0.share * 1000) / 1000)) }
        return [
            "count": .integer(turns.count), "times": json(turns.times),
            "shares_of_the_wait": .object(Dictionary(shares) { $1 }),
        ]
    }

    private static func json(_ times: [MetricsField: Histogram]) -> JSON {
        .object(Dictionary(times.map { ($0.key.rawValue, json($0.value)) }) { $1 })
    }

    private static func json(_ times: Histogram) -> JSON {
        var members: [String: JSON] = ["count": .integer(times.count)]
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
            members[name] = times.percentile(share).map { .number(rounded($0 * 10) / 10) } ?? .null
        }
        members["max"] = times.count > 0 ? .number(times.most) : .null
        return .object(members)
    }

    private static func rounded(_ number: Double) -> Double { number.rounded() }
}
