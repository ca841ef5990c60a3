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

    /// Reads what `text` writes; without its milliseconds, seconds, `Z` or time of day as well, and with a blank for the T.
    /// nil: it is none of these.
    public static func time(_ text: some StringProtocol) -> Double? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4...4), take("-", &rest), let month = number(&rest, 2...2), take("-", &rest),
            let day = number(&rest, 2...2)
        else { return nil }
        let date = GregorianDate(year: year, month: month, day: day)
        // The thirtieth of February is another day.
        guard GregorianDate(daysSince1970: date.daysSince1970) == date else { return nil }
        let midnight = Double(date.daysSince1970) * 86_400
        if rest.isEmpty { return midnight }
        guard take("T", &rest) || take(" ", &rest), let hour = number(&rest, 2...2), hour < 24, take(":", &rest),
            let minute = number(&rest, 2...2), minute < 60
        else { return nil }
        var second = 0.0
        if take(":", &rest) {
            guard let whole = number(&rest, 2...2), whole <= 60 else { return nil }
            second = Double(whole)
            if take(".", &rest) {
                let digits = rest.count
                guard let part = number(&rest, 1...9) else { return nil }
                second += Double(part) / (0..<digits - rest.count).reduce(1) { scale, _ in scale * 10 }
            }
        }
        _ = take("Z", &rest)
        return rest.isEmpty ? midnight + Double(hour * 3600 + minute * 60) + second : nil
    }

    private static func take(_ mark: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ length: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(length.upperBound).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard length.contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
