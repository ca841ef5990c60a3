import Glibc
import System

/// How often a process has gone to sleep, by /proc/PID/status; one that has ended, but was not yet waited for, is still there.
package func sleeps(of process: pid_t) throws -> Int {
    let lines = contents(of: "/proc/\(process)/status")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("voluntary_ctxt_switches:") }
    guard let count = line?.split(separator: "\t").last.flatMap({ Int($0) }) else { throw Errno("/proc/PID/status") }
    return count
}
