import Redis

/// Limits how many calls of all machines do something at the same time. Each has a place in a sorted set, by the time at
/// which it is taken for dead: a machine that is gone keeps its places no longer.
public struct FleetSlots {
    private let shelf: FleetShelf
    private let key: String
    private let count: Int
    /// In milliseconds.
    private let lease: Int
    private let id = String(UInt64.random(in: .min ... .max), radix: 36)

    /// `lease`: longer than a dialog request takes.
    public init(shelf: FleetShelf, identity: [String], count: Int, lease: Duration) {
        self.shelf = shelf
        key = shelf.key("slots", identity)
        self.count = max(count, 1)
        self.lease = Int(lease / .milliseconds(1))
    }

    /// Whether there is a place; nil: nobody answers.
    public func take(then: @escaping (Bool?) -> Void) {
        let words = ["\(count)", id, "\(lease)"].map { Array($0.utf8) }
        shelf.line.ask(.script(Self.take, key: key, words)) { then($0?.integer.map { $0 == 1 }) }
    }

    /// `then` gets whether it is known to be given back.
    public func giveBack(then: @escaping (Bool) -> Void) {
        shelf.line.ask(RedisCommand("ZREM", key, id)) { then($0?.isAnswer == true) }
    }

    private static let take =
        RedisCommand.now + """
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. (now + ARGV[3]), '+inf')
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            if not redis.call('ZSCORE', KEYS[1], ARGV[2]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
            redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return 1
            """
}
