import Glibc
import System

/// Another program, run to its end for what it writes.
enum ProgramRun {
    static func output(of command: [String], within patience: Duration, limit: Int) throws(Filter.Failure) -> String {
        var filter = try Filter(command, input: [], limit: limit, deadline: MonotonicClock.now() + patience)
        while true {
            let now = MonotonicClock.now()
            if let output = try filter.step(now) { return String(decoding: output, as: UTF8.self) }
            _ = try? Poll.wait(for: filter.interests, timeout: max(filter.deadline - now, .zero))
        }
    }

    /// The path of a program in PATH, or where distributions keep those of the system; nil: there is none.
    static func path(of name: String, _ environment: [String: String]) -> String? {
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin", "/usr/local/sbin", "/sbin"]).lazy.filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
