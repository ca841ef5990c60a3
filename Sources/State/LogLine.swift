import Text

/// Makes one line of a message, without control characters and without any known secret.
enum LogLine {
    /// Longer messages are cut.
    static let longest = 4096

    static func redact(_ message: String, _ hidden: [String]) -> String {
        if hidden.isEmpty { return message }
        var bytes = Array(message.utf8)
        for secret in hidden { bytes = bytes.replacing(Array(secret.utf8), by: Array("<secret>".utf8)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces the `hidden` texts first, before anything else can change how they look.
    static func clean(_ message: String, hiding hidden: [String]) -> String {
        var line = ""
        for scalar in redact(message, hidden).unicodeScalars {
            let text = scalar.isControlOrLineBreak ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            if line.utf8.count + text.utf8.count > longest { return line + "..." }
            line += text
        }
        return line
    }
}
