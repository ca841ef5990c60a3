/// What the service wants to be done with a connection.
enum Effect: Equatable {
    case send([UInt8])
    /// The reply is complete, so the next request may be read.
    case answered
    /// The connection is a voice socket from now on.
    case openVoice(session: String)
    /// The connection is a stream of agent assist from now on.
    case openAssist(id: String)
    /// The connection is a socket of the endpoint from now on.
    case openEndpoint(Introduction)
    /// The connection is a socket of speech to text from now on.
    case openHearing(HearingLink.Style)
    /// The connection is a voice from now on.
    case openSpeech(voice: String)
    case perform(Scenario.Action)
    /// Something that a socket of the endpoint does when its time has come.
    case endpoint(EndpointAct)
    /// Ends the connection after everything is sent.
    case finish
    /// Ends it at once.
    case drop
}

/// An effect and the time to wait before it.
struct Timed: Equatable {
    var delay: Duration = .zero
    let effect: Effect
}

/// The effects of all connections that wait for their time. Those that are due together keep their order.
struct Schedule {
    struct Item {
        let due: Duration
        let connection: Int
        let effect: Effect
    }

    /// Sorted by the time they are due; those of the same time, by arrival.
    private var items: [Item] = []
    /// How many items at the front are done.
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

    /// Takes the next effect that is due; nil for none.
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
