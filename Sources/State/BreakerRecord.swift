import JSON

/// What the circuit breaker's file says, and how events change it. No I/O, no clock.
struct BreakerRecord: Equatable {
    static let threshold = 5
    /// Failures are counted in buckets of this many seconds...
    static let bucketLength = 10.0
    /// ...of which this many are remembered: 60 s.
    static let buckets = 6
    static let shortestWait = 10.0
    static let longestWait = 60.0
    /// A prober that was killed holds the breaker open no longer than this.
    static let probeLease = 20.0
    static let clockTolerance = 5.0

    struct Probe: Equatable {
        let id: String
        let until: Double
    }

    struct Opening: Equatable {
        var at: Double
        var wait: Double
        var probe: Probe?
    }

    enum Verdict: Equatable {
        case allowed
        case probeDue
        case refused(retryAt: Double)
    }

    var failures: [Int: Int] = [:]
    var opening: Opening?

    func verdict(now: Double) -> Verdict {
        guard let opening else { return .allowed }
        if now < opening.at + opening.wait { return .refused(retryAt: opening.at + opening.wait) }
        if let probe = opening.probe, now < probe.until { return .refused(retryAt: probe.until) }
        return .probeDue
    }

    mutating func beginProbe(_ id: String, now: Double) {
        opening?.probe = Probe(id: id, until: now + BreakerRecord.probeLease)
    }

    /// The probe ended without a verdict: the next call may try. False: it was not the current probe.
    mutating func endProbe(_ id: String) -> Bool {
        if opening?.probe?.id != id { return false }
        opening?.probe = nil
        return true
    }

    /// A request failed; `probe` if it was one. False: nothing changed, since the request is older than the opening.
    mutating func fail(probe: String?, now: Double) -> Bool {
        if let opening {
            guard let probe, opening.probe?.id == probe else { return false }
            self.opening = Opening(at: now, wait: min(opening.wait * 2, BreakerRecord.longestWait))
            return true
        }
        let bucket = BreakerRecord.bucket(now)
        failures[bucket, default: 0] += 1
        failures = failures.filter { $0.key > bucket - BreakerRecord.buckets && $0.key <= bucket }
        if failures.values.reduce(0, +) >= BreakerRecord.threshold {
            self = BreakerRecord(opening: Opening(at: now, wait: BreakerRecord.shortestWait))
        }
        return true
    }

    private static func bucket(_ now: Double) -> Int { Int((now / bucketLength).rounded(.down)) }
}

extension BreakerRecord {
    /// nil where the file makes no sense, or is from a future that our clock was set back from.
    init?(_ file: JSON, now: Double) {
        for pair in file["failures"]?.array ?? [] {
            guard let numbers = pair.array?.compactMap(\.number), numbers.count == 2,
                let bucket = Int(exactly: numbers[0]), let count = Int(exactly: numbers[1]), (1...1000).contains(count)
            else { return nil }
            failures[bucket] = count
        }
        guard let at = file["opened_at"]?.number else { return }
        guard let wait = file["wait"]?.number,
            (BreakerRecord.shortestWait...BreakerRecord.longestWait).contains(wait),
            at <= now + BreakerRecord.clockTolerance
        else { return nil }
        opening = Opening(at: at, wait: wait)
        if let id = file["probe"]?.string, let until = file["probe_until"]?.number,
            until <= now + BreakerRecord.probeLease + BreakerRecord.clockTolerance
        {
            opening?.probe = Probe(id: id, until: until)
        }
    }

    var file: JSON {
        var members: [String: JSON] = [:]
        members["failures"] = .array(
            failures.sorted { $0.key < $1.key }.map { [.integer($0.key), .integer($0.value)] })
        members["opened_at"] = opening.map { .number($0.at) }
        members["wait"] = opening.map { .number($0.wait) }
        members["probe"] = (opening?.probe).map { .string($0.id) }
        members["probe_until"] = (opening?.probe).map { .number($0.until) }
        return .object(members)
    }
}
