import Glibc
import System

/// What a process keeps in memory, in MB: /proc/PID/status and /proc/PID/smaps_rollup.
package struct ProcessMemory {
    /// The most that was ever resident.
    package let peak: Double
    /// Resident now.
    package let resident: Double
    /// What would be free if this process alone ended.
    package let own: Double
    /// With every shared page divided among those who share it.
    package let proportional: Double

    package init(of pid: pid_t) throws {
        let status = try Self.fields("/proc/\(pid)/status")
        let rollup = try Self.fields("/proc/\(pid)/smaps_rollup")
        peak = status["VmHWM"] ?? 0
        resident = rollup["Rss"] ?? 0
        own = (rollup["Private_Clean"] ?? 0) + (rollup["Private_Dirty"] ?? 0)
        proportional = rollup["Pss"] ?? 0
    }

    /// Lines such as `VmHWM:   1234 kB`.
    private static func fields(_ path: String) throws -> [String: Double] {
        let file = try FileDescriptor.open(path, O_RDONLY)
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(file.raw) { bytes += more }
        var fields: [String: Double] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 3, words[2] == "kB", let kilobytes = Double(words[1]) else { continue }
            fields[String(words[0].dropLast())] = kilobytes / 1024
        }
        return fields
    }
}
