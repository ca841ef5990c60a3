import JSON

/// What the file of an open circuit breaker says, and how events change it. No I/O, no clock.
struct BreakerRecord: Equatable {
    static let shortestWait = 10.0
    static let longestWait = 60.0
    /// A probe whose process was killed keeps the breaker open no longer than this.
    static let probeLease = 20.0
    static let clockTolerance = 5.0

    struct Probe: Equatable {
        let id: String
        let until: Double
    }

    private(set) var openedAt: Double
    private(set) var wait = shortestWait
    private(set) var probe: Probe?

    init(openedAt: Double) { self.openedAt = openedAt }

    /// When the next call may probe the service; nil where it may now.
    func retryAt(now: Double) -> Double? {
        if now < openedAt + wait { return openedAt + wait }
        return probe.flatMap { now < $0.until ? $0.until : nil }
    }

    /// Whether the probe has been due for so long that the process which was about to make it must be dead or stuck.
    func isProbeOverdue(now: Double) -> Bool { now >= openedAt + wait + BreakerRecord.probeLease }

    mutating func beginProbe(_ id: String, now: Double) {
        probe = Probe(id: id, until: now + BreakerRecord.probeLease)
    }

    /// The service is still away, so the next probe waits twice as long. False where this is not the current probe.
    mutating func failProbe(_ id: String, now: Double) -> Bool {
        if !endProbe(id) { return false }
        openedAt = now
        wait = min(wait * 2, BreakerRecord.longestWait)
        return true
    }

    /// The probe ended without a verdict, so the next call may try. False where this is not the current probe.
    mutating func endProbe(_ id: String) -> Bool {
        if probe?.id != id { return false }
        probe = nil
        return true
    }
}

extension BreakerRecord {
    /// nil where the file makes no sense, or is dated in the future because our clock was set back.
    init?(_ file: JSON, now: Double) {
        guard let openedAt = file["opened_at"]?.number, let wait = file["wait"]?.number,
            (BreakerRecord.shortestWait...BreakerRecord.longestWait).contains(wait),
            openedAt <= now + BreakerRecord.clockTolerance
        else { return nil }
        self.openedAt = openedAt
        self.wait = wait
        if let id = file["probe"]?.string, let until = file["probe_until"]?.number,
            until <= now + BreakerRecord.probeLease + BreakerRecord.clockTolerance
        {
            probe = Probe(id: id, until: until)
        }
    }

    var file: JSON {
        var members: [String: JSON] = ["opened_at": .number(openedAt), "wait": .number(wait)]
        members["probe"] = probe.map { .string($0.id) }
        members["probe_until"] = probe.map { .number($0.until) }
        return .object(members)
    }
}
