/// How many calls there were at once at most. A line tells the end of a call and how long it was, and lines come in the
/// order of these ends, so a call is known when it is over. The changes of a day are kept: whatever ended earlier than that
/// before the latest end is summed up and forgotten, and a call that was longer counts from a day before its end.
struct CallsAtOnce: Sendable {
    private static let slotsPerSecond = 10.0
    static let day = 864_000

    /// How the number changes with each tenth of a second of the day, in a ring.
    private var changes = [Int32](repeating: 0, count: CallsAtOnce.day)
    /// The first slot that is not summed up; nil: there was no call.
    private var first: Int?
    private var running = 0
    private(set) var most = 0
    private var mostSlot = 0
    /// Calls that came too late to be counted: their lines are not in order.
    private(set) var misplaced = 0

    /// When there were so many, in seconds since 1970.
    var time: Double { Double(mostSlot) / Self.slotsPerSecond }

    /// A call that ended at this time, in seconds since 1970, after so many seconds.
    mutating func add(end: Double, length: Double) {
        let last = Int((end * Self.slotsPerSecond).rounded())
        let start = Int(((end - length) * Self.slotsPerSecond).rounded())
        advance(to: last - Self.day + 1)
        guard let first, last >= first else { return misplaced += 1 }
        changes[Self.place(max(start, first))] += 1
        changes[Self.place(last)] -= 1
    }

    /// Sums up what is left.
    mutating func finish() { if let first { advance(to: first + Self.day) } }

    private mutating func advance(to slot: Int) {
        var next = first ?? slot
        // After a day without an end nothing runs, and nothing is left to be summed up.
        let end = min(slot, next + Self.day)
        while next < end {
            let place = Self.place(next)
            running += Int(changes[place])
            changes[place] = 0
            if running > most { (most, mostSlot) = (running, next) }
            next += 1
        }
        first = max(next, slot)
    }

    private static func place(_ slot: Int) -> Int { ((slot % day) + day) % day }
}
