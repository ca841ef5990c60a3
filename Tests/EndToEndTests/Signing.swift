import CCrypto
import System

/// Signs webhooks as the platform does: Standard Webhooks 1.0.
struct Signing {
    let secret: String
    private let key: [UInt8]

    /// `whsec_` and base 64, or plain text.
    init(_ secret: String) {
        self.secret = secret
        let prefix = "whsec_"
        let text = Array(secret.dropFirst(prefix.count).utf8)
        var bytes = [UInt8](repeating: 0, count: text.count)
        EVP_DecodeBlock(&bytes, text, CInt(text.count))
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        key = secret.hasPrefix(prefix) ? Array(bytes.prefix(text.count / 4 * 3 - padding)) : Array(secret.utf8)
    }

    /// The environment that a web server makes of the three headers.
    func headers(_ body: String, id: String = "msg_1", age seconds: Int = 0) -> [String: String] {
        let time = Int(WallClock.now()) - seconds
        let text = Array("\(id).\(time).\(body)".utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        HMAC(EVP_sha256(), key, CInt(key.count), text, text.count, &digest, nil)
        var encoded = [UInt8](repeating: 0, count: 45)
        EVP_EncodeBlock(&encoded, digest, CInt(digest.count))
        return [
            "HTTP_WEBHOOK_ID": id, "HTTP_WEBHOOK_TIMESTAMP": String(time),
            "HTTP_WEBHOOK_SIGNATURE": "v1," + String(decoding: encoded.prefix(44), as: UTF8.self),
        ]
    }
}
