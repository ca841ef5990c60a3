/// A text in which words are found however they are written.
///
/// Each scalar takes its full lower-case, upper-case and lower-case mapping in turn: "ß", "ẞ" and "SS" become "ss", "ﬁ"
/// becomes "fi", every sigma "σ". That joins all that Unicode's case folding joins, and both Turkish letters i with the
/// other. A run of white space becomes one space. Invisible characters are left out: soft hyphens, joiners and control
/// characters. Composed and decomposed letters are the same, as always in Swift.
public struct FoldedText: Equatable, Sendable {
    private let characters: [Character]

    /// Further marks on one letter are left out (Unicode Standard Annex #15, section 13). Comparing letters takes longer
    /// the more marks they have, and no reader needs so many.
    private static let mostMarks = 30

    public init(_ text: String) {
        var folded = String.UnicodeScalarView()
        var endsWord = false
        var marks = 0
        for scalar in text.unicodeScalars {
            if FoldedText.isSpace(scalar) {
                endsWord = !folded.isEmpty
            } else if !FoldedText.isInvisible(scalar) {
                marks = FoldedText.isMark(scalar) ? marks + 1 : 0
                if marks > FoldedText.mostMarks { continue }
                if endsWord { folded.append(" ") }
                endsWord = false
                FoldedText.fold(scalar, into: &folded)
            }
        }
        characters = Array(String(folded))
    }

    /// ASCII needs no look into Unicode's tables, which is slow.
    private static func isSpace(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII { return scalar == " " || ("\t"..."\r").contains(scalar) }
        // The Hangul fillers and the empty Braille pattern look the same.
        return scalar.properties.isWhitespace || ["\u{2800}", "\u{3164}", "\u{FFA0}"].contains(scalar)
    }

    private static func isInvisible(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII { return scalar < " " || scalar == "\u{7F}" }
        // The marks around interlinear annotations are not ignorable by default.
        return scalar.properties.isDefaultIgnorableCodePoint || ("\u{80}"..."\u{9F}").contains(scalar)
            || ("\u{FFF9}"..."\u{FFFB}").contains(scalar)
    }

    private static func isMark(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII { return false }
        return [.nonspacingMark, .spacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
    }

    private static func fold(_ scalar: UnicodeScalar, into folded: inout String.UnicodeScalarView) {
        if scalar.isASCII {
            let isUpper = ("A"..."Z").contains(scalar)
            return folded.append(isUpper ? UnicodeScalar(UInt8(scalar.value) | 0x20) : scalar)
        }
        if !scalar.properties.changesWhenCaseMapped { return append(scalar, to: &folded) }
        for lower in scalar.properties.lowercaseMapping.unicodeScalars {
            for upper in lower.properties.uppercaseMapping.unicodeScalars {
                // Appending them one by one is many times faster.
                for scalar in upper.properties.lowercaseMapping.unicodeScalars { append(scalar, to: &folded) }
            }
        }
    }

    /// Leaves out a dot on an i, which already has one: Unicode Standard, 7.1, "Diacritics on i and j".
    private static func append(_ scalar: UnicodeScalar, to folded: inout String.UnicodeScalarView) {
        if scalar != "\u{307}" || folded.last != "i" { folded.append(scalar) }
    }

    public var isEmpty: Bool { characters.isEmpty }

    /// Whether `other` occurs in it, also as a part of a word.
    public func contains(_ other: FoldedText) -> Bool {
        characters[...].start(of: other.characters) != nil
    }
}
