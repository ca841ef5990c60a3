import Digests
import JSON
import Redis

/// Where the machines of a fleet keep what their calls share. Others may look into that Redis: names tell nothing about anybody,
/// and what may not be read is sealed. Every key expires.
public struct FleetShelf {
    let line: any FleetLine
    private let prefix: String
    private let seal: Seal
    /// Makes names that nobody finds by trying.
    private let secret: String
    private let identity: () -> String

    /// `secrets`: what all machines of the fleet have, and nobody else. `machine` tells this one from the others.
    public init(
        line: any FleetLine, prefix: String, secrets: [String], machine: @escaping @autoclosure () -> String
    ) {
        self.line = line
        self.prefix = prefix
        secret = Fingerprint.of(["fleet"] + secrets)
        seal = Seal(key: Array(secret.utf8))
        identity = machine
    }

    /// This machine, for what several must agree on. Nobody else reads from it which one it is.
    var machine: String { Fingerprint.short(of: [secret, "machine", identity()]) }

    func key(_ noun: String, _ identity: [String]) -> String {
        "\(prefix):\(noun):\(Fingerprint.of([secret, noun] + identity))"
    }

    /// The name of what machines with other secrets look for, too. What it is made of is long and random itself.
    func openKey(_ noun: String, _ id: String) -> String { "\(prefix):\(noun):\(Fingerprint.of([noun, id]))" }

    func sealed(_ value: JSON, for key: String) -> [UInt8] {
        let nonce = (0..<Seal.nonceLength).map { _ in UInt8.random(in: .min ... .max) }
        return seal.seal(value.serialized, nonce: nonce, for: key)
    }

    /// nil where there is nothing, or what somebody else has put there.
    func opened(_ reply: RedisReply?, for key: String) -> JSON? {
        guard case .text(let sealed)? = reply, let plain = seal.open(sealed, for: key) else { return nil }
        return try? JSON(parsing: plain)
    }
}

extension RedisCommand {
    /// What a script begins with that needs the time: that of Redis, in milliseconds.
    static let now = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)

        """

    /// A script (EVAL) on one key. Redis runs it as a whole.
    static func script(_ text: String, key: String, _ words: [[UInt8]] = []) -> RedisCommand {
        RedisCommand(["EVAL", text, "1", key].map { Array($0.utf8) } + words)
    }
}
