import Text

/// The body of an HTML form (WHATWG URL, 5.2: application/x-www-form-urlencoded serializing).
enum Form {
    static func encoded(_ fields: [(name: String, value: String)]) -> [UInt8] {
        Array(fields.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&").utf8)
    }

    private static func encoded(_ text: String) -> String {
        let encoded = PercentEncoding.text(Array(text.utf8)) { $0.isASCIILetterOrDigit || "*-._ ".utf8.contains($0) }
        return String(encoded.map { $0 == " " ? "+" : $0 })
    }
}
