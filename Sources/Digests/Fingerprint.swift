/// A name that differs for different identities and tells nothing about them.
public enum Fingerprint {
    /// SHA-256 in hexadecimal. The length of each part is part of it, so that ["ab", "c"] is not ["a", "bc"].
    public static func of(_ parts: [String]) -> String {
        let bytes = parts.flatMap { Array("\($0.utf8.count):\($0)".utf8) }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: Digest.sha256(bytes[...]).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Its first 96 bits, where a name must be short.
    public static func short(of parts: [String]) -> String { String(of(parts).prefix(24)) }
}
