/// What may name a session in a path, a header and a file name.
public enum SessionID {
    static let longest = 256
    public static let rule = "1 to \(longest) printable ASCII characters without a space, and neither . nor .."

    /// A dot segment would lead to another path (RFC 3986, 5.2.4), however it is encoded.
    public static func isUsable(_ id: String) -> Bool {
        (1...longest).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && id != "." && id != ".."
    }

    /// Percent-encodes what a path segment may not hold (RFC 3986, 3.3).
    static func segment(_ id: String) -> String {
        var result = ""
        for byte in id.utf8 {
            let scalar = UnicodeScalar(byte)
            if "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".unicodeScalars.contains(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return result
    }
}
