/// The deadlines of a call, by name.
package struct Timers {
    package enum Name: Int {
        case setup, token, tokenLock, session, connect, handshake, ping, pong, steady
        case synchronize, reply, idle, waitPrompt, unheard, leave, hungUp, socketClose
        case turn, slot, patience, degrade
        case transfer, interruption
    }

    private var deadlines: [Name: Duration] = [:]

    mutating func set(_ name: Name, _ time: Duration) { deadlines[name] = time }
    /// Sets a deadline, or brings it forward; never puts it off.
    mutating func hasten(_ name: Name, _ time: Duration) {
        deadlines[name] = min(deadlines[name] ?? time, time)
    }
    /// Sets a deadline that another machine keeps, or clears it.
    mutating func follow(_ name: Name, _ time: Duration?) { deadlines[name] = time }
    mutating func clear(_ names: Name...) { for name in names { deadlines[name] = nil } }
    func isSet(_ name: Name) -> Bool { deadlines[name] != nil }

    package var next: Duration? { deadlines.values.min() }

    /// Takes a deadline that has passed, the earliest first; of several at one time the first by name.
    mutating func takeDue(_ now: Duration) -> Name? {
        let due = deadlines.min { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
        guard let due, due.value <= now else { return nil }
        deadlines[due.key] = nil
        return due.key
    }
}
