import Text

/// Says which ids of sessions may stand in a path, a header, a file name and a dialplan.
public enum SessionID {
    static let longest = 256
    public static let rule = "1 to \(longest) letters, digits and . _ ~ : @ + = -, and neither . nor .."

    /// Refuses dot segments, which lead to another path however they are encoded (RFC 3986, 5.2.4), and commas,
    /// parentheses and the like, which are code in a dialplan.
    public static func isUsable(_ id: String) -> Bool {
        (1...longest).contains(id.utf8.count) && isPlain(id, and: "._~:@+=-") && id != "." && id != ".."
    }

    /// Whether a text holds only letters and digits of ASCII and `others`.
    static func isPlain(_ text: String, and others: String) -> Bool {
        text.utf8.allSatisfy { $0.isASCIILetterOrDigit || others.utf8.contains($0) }
    }

    /// Percent-encodes what a path segment may not hold (RFC 3986, 3.3).
    static func segment(_ id: String) -> String {
        PercentEncoding.text(Array(id.utf8)) { $0.isASCIILetterOrDigit || "-._~".utf8.contains($0) }
    }
}
