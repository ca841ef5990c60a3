import System

/// What a run prints: how far it is, then a line for each group of cases, and each case that is not good.
enum Table {
    private static let columns = ["group", "cases", "OK", "informational", "non-strict", "failed", "seconds"]

    static func write(_ text: String) { try? Descriptor.writeWhole(1, text.utf8) }

    /// `time` is that of the whole run. Four cases run at a time, so the groups together take longer.
    static func write(_ verdicts: [Verdict], _ scheme: String, _ time: Duration) {
        write(line(columns))
        for group in Set(verdicts.map(\.group)).sorted() {
            let members = verdicts.filter { $0.group == group }
            write(line([String(group)] + counts(members) + [seconds(members.reduce(.zero) { $0 + $1.duration })]))
        }
        write(line([scheme] + counts(verdicts) + [seconds(time)]))
        for verdict in verdicts where !verdict.grade.isGood { write("\(verdict.name): \(verdict.words)\n") }
    }

    private static func counts(_ verdicts: [Verdict]) -> [String] {
        [String(verdicts.count)]
            + Verdict.Grade.allCases.map { grade in String(verdicts.count { $0.grade == grade }) }
    }

    private static func seconds(_ time: Duration) -> String {
        let tenths = Int(time / .milliseconds(100))
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, columns).map { String(repeating: " ", count: max(0, $1.count + 2 - $0.count)) + $0 }.joined() + "\n"
    }
}
