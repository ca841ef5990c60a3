import Text

/// The Retry-After header (RFC 9110, 10.2.3): seconds, or one of the three forms of an HTTP date.
public enum RetryAfter {
    /// The wait from `now` (seconds since 1970); nil where the value is neither. Never negative.
    public static func wait(_ value: String, now: Double) -> Duration? {
        let words = value.split(whereSeparator: \.isWhitespace)
        // Only decimal digits, because Double also reads words, exponents and hexadecimal.
        if words.count == 1, words[0].allSatisfy({ "-.0123456789".contains($0) }), let seconds = Double(words[0]) {
            return .seconds(min(max(seconds, 0), 86_400))
        }
        guard let date = date(value) else { return nil }
        return .seconds(min(max(date - now, 0), 86_400))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// RFC 9110, 5.6.7: IMF-fixdate, the obsolete RFC 850 form and asctime's.
    private static func date(_ text: String) -> Double? {
        let words = text.split { $0.isWhitespace || $0 == "," || $0 == "-" }
        guard words.count >= 5 else { return nil }
        let isAsctime = months.contains(String(words[1]))
        let (dayWord, monthWord) = isAsctime ? (words[2], words[1]) : (words[1], words[2])
        let (yearWord, clockWord) = isAsctime ? (words[4], words[3]) : (words[3], words[4])
        let clock = clockWord.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard let month = months.firstIndex(of: String(monthWord)), let day = Int(dayWord), (1...31).contains(day),
            var year = Int(yearWord), (0...9999).contains(year), clock.count == 3,
            (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        if yearWord.count == 2 { year += year < 70 ? 2000 : 1900 }
        let date = GregorianDate(year: year, month: month + 1, day: day)
        return Double(date.daysSince1970 * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    }
}
