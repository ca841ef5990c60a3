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

    func isTooMany(_ lines: [UInt8], now: Double) -> Bool {
        FailureTally.isTooMany(lines, threshold, ofBoxes: 1, now: now)
    }

    /// Times from a future that our clock was set back from do not count. A line may name a box behind its time; then failures
    /// of one box alone are not too many.
    static func isTooMany(_ lines: [UInt8], _ threshold: Int, ofBoxes boxes: Int, now: Double) -> Bool {
        var (count, seen) = (0, Set<ArraySlice<UInt8>>())
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard let word = words.first, let time = Double(String(decoding: word, as: UTF8.self)),
                time > now - memory, time <= now + BreakerRecord.clockTolerance
            else { continue }
            count += 1
            seen.insert(words.count > 1 ? words[1] : [])
        }
        return count >= threshold && seen.count >= boxes
    }
}
