import Text

/// Who answers in place of the flow, as a person writes it. It becomes dialplan, so nothing is taken that means more there
/// than a name.
public enum People: Equatable, Sendable {
    /// What Dial() rings: several with & between them.
    case telephones(String)
    /// Where the call goes on.
    case place(context: String, exten: String, priority: String)

    public struct Mistake: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    public static let rule = "a telephone as PJSIP/100, or a place of the dialplan as CONTEXT,EXTEN,PRIORITY"

    private static let mostTelephones = 20

    public init(_ text: String) throws(Mistake) {
        if text.utf8.contains(UInt8(ascii: "/")) {
            let telephones = text.split(separator: "&", omittingEmptySubsequences: false)
            guard telephones.count <= People.mostTelephones, telephones.allSatisfy(People.isTelephone) else {
                throw Mistake(
                    description: "\(Harmless.text(text)) is no telephone; write one as PJSIP/100, or more as "
                        + "PJSIP/100&PJSIP/101, with letters, digits and . _ + - @ : only")
            }
            self = .telephones(text)
            return
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ (1..<80).contains($0.utf8.count) }),
            parts[0].utf8.allSatisfy({ $0.isASCIILetterOrDigit || "-_.".utf8.contains($0) }),
            parts[1].utf8.allSatisfy({ $0.isASCIILetterOrDigit || "-_.+*#".utf8.contains($0) }),
            // A pattern is no number that could be called.
            parts[1].utf8.first != UInt8(ascii: "_"), People.isPriority(parts[2])
        else { throw Mistake(description: "\(Harmless.text(text)) is nobody; write \(People.rule)") }
        // The contexts that are printed: people, who would send the call to themselves, and the flow's.
        if parts[0] == "people" || parts[0].hasPrefix("cognigy") {
            throw Mistake(
                description: "\(Harmless.text(text)) leads back into this dialplan; name a place of your own")
        }
        self = .place(context: String(parts[0]), exten: String(parts[1]), priority: String(parts[2]))
    }

    /// TECHNOLOGY/RESOURCE.
    private static func isTelephone(_ text: Substring) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && text.utf8.count < 80
            && parts[0].utf8.allSatisfy(\.isASCIILetterOrDigit)
            && parts[1].utf8.allSatisfy { $0.isASCIILetterOrDigit || "._+-@:/".utf8.contains($0) }
    }

    /// A number, or a label.
    private static func isPriority(_ text: Substring) -> Bool {
        guard let first = text.utf8.first else { return false }
        if 0x30...0x39 ~= first { return Int(text).map { (1...9999).contains($0) } == true }
        return text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "-_".utf8.contains($0) }
    }
}

/// What a person typed, as a sentence may repeat it.
enum Harmless {
    static func text(_ text: String) -> String {
        let head = text.unicodeScalars.prefix(60).map { $0.isControlOrLineBreak ? "?" : Character($0) }
        return "\"\(String(head))\(text.unicodeScalars.count > 60 ? "..." : "")\""
    }
}
