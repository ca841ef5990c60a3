import Glibc

/// Times for people and programs to read.
package enum Timestamp {
    /// RFC 3339 in UTC with milliseconds: 2025-01-31T23:59:59.123Z.
    package static func text(_ time: Double) -> String {
        let milliseconds = Int((time * 1000).rounded(.down))
        var seconds = time_t((time).rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [padded(parts.tm_year + 1900, 4), padded(parts.tm_mon + 1, 2), padded(parts.tm_mday, 2)]
        let clock = [padded(parts.tm_hour, 2), padded(parts.tm_min, 2), padded(parts.tm_sec, 2)]
        let fraction = padded(CInt(milliseconds - seconds * 1000), 3)
        return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":")).\(fraction)Z"
    }

    private static func padded(_ number: CInt, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
