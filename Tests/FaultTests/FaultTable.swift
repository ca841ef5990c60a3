/// Tests/FAULTS.md, made from the faults.
enum FaultTable {
    static func text(_ faults: [Fault], _ others: [Elsewhere]) -> String {
        var summary = ""
        var tables = ""
        for place in Fault.Place.allCases {
            let mine = faults.filter { $0.place == place }
            let elsewhere = others.filter { $0.place == place }
            if mine.isEmpty, elsewhere.isEmpty { continue }
            let verdicts = mine.map(\.caller.verdict) + elsewhere.map(\.verdict)
            let counts = [Cell.Verdict.served, .people, .over, .dead].map { verdict in verdicts.count { $0 == verdict }
            }
            summary += row([place.rawValue] + ([verdicts.count] + counts).map { $0 == 0 ? "" : String($0) }) + "\n"
            tables += "\n## \(place.rawValue)\n\n| what goes wrong | the caller | left on disk | exit | the log |\n"
            tables += "| --- | --- | --- | --- | --- |\n"
            for fault in mine { tables += row([name(fault)] + fault.cells.map(\.words)) + "\n" }
            for fault in elsewhere {
                tables += row(["\(fault.name): `\(fault.proof)`"] + fault.cells) + "\n"
            }
        }
        return head + summary + tables
    }

    private static func name(_ fault: Fault) -> String {
        fault.name + (fault.need.map { " (\($0.rawValue))" } ?? "")
    }

    /// A bar ends a cell.
    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    private static let head = """
        # What a call survives

        `make faults` plays each of these faults against the static program and writes this file from the same values that
        it checks; do not edit it. "People" means that the dialplan goes on with COGNIGY_STATUS UNAVAILABLE (where nothing
        else is said) and the reason in brackets, and the caller is still on the line. What is quoted stands in Asterisk's
        own log; `…` is where something was left out. Nothing of a call is left on disk where "nothing" is: no prompt, no half
        of a file, nothing that counts against the service. A row with a name of a test is proved there.

        "Served" is a call that goes on with the flow; "over" is one that is rightly over; "dies" is one whose program is
        gone, so that the dialplan has to know what to do.

        | place | faults | served | people | over | dies |
        | --- | --- | --- | --- | --- | --- |

        """
}
