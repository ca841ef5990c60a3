import Digests
import JSON
import Redis

/// Where the boxes of a fleet keep what their calls share. Others may look into that Redis: names tell nothing about anybody,
/// and what may not be read is sealed. Every key expires.
public struct FleetShelf {
    let line: any FleetLine
    private let prefix: String
    private let seal: Seal
    /// This machine, for what several must agree on.
    let box: String

    /// `secrets`: what all boxes of the fleet have, and nobody else.
    public init(line: any FleetLine, prefix: String, secrets: [String], box: String) {
        self.line = line
        self.prefix = prefix
        seal = Seal(key: Array(Fingerprint.of(["fleet"] + secrets).utf8))
        self.box = Fingerprint.short(of: [box])
    }

    func key(_ noun: String, _ identity: [String]) -> String { "\(prefix):\(noun):\(Fingerprint.of(identity))" }

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

extension RedisReply {
    var list: [RedisReply]? { if case .list(let replies) = self { replies } else { nil } }
    var integer: Int? { if case .integer(let number) = self { number } else { nil } }
    var text: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }
    /// Whether it answers what was asked.
    var isAnswer: Bool { if case .error = self { false } else { true } }
}

extension RedisCommand {
    /// A script (EVAL) on one key. Redis runs it as a whole.
    static func script(_ text: String, key: String, _ words: [[UInt8]] = []) -> RedisCommand {
        RedisCommand(["EVAL", text, "1", key].map { Array($0.utf8) } + words)
    }
}
