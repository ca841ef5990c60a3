import Glibc
import System

/// A child of a running Asterisk, as proc(5) shows it.
package struct ChildProcess: Equatable {
    package let pid: pid_t
    package let isZombie: Bool
    /// utime and stime, in ticks of 10 ms.
    package let ticks: Int

    package static func all(of parent: pid_t) -> [ChildProcess] {
        let names = (try? FolderListing.names("/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap { ChildProcess($0, of: parent) }
    }

    private init?(_ pid: pid_t, of parent: pid_t) {
        // proc_pid_stat(5): after the command's name in parentheses come state, ppid, ...
        guard let text = contents(of: "/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 13, pid_t(fields[1]) == parent else { return nil }
        self.pid = pid
        isZombie = fields[0] == "Z"
        ticks = (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }

    /// A line of /proc/PID/smaps_rollup or status, in KiB.
    package func kibibytes(_ name: String, in file: String) -> Int? {
        let line = contents(of: "/proc/\(pid)/\(file)")?.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
