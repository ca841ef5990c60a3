import Digests
import Text

/// Checks who sent a webhook by a shared secret, as Standard Webhooks 1.0 has it
/// (github.com/standard-webhooks/standard-webhooks).
public struct Signature: Sendable, CustomStringConvertible {
    public enum Verdict: Equatable, Sendable {
        /// The sender knows the secret. The id is the same however often the webhook is sent.
        case good(id: String)
        /// One of the three headers is missing.
        case missing
        case malformed
        /// From too long ago, or from the future.
        case old
        case wrong
    }

    /// In seconds, into the past and into the future.
    public static let tolerance = 300.0
    static let longestID = 256

    private let key: [UInt8]

    public var description: String { "<secret>" }

    /// `secret` is `whsec_` and base 64, or plain text. Nil where it is empty or no base 64, since it could not tell any
    /// sender from another.
    public init?(secret: String) {
        let prefix = "whsec_"
        guard let key = secret.hasPrefix(prefix) ? Base64.decoded(secret.dropFirst(prefix.count)) : Array(secret.utf8),
            !key.isEmpty
        else { return nil }
        self.key = key
    }

    /// `body` is the body as it came, byte for byte.
    public func verdict(on request: Request, body: [UInt8], now: Double) -> Verdict {
        guard let id = request.header("webhook-id"), let timestamp = request.header("webhook-timestamp"),
            let signatures = request.header("webhook-signature")
        else { return .missing }
        // With a dot in the id, the same signature would fit another id and time.
        let isID =
            id.utf8.count <= Signature.longestID && id.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2E }
        let isNumber = timestamp.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let candidates = signatures.split(separator: " ").filter { $0.hasPrefix("v1,") }
        guard isID, isNumber, let time = Int(timestamp), !candidates.isEmpty else { return .malformed }
        if abs(now - Double(time)) > Signature.tolerance { return .old }
        let mac = Digest.authentication(of: Array("\(id).\(timestamp).".utf8) + body, key: key)
        let expected = Array("v1,\(Base64.text(mac))".utf8)
        return candidates.contains { Digest.isSame(Array($0.utf8), expected) } ? .good(id: id) : .wrong
    }
}
