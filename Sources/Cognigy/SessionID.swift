/// What may name a session in a path, a header, a file name and a dialplan.
package enum SessionID {
    static let longest = 256
    package static let rule = "1 to \(longest) letters, digits and . _ ~ : @ + = -, and neither . nor .."

    /// A dot segment would lead to another path (RFC 3986, 5.2.4), however it is encoded. Commas, parentheses and their
    /// like would be code in a dialplan.
    package static func isUsable(_ id: String) -> Bool {
        (1...longest).contains(id.utf8.count) && isPlain(id, and: "._~:@+=-") && id != "." && id != ".."
    }

    /// Whether a text holds letters and digits of ASCII, `others`, and nothing else.
    static func isPlain(_ text: String, and others: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                true
            default: others.utf8.contains(byte)
            }
        }
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
