import Text

/// From when to when lines count.
public struct Period: Equatable, Sendable {
    private let since: Double
    private let until: Double

    public init(since: Double? = nil, until: Double? = nil) {
        self.since = since ?? -.infinity
        self.until = until ?? .infinity
    }

    func holds(_ time: Double) -> Bool { since <= time && time < until }

    static let rule = "write 90m, 12h, 7d (before now) or 2026-01-31 or 2026-01-31T12:00 (UTC)"

    /// A moment as people write it: how long before `now`, or a time in UTC.
    static func moment(_ text: String, before now: Double) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }) {
            let digits = text.dropLast()
            guard (1...6).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = UInt(digits)
            else { return nil }
            return now - Double(count) * unit
        }
        return Timestamp.time(text)
    }
}
