/// Counts what goes wrong again and again, and tells of it once a minute.
struct Complaint {
    static let pause = Duration.seconds(60)

    private var untold = 0
    private var toldAt: Duration?

    /// How many there were since they were last told of; nil where it is too soon to tell again.
    mutating func count(_ more: Int = 1, now: Duration) -> Int? {
        untold += more
        if let toldAt, now < toldAt + Complaint.pause { return nil }
        defer { untold = 0 }
        toldAt = now
        return untold
    }
}
