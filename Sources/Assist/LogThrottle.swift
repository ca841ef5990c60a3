/// Counts what goes wrong again and again, and tells of it once a minute.
struct LogThrottle {
    static let pause = Duration.seconds(60)

    private var unreported = 0
    private var reportedAt: Duration?

    /// How many there were since they were last told of; nil where it is too soon to tell again.
    mutating func count(_ more: Int = 1, now: Duration) -> Int? {
        unreported += more
        if let reportedAt, now < reportedAt + LogThrottle.pause { return nil }
        defer { unreported = 0 }
        reportedAt = now
        return unreported
    }
}
