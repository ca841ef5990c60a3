/// SSML (Speech Synthesis Markup Language 1.1) for voices that cannot read it. Whatever it is given, it finds the words:
/// markup that is not well-formed costs at most the broken tag.
public enum Markup {
    public enum Part: Equatable, Sendable {
        case text(String)
        case pause(Duration)
        /// A sound, and what is to be spoken where it cannot be had.
        case sound(String, instead: String?)
    }

    /// Neighbouring pauses are one, and none is longer.
    public static let longestPause = Duration.seconds(10)

    /// Whether a text is to be read as markup: it begins with `<speak`, perhaps behind an XML declaration.
    public static func isMarkup(_ text: String) -> Bool {
        var rest = text.utf8.drop { MarkupReader.isBlank($0) }
        if rest.starts(with: "<?xml".utf8), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
            rest = rest[rest.index(after: end)...].drop { MarkupReader.isBlank($0) }
        }
        return String(decoding: rest.prefix(6), as: UTF8.self).lowercased() == "<speak"
    }

    /// What is to be heard, in order.
    public static func parts(of text: String) -> [Part] {
        var reader = MarkupReader(Array(text.utf8))
        return reader.parts()
    }

    /// The words alone, with those that stand in place of sounds.
    public static func words(of text: String) -> String { words(in: parts(of: text)) }

    static func words(in parts: [Part]) -> String {
        parts.compactMap { part in
            switch part {
            case .text(let words): words
            case .pause: nil
            case .sound(_, let instead): instead
            }
        }.joined(separator: " ")
    }
}
