import System

/// Keeps calls from a service that is away, for all processes together: after five failures within a minute nobody
/// asks for a while, then one call tries for all.
public struct CircuitBreaker {
    public enum Admission: Sendable, Equatable {
        case allowed
        /// Allowed, as the one call that finds out: `succeeded`, `failed` or `abandoned` must follow.
        case probe
        case refused(retryAt: Double)
    }

    static let patience = Duration.milliseconds(20)

    private let folder: StateFolder?
    private let name: String
    private var probe: String?

    public init(folder: StateFolder?, identity: [String]) {
        self.folder = folder
        name = "breaker-\(Fingerprint.of(identity))"
    }

    public mutating func admit(now: Double) -> Admission {
        guard let folder else { return .allowed }
        let deadline = MonotonicClock.now() + CircuitBreaker.patience
        while true {
            // Before the lock, as nearly every call needs none; and again at each try, as whoever holds it may be
            // taking the probe.
            if let admission = settled(now: now) { return admission }
            let lock = folder.lock(name)
            if lock == nil && MonotonicClock.now() < deadline {
                StateFolder.pause()
                continue
            }
            return settled(now: now) ?? takeProbe(in: folder, now: now)
        }
    }

    public mutating func succeeded(now: Double) {
        probe = nil
        guard let folder, folder.holds(name) else { return }
        let lock = folder.lock(name, patience: CircuitBreaker.patience)
        folder.remove(name)
        _ = consume lock
    }

    public mutating func failed(now: Double) {
        let probe = self.probe
        self.probe = nil
        change(now: now) { $0.fail(probe: probe, now: now) }
    }

    /// The call ended before the service could answer, as when the caller hangs up.
    public mutating func abandoned(now: Double) {
        guard let probe else { return }
        self.probe = nil
        change(now: now) { $0.endProbe(probe) }
    }

    private func record(now: Double) -> BreakerRecord {
        folder?.read(name).flatMap { BreakerRecord($0, now: now) } ?? BreakerRecord()
    }

    /// What needs no change of the file.
    private func settled(now: Double) -> Admission? {
        switch record(now: now).verdict(now: now) {
        case .allowed: .allowed
        case .refused(let retryAt): .refused(retryAt: retryAt)
        case .probeDue: nil
        }
    }

    private mutating func takeProbe(in folder: StateFolder, now: Double) -> Admission {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        var record = record(now: now)
        record.beginProbe(id, now: now)
        // On a full or read-only disk nobody can be told to wait.
        if !folder.write(record.file, name) { return .allowed }
        probe = id
        return .probe
    }

    /// Reads, changes and writes under the lock; without it if another process does not let go of it.
    private func change(now: Double, _ body: (inout BreakerRecord) -> Bool) {
        guard let folder else { return }
        let lock = folder.lock(name, patience: CircuitBreaker.patience)
        var record = record(now: now)
        if body(&record) { folder.write(record.file, name) }
        _ = consume lock
    }
}
