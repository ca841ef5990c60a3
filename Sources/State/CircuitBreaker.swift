import Digests
import System

/// Keeps calls from a service that is away, for all processes together. After some failures within a minute no call
/// asks the service for a while; then one call tries for all. The breaker is closed where there is no file.
public struct CircuitBreaker {
    public enum Admission: Sendable, Equatable {
        case allowed
        /// Allowed, as the one call that probes the service: `succeeded`, `failed` or `abandoned` must follow.
        case probe
        case refused(retryAt: Double)
    }

    /// So many failures within a minute open it.
    public static let threshold = 5
    static let patience = Duration.milliseconds(20)
    /// Whom a breaker keeps calls from.
    public enum Kind: String, Sendable {
        case service = "breaker-"
        case redis = "redis-breaker-"
    }

    /// In seconds. Failures that are older say nothing about the service.
    static let longestMemory = 86_400.0

    private let folder: StateFolder?
    private let name: String
    private let threshold: Int
    private var probe: String?

    /// `threshold`: so many failures open it.
    public init(
        folder: StateFolder?, _ kind: Kind = .service, identity: [String], threshold: Int = CircuitBreaker.threshold
    ) {
        self.folder = folder
        self.threshold = threshold
        name = kind.rawValue + Fingerprint.of(identity)
    }

    /// Whether a file of the folder is the record or the tally of a breaker. Its lock is neither.
    static func isName(_ name: String) -> Bool { isName(name, of: .service) || isName(name, of: .redis) }

    static func isName(_ name: String, of kind: Kind) -> Bool {
        name.hasPrefix(kind.rawValue) && !name.hasSuffix(".lock")
    }

    /// Until when calls are refused; nil: they are not. Nothing changes by the question.
    public func refuses(now: Double) -> Double? { record(now: now)?.retryAt(now: now) }

    public mutating func admit(now: Double) -> Admission {
        let deadline = MonotonicClock.now() + CircuitBreaker.patience
        while true {
            // Most calls need no lock. While a call waits for it, the process that holds it may be taking the probe.
            guard let folder, let seen = record(now: now) else { return .allowed }
            if let retryAt = seen.retryAt(now: now) { return .refused(retryAt: retryAt) }
            if let lock = folder.lock(name) {
                let admission = takeProbe(now: now)
                _ = consume lock
                return admission
            }
            if MonotonicClock.now() >= deadline {
                return seen.isProbeOverdue(now: now) ? takeProbe(now: now) : .refused(retryAt: now + 1)
            }
            StateFolder.pause()
        }
    }

    public mutating func succeeded(now: Double) {
        probe = nil
        folder?.remove(name)
        tally?.clear()
    }

    /// The service did not answer, or answered that it cannot serve. Refused credentials and a caller's hangup do not
    /// count.
    public mutating func failed(now: Double) {
        if let probe {
            self.probe = nil
            changeRecord(now: now) { $0.failProbe(probe, now: now) }
        } else if let folder, let tally, record(now: now) == nil, tally.add(now: now) {
            // The process that counts one too many opens the breaker. Two that do so at once do no harm.
            folder.write(BreakerRecord(openedAt: now).file, name, durably: false)
            tally.clear()
        }
    }

    /// The call ended before the service could answer, as when the caller hangs up.
    public mutating func abandoned(now: Double) {
        guard let probe else { return }
        self.probe = nil
        changeRecord(now: now) { $0.endProbe(probe) }
    }

    private var tally: FailureTally? {
        folder.map { FailureTally(path: $0.path("\(name).failures"), threshold: threshold) }
    }

    /// nil: closed.
    private func record(now: Double) -> BreakerRecord? {
        folder?.read(name).flatMap { BreakerRecord($0, now: now) }
    }

    private mutating func takeProbe(now: Double) -> Admission {
        guard let folder, var record = record(now: now) else { return .allowed }
        if let retryAt = record.retryAt(now: now) { return .refused(retryAt: retryAt) }
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        record.beginProbe(id, now: now)
        // On a full or read-only disk no other process can be told to wait.
        if !folder.write(record.file, name, durably: false) { return .allowed }
        probe = id
        return .probe
    }

    /// Reads, changes and writes under the lock, or without it where another process holds it for too long.
    private func changeRecord(now: Double, _ change: (inout BreakerRecord) -> Bool) {
        guard let folder else { return }
        let lock = folder.lock(name, patience: CircuitBreaker.patience)
        if var record = record(now: now), change(&record) { folder.write(record.file, name, durably: false) }
        _ = consume lock
    }
}
