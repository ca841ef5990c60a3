/// What the service wants done with a connection.
enum Effect: Equatable {
    case send([UInt8])
    /// The reply is complete: the next request may come.
    case answered
    /// The voice socket is open from here on.
    case openVoice(session: String)
    /// The same of an agent-assist stream.
    case openAssist(id: String)
    case perform(Scenario.Action)
    /// Ends the connection once everything is sent.
    case finish
    /// Ends it at once.
    case drop
}

/// An effect and how long to wait before it. Effects for one connection that are due together keep their order.
struct Timed: Equatable {
    var delay: Duration = .zero
    let effect: Effect
}

/// Effects that wait for their time.
struct Schedule {
    struct Item {
        let due: Duration
        let connection: Int
        let effect: Effect
    }

    /// By due time, then in the order they came.
    private var items: [Item] = []
    /// So many at the front are done.
    private var done = 0

    var nextDue: Duration? { done < items.count ? items[done].due : nil }

    mutating func add(_ effects: [Timed], for connection: Int, now: Duration) {
        for timed in effects {
            let due = now + timed.delay
            var index = items.endIndex
            while index > done && items[index - 1].due > due { index -= 1 }
            items.insert(Item(due: due, connection: connection, effect: timed.effect), at: index)
        }
    }

    /// The first that is due.
    mutating func next(now: Duration) -> Item? {
        guard let due = nextDue, due <= now else { return nil }
        defer {
            done += 1
            if done > items.count / 2 { forgetDone() }
        }
        return items[done]
    }

    private mutating func forgetDone() {
        items.removeFirst(done)
        done = 0
    }

    mutating func forget(_ connection: Int) {
        forgetDone()
        items.removeAll { $0.connection == connection }
    }
}
