/// The deadlines of a call, by name.
struct Timers {
    enum Name: Hashable, CaseIterable {
        case setup, token, tokenLock, session, connect, handshake, ping, pong, steady
        case synchronize, reply, idle, waitPrompt, leave, socketClose
    }

    private var deadlines: [Name: Duration] = [:]

    mutating func set(_ name: Name, _ time: Duration) { deadlines[name] = time }
    mutating func clear(_ names: Name...) { for name in names { deadlines[name] = nil } }
    func isSet(_ name: Name) -> Bool { deadlines[name] != nil }

    var next: Duration? { deadlines.values.min() }

    /// Takes a deadline that has passed, the earliest first.
    mutating func takeDue(_ now: Duration) -> Name? {
        guard let due = deadlines.min(by: { $0.value < $1.value }), due.value <= now else { return nil }
        deadlines[due.key] = nil
        return due.key
    }
}
