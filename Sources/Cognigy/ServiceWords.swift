import Text

/// What a service says in words of its own, made fit to be read on.
enum ServiceWords {
    /// In bytes, of what a service says of an error.
    static let longestError = 200

    /// The words with one blank between them, cut after the last one that fits. `longest`: in bytes of UTF-8.
    static func line(_ text: String, longest: Int) -> String {
        var line = ""
        for word in text.split(whereSeparator: isGap) {
            if line.utf8.count + word.utf8.count + 1 > longest { break }
            if !line.isEmpty { line += " " }
            line += word
        }
        return line
    }

    private static func isGap(_ character: Character) -> Bool {
        character.isWhitespace || character.unicodeScalars.contains { $0.isControlOrLineBreak }
    }
}
