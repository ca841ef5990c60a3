import Glibc

/// poll(2).
public enum Poll {
    public struct Events: OptionSet, Sendable, Hashable {
        public let rawValue: Int16
        public init(rawValue: Int16) { self.rawValue = rawValue }

        public static let readable = Events(rawValue: Int16(POLLIN))
        public static let writable = Events(rawValue: Int16(POLLOUT))
        /// The other end is gone, or the descriptor cannot be used. It is always reported and never asked for.
        public static let ended = Events(rawValue: Int16(POLLHUP | POLLERR | POLLNVAL))
    }

    public struct Interest: Sendable, Hashable {
        public let descriptor: CInt
        public let events: Events
        public init(_ descriptor: CInt, _ events: Events) {
            self.descriptor = descriptor
            self.events = events
        }
    }

    /// Waits until the descriptor is ready or the time is up (nil: for ever). Returns what it is ready for.
    public static func wait(for interest: Interest, timeout: Duration?) throws(Errno) -> Events {
        var entry = pollfd(fd: interest.descriptor, events: interest.events.rawValue, revents: 0)
        try wait(&entry, 1, timeout)
        return Events(rawValue: entry.revents)
    }

    /// The same for several: what is ready, by descriptor.
    public static func wait(for interests: [Interest], timeout: Duration?) throws(Errno) -> [CInt: Events] {
        var entries = interests.map { pollfd(fd: $0.descriptor, events: $0.events.rawValue, revents: 0) }
        try wait(&entries, entries.count, timeout)
        var ready: [CInt: Events] = [:]
        for entry in entries where entry.revents != 0 {
            ready[entry.fd, default: []].formUnion(Events(rawValue: entry.revents))
        }
        return ready
    }

    private static func wait(
        _ entries: UnsafeMutablePointer<pollfd>, _ count: Int, _ timeout: Duration?
    ) throws(Errno) {
        let deadline = timeout.map { MonotonicClock.now() + $0 }
        while true {
            let milliseconds = deadline.map { ($0 - MonotonicClock.now()).millisecondsRoundedUp } ?? -1
            if poll(entries, nfds_t(count), milliseconds) >= 0 { return }
            if errno != EINTR { throw Errno("poll") }
        }
    }
}
