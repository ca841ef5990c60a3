import JSON
import Redis

/// What the boxes of a fleet know together of a service that is away. Each box has a breaker of its own; this one lets the
/// others learn of it at once. It opens only where calls of two boxes have failed, because a box may be cut off by itself.
///
/// The key is a hash: `failures`, a line each, and `record`, while it is open.
public final class FleetBreaker {
    /// In milliseconds. Nobody asks for long: then nothing is known.
    private static let memory = 3_600_000
    private static let mostFailures = 32

    private let shelf: FleetShelf
    private let key: String
    /// The probe of this call.
    private var probe: String?

    public init(shelf: FleetShelf, identity: [String]) {
        self.shelf = shelf
        key = shelf.key("breaker", identity)
    }

    /// Where nobody answers, it allows.
    public func admit(now: Double, then: @escaping (CircuitBreaker.Admission) -> Void) {
        record(now: now) { [self] seen in
            guard let (text, record) = seen else { return then(.allowed) }
            if let retryAt = record.retryAt(now: now) { return then(.refused(retryAt: retryAt)) }
            var mine = record
            let id = String(UInt64.random(in: .min ... .max), radix: 36)
            mine.beginProbe(id, now: now)
            replace(text, by: mine) { [self] isDone in
                // Another call was faster, on whichever box.
                if !isDone { return then(.refused(retryAt: now + 1)) }
                probe = id
                then(.probe)
            }
        }
    }

    public func succeeded() {
        probe = nil
        shelf.line.tell(RedisCommand("DEL", key))
    }

    public func failed(now: Double) {
        if let probe {
            self.probe = nil
            return change(now: now) { $0.failProbe(probe, now: now) }
        }
        let line = "\(Int(now.rounded(.down))) \(shelf.box)\n"
        let words = [line, "\(Self.mostFailures)", "\(Self.memory)"].map { Array($0.utf8) }
        shelf.line.ask(.script(Self.add, key: key, words)) { [self] reply in
            guard let text = reply?.text, FailureTally.isTooMany(text, CircuitBreaker.threshold, ofBoxes: 2, now: now)
            else { return }
            let record = BreakerRecord(openedAt: now).file.serialized
            shelf.line.tell(.script(Self.open, key: key, [record, Array("\(Self.memory)".utf8)]))
        }
    }

    /// The call ended before the service could answer.
    public func abandoned(now: Double) {
        guard let probe else { return }
        self.probe = nil
        change(now: now) { $0.endProbe(probe) }
    }

    private func change(now: Double, _ change: @escaping (inout BreakerRecord) -> Bool) {
        record(now: now) { [self] seen in
            guard let (text, record) = seen else { return }
            var mine = record
            if change(&mine) { replace(text, by: mine) { _ in } }
        }
    }

    private func record(now: Double, then: @escaping (([UInt8], BreakerRecord)?) -> Void) {
        shelf.line.ask(RedisCommand("HGET", key, "record")) { reply in
            guard let text = reply?.text, let json = try? JSON(parsing: text),
                let record = BreakerRecord(json, now: now)
            else { return then(nil) }
            then((text, record))
        }
    }

    private func replace(_ old: [UInt8], by new: BreakerRecord, then: @escaping (Bool) -> Void) {
        let words = [old, new.file.serialized, Array("\(Self.memory)".utf8)]
        shelf.line.ask(.script(Self.replace, key: key, words)) { then($0?.integer == 1) }
    }

    private static let add = """
        local lines = (redis.call('HGET', KEYS[1], 'failures') or '') .. ARGV[1]
        local _, count = string.gsub(lines, '\\n', '\\n')
        while count > tonumber(ARGV[2]) do
          lines = string.gsub(lines, '^[^\\n]*\\n', '', 1)
          count = count - 1
        end
        redis.call('HSET', KEYS[1], 'failures', lines)
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return lines
        """

    private static let open = """
        redis.call('HDEL', KEYS[1], 'failures')
        redis.call('HSETNX', KEYS[1], 'record', ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 1
        """

    private static let replace = """
        if redis.call('HGET', KEYS[1], 'record') ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'record', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return 1
        """
}
