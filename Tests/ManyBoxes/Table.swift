import Glibc
import System
import Testbed

/// What one fault did, as it is printed.
struct Row {
    let fault: String
    /// Calls that were there when it happened, and how many of them were lost.
    var before = 0
    var lost = 0
    /// Calls that came later, and how many of them were lost.
    var new = 0
    var newLost = 0
    /// From the fault until all was well again.
    var whole: Duration?
    var words = ""
    /// What must not be: nothing, or the run has failed.
    var wrong: [String] = []

    mutating func require(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { wrong.append(what()) }
    }
}

/// In seconds.
func tenths(_ duration: Duration) -> String { "\((duration.inSeconds * 10).rounded() / 10)" }

/// One line for each fault, as soon as it is known.
enum Table {
    /// Whether all is as it should be.
    static func run(_ faults: [(String, Fault.Play)], _ count: Int) throws -> Bool {
        // Where not even a wait ends.
        signal(SIGALRM) { _ in
            let text = StaticString("many-boxes: the row after these has not ended within ten minutes\n")
            Glibc.write(2, text.utf8Start, text.utf8CodeUnitCount)
            _exit(1)
        }
        alarm(600)
        let site = try Site(count)
        var isGood = true
        write(
            "\(count) callers meet each fault; each presses keys in RTP (RFC 4733), and all must be with the service.\n"
        )
        line("fault", "calls", "lost", "new", "lost", "whole", "")
        for (fault, play) in faults {
            var row = Row(fault: fault)
            alarm(600)
            do {
                try play(site, &row)
                let mayLeave = Fault.leavesChannels.contains(fault)
                let left = try site.clear(after: mayLeave ? .zero : .seconds(30))
                if left > 0 { row.words += "; channels that were left: \(left)" }
                row.require(left == 0 || mayLeave, "\(left) channels were left")
            } catch {
                // What comes next would stand on broken ground.
                write("\(fault): \(error)\n")
                tell(site.remarks() + site.statements())
                return false
            }
            let remarks = site.remarks()
            let seconds = row.whole.map { "\(tenths($0)) s" } ?? "-"
            line(row.fault, "\(row.before)", "\(row.lost)", "\(row.new)", "\(row.newLost)", seconds, row.words)
            for what in row.wrong.prefix(20) { write("  WRONG: \(what)\n") }
            if !row.wrong.isEmpty { tell(remarks) }
            isGood = isGood && row.wrong.isEmpty
        }
        return isGood
    }

    private static func tell(_ lines: [String]) { write(lines.map { "  \($0)\n" }.joined()) }

    private static func line(_ fault: String, _ cells: String...) {
        let numbers = cells.dropLast().map { String(repeating: " ", count: max(0, 7 - $0.count)) + $0 }
        let name = fault + String(repeating: " ", count: max(0, 44 - fault.count))
        write(name + numbers.joined() + "  " + (cells.last ?? "") + "\n")
    }

    private static func write(_ text: String) { try? Descriptor.writeWhole(1, text.utf8) }
}
