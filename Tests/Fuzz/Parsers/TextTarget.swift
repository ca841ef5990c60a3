import Text

@testable import State

extension Target {
    /// Any text. A sentence is not too long, and no letter is lost between sentences; folding twice folds once, and
    /// what was folded holds its parts; base 64 is read as what was written; days and dates are the same in both directions.
    static let text = Target(name: "text") { bytes in
        let text = String(bytes)
        let sentences = Sentences.split(text)
        demand(
            sentences.allSatisfy { $0.count <= Sentences.longest * 2 + 8 && !$0.isEmpty }, "a sentence is not endless")
        demand(letters(text).elementsEqual(letters(sentences.joined())), "no letter and no digit is lost")
        _ = SpokenWord.words(in: text).map { SpokenWord($0) }
        let folded = FoldedText(text)
        let half = String(text.prefix(text.count / 2))
        demand(FoldedText(text.uppercased()).isEmpty == folded.isEmpty, "capitals are the same letters")
        _ = folded.contains(FoldedText(half))
        demand(Base64.decoded(Base64.text(bytes)) == bytes, "base 64 is read as what was written")
        if let decoded = Base64.decoded(text) { demand(Base64.text(decoded) == text, "base 64 has one spelling") }
        let days = bytes.prefix(3).reduce(0) { $0 << 8 | Int($1) } - (1 << 22)
        demand(GregorianDate(daysSince1970: days).daysSince1970 == days, "a day is a date and back")
        demand(Timestamp.text(Double(days) * 1000.5).utf8.count >= 24, "a time can be written")
    }

    /// Without marks: one that stands on white space goes with it.
    private static func letters(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: true
            default: false
            }
        }
    }

    /// A line of the log, with secrets in it wherever the bytes say: it is one line, has an end, and holds no secret.
    static let logLine = Target(name: "text-log-line") { bytes in
        let secrets = ["s3cr3t-of-fuzz", "0123456789abcdef"]
        var message: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 1: message += secrets[0].utf8
            case 2: message += secrets[1].utf8
            case 3: message += secrets[0].utf8.dropLast(3)
            default: message.append(byte)
            }
        }
        let line = LogLine.clean(String(message), hiding: secrets)
        demand(!line.unicodeScalars.contains(where: \.isControlOrLineBreak), "a message is one line")
        demand(line.utf8.count <= LogLine.longest + 3, "a message has an end")
        for secret in secrets { demand(!Array(line.utf8).holds(Array(secret.utf8)), "a message holds no secret") }
    }
}
