/// Counts repeated trouble of one kind, so that the log gets one line a minute about it at most.
struct LogThrottle {
    static let pause = Duration.seconds(60)

    private var unreported = 0
    private var reportedAt: Duration?

    /// Adds to the count. Returns the count since the last report, or nil if the last report is less than a minute old.
    mutating func count(_ more: Int = 1, now: Duration) -> Int? {
        unreported += more
        if let reportedAt, now < reportedAt + LogThrottle.pause { return nil }
        defer { unreported = 0 }
        reportedAt = now
        return unreported
    }
}
