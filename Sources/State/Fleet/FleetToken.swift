import Digests
import JSON
import Redis

/// The access token that all machines of a fleet share. Times are Redis's own, because clocks of machines differ.
///
/// The key is a hash: `sealed`, the token; `mark`, by which it is known without being read; `due`, when a new one should be
/// fetched; `ends`; and, while a machine fetches that, `lock` and `until`. One that is gone holds up the others no longer.
public struct FleetToken {
    public struct Found: Sendable {
        /// nil where there is none that is good.
        public let text: String?
        /// In seconds.
        public let life: Double
        /// Whether the token should be fetched anew, and this machine is the one to do so.
        public let mayFetch: Bool
    }

    /// In milliseconds. A call waits for two seconds before it fetches a token of its own.
    private static let lease = 5000
    /// In milliseconds, how long before its end a token is fetched anew.
    private static let lead = 60_000

    private let shelf: FleetShelf
    private let key: String
    private let id = String(UInt64.random(in: .min ... .max), radix: 36)

    public init(shelf: FleetShelf, identity: [String]) {
        self.shelf = shelf
        key = shelf.key("token", identity)
    }

    /// `refused`: a token that the service does not take. nil: nobody answers.
    public func find(refused: String?, then: @escaping (Found?) -> Void) {
        let words = [refused.map(mark) ?? "", id, "\(Self.lease)"].map { Array($0.utf8) }
        shelf.line.ask(.script(Self.find, key: key, words)) { reply in
            guard let parts = reply?.list, parts.count == 3, let life = parts[1].integer, let lock = parts[2].integer
            else { return then(nil) }
            let text = shelf.opened(parts[0], for: key)?["access_token"]?.string
            // What cannot be opened is of no use to anybody, whoever wrote it.
            if text == nil, parts[0].text != nil, lock == 0 { return then(nil) }
            // The service refuses it, whatever its mark says.
            then(Found(text: text == refused ? nil : text, life: Double(life) / 1000, mayFetch: lock == 1))
        }
    }

    /// `life` is in seconds.
    public func store(_ text: String, life: Double) {
        if text.isEmpty || !(life > 0) { return }
        let milliseconds = Int(min(life, TokenCache.longestLifetime) * 1000)
        let due = milliseconds - min(Self.lead, milliseconds / 2)
        let sealed = shelf.sealed(["access_token": .string(text)], for: key)
        let words = [mark(text), "\(due)", "\(milliseconds)"].map { Array($0.utf8) } + [sealed]
        shelf.line.tell(.script(Self.store, key: key, words))
    }

    /// Gives the right to fetch back.
    public func release() { shelf.line.tell(.script(Self.release, key: key, [Array(id.utf8)])) }

    private func mark(_ token: String) -> String { Fingerprint.short(of: [token, key]) }

    private static let find =
        RedisCommand.now + """
            local h = redis.call('HMGET', KEYS[1], 'sealed', 'mark', 'due', 'ends', 'lock', 'until')
            local token, life = h[1], 0
            if token then life = tonumber(h[4]) - now end
            if token and (h[2] == ARGV[1] or life <= 0) then
              redis.call('HDEL', KEYS[1], 'sealed', 'mark', 'due', 'ends')
              token, life = false, 0
            end
            if token and tonumber(h[3]) > now then return {token, life, 0} end
            local left = h[5] and h[5] ~= ARGV[2] and tonumber(h[6]) - now
            if left and left > 0 and left <= tonumber(ARGV[3]) then return {token, life, 0} end
            redis.call('HSET', KEYS[1], 'lock', ARGV[2], 'until', now + ARGV[3])
            redis.call('PEXPIRE', KEYS[1], math.max(life, ARGV[3]))
            return {token, life, 1}
            """

    private static let store =
        RedisCommand.now + """
            redis.call('HSET', KEYS[1], 'mark', ARGV[1], 'due', now + ARGV[2], 'ends', now + ARGV[3], 'sealed', ARGV[4])
            redis.call('HDEL', KEYS[1], 'lock', 'until')
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return 1
            """

    private static let release = """
        if redis.call('HGET', KEYS[1], 'lock') == ARGV[1] then redis.call('HDEL', KEYS[1], 'lock', 'until') end
        return 1
        """
}
