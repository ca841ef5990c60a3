import CCrypto

/// A name that tells identities apart and tells nothing about them.
package enum Fingerprint {
    /// SHA-256 in hexadecimal. Each part goes with its length: ["ab", "c"] is not ["a", "bc"].
    static func of(_ parts: [String]) -> String {
        let bytes = parts.flatMap { Array("\($0.utf8.count):\($0)".utf8) }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest(bytes[...]).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// 96 bits of it, where a name must be short.
    package static func short(of parts: [String]) -> String { String(of(parts).prefix(24)) }

    /// SHA-256.
    package static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        bytes.withUnsafeBufferPointer { _ = SHA256($0.baseAddress, $0.count, &digest) }
        return digest
    }
}
