import Glibc
import System
import TestService

/// What a process and the children that it has waited for have used of a processor, in ms. proc_pid_stat(5).
struct ProcessTimes {
    var own = 0.0
    var children = 0.0

    init(of pid: pid_t) {
        guard let text = contents(of: "/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return }
        let fields = text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 14 else { return }
        let tick = 1000 / Double(sysconf(CInt(_SC_CLK_TCK)))
        own = (fields[11] + fields[12]) * tick
        children = (fields[13] + fields[14]) * tick
    }

    static func - (one: ProcessTimes, other: ProcessTimes) -> ProcessTimes {
        var difference = one
        difference.own -= other.own
        difference.children -= other.children
        return difference
    }
}
