import System

/// The failures that calls have seen since the last success, a line each. Adding one takes no lock, so none is lost when
/// the service goes away and all calls fail at once.
struct FailureTally {
    static let memory = 60.0
    private static let longestFile = 1 << 14

    let path: String
    /// So many lately are too many.
    var threshold = CircuitBreaker.threshold

    /// Adds a failure; true where there were too many lately.
    func add(now: Double) -> Bool {
        let line = "\(Int(now.rounded(.down)))\n"
        try? LineFile.append(Array(line.utf8), to: path, mode: 0o600)
        guard let bytes = try? AtomicFile.read(path, limit: FailureTally.longestFile).bytes else {
            // The file has grown too long by failures that came too seldom to count, or it cannot be trusted.
            clear()
            return false
        }
        return isTooMany(bytes, now: now)
    }

    func clear() { StateFolder.remove(path) }

    /// Times from a future that our clock was set back from do not count.
    func isTooMany(_ lines: [UInt8], now: Double) -> Bool {
        let times = lines.split(separator: UInt8(ascii: "\n")).compactMap {
            Double(String(decoding: $0, as: UTF8.self))
        }
        let recent = times.count { $0 > now - FailureTally.memory && $0 <= now + BreakerRecord.clockTolerance }
        return recent >= threshold
    }
}
