import Redis

/// Limits how many calls of all boxes do something at the same time. Each has a place in a sorted set, by the time at which it
/// is taken for dead: a box that is gone keeps its places no longer.
public struct FleetSlots {
    /// In milliseconds; longer than any dialog request takes.
    private static let lease = 90_000

    private let shelf: FleetShelf
    private let key: String
    private let count: Int
    private let id = String(UInt64.random(in: .min ... .max), radix: 36)

    public init(shelf: FleetShelf, identity: [String], count: Int) {
        self.shelf = shelf
        key = shelf.key("slots", identity)
        self.count = max(count, 1)
    }

    /// Whether there is a place; nil: nobody answers.
    public func take(then: @escaping (Bool?) -> Void) {
        let words = ["\(count)", id, "\(Self.lease)"].map { Array($0.utf8) }
        shelf.line.ask(.script(Self.take, key: key, words)) { then($0?.integer.map { $0 == 1 }) }
    }

    public func giveBack() { shelf.line.tell(RedisCommand("ZREM", key, id)) }

    private static let take = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        if not redis.call('ZSCORE', KEYS[1], ARGV[2]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
        redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return 1
        """
}
