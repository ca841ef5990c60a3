import JSON
import Redis

/// What the machines of a fleet know together of a service that is away. Each has a breaker of its own, by which it finds out
/// when the service is back; this one only tells the others at once, for ten seconds at a time. It opens where calls of two
/// machines have failed, because one may be cut off by itself.
///
/// The key is a hash: `failures`, a line each; and, while it is open, `until` by Redis's clock, and `seal`, which only one of the
/// fleet can have written.
public struct FleetBreaker {
    /// In milliseconds.
    private static let pause = 10_000
    /// In milliseconds, how long a failure counts.
    private static let memory = 60_000
    private static let mostFailures = 32

    private let shelf: FleetShelf
    private let key: String

    public init(shelf: FleetShelf, identity: [String]) {
        self.shelf = shelf
        key = shelf.key("breaker", identity)
    }

    /// `then` gets for how many seconds the service is left alone; nil: nobody knows that it is away.
    public func admit(then: @escaping (Double?) -> Void) {
        shelf.line.ask(.script(Self.look, key: key)) { reply in
            guard let parts = reply?.list, parts.count == 2, let left = parts[0].integer,
                (1...Self.pause).contains(left), shelf.opened(parts[1], for: key) != nil
            else { return then(nil) }
            then(Double(left) / 1000)
        }
    }

    public func succeeded() { shelf.line.tell(RedisCommand("DEL", key)) }

    public func failed() {
        let numbers = [Self.memory, Self.mostFailures, CircuitBreaker.threshold, Self.pause]
        let words = ([shelf.machine] + numbers.map(String.init)).map { Array($0.utf8) }
        shelf.line.tell(.script(Self.add, key: key, words + [shelf.sealed([:], for: key)]))
    }

    private static let look =
        RedisCommand.now + """
            local h = redis.call('HMGET', KEYS[1], 'until', 'seal')
            if not h[1] then return {0, ''} end
            return {tonumber(h[1]) - now, h[2]}
            """

    private static let add =
        RedisCommand.now + """
            local lines, count, machines, seen = {now .. ' ' .. ARGV[1]}, 1, 1, {[ARGV[1]] = true}
            for time, machine in string.gmatch(redis.call('HGET', KEYS[1], 'failures') or '', '(%d+) (%x+)\\n') do
              if now - time < tonumber(ARGV[2]) and count < tonumber(ARGV[3]) then
                count = count + 1
                lines[count] = time .. ' ' .. machine
                if not seen[machine] then seen[machine], machines = true, machines + 1 end
              end
            end
            if count >= tonumber(ARGV[4]) and machines > 1 then
              redis.call('HDEL', KEYS[1], 'failures')
              redis.call('HSET', KEYS[1], 'until', now + ARGV[5], 'seal', ARGV[6])
            else
              redis.call('HSET', KEYS[1], 'failures', table.concat(lines, '\\n') .. '\\n')
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 1
            """
}
