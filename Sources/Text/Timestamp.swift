/// Times for people and programs to read.
public enum Timestamp {
    /// RFC 3339 in UTC with milliseconds: 2025-01-31T23:59:59.123Z.
    public static func text(_ time: Double) -> String {
        let seconds = Int(time.rounded(.down))
        let milliseconds = Int((time * 1000).rounded(.down)) - seconds * 1000
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let second = seconds - days * 86_400
        let date = GregorianDate(daysSince1970: days)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
            + ".\(padded(milliseconds, 3))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
