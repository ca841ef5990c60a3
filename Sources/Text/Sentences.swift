/// Cuts a reply into pieces that are spoken one after the other, each synthesized while the one before it plays.
public struct Sentences {
    /// In characters. A longer sentence is cut at a comma, or else at a space. As many marks without words may follow the last.
    public static let longest = 200

    private let text: [Character]
    private var pieces: [String] = []

    /// Only white space around the pieces is lost, and marks at the end beyond `longest`.
    public static func split(_ text: String) -> [String] {
        var sentences = Sentences(text: Array(text))
        sentences.split()
        return sentences.pieces
    }

    private init(text: [Character]) { self.text = text }

    private mutating func split() {
        var start = 0
        var hasWords = false
        for index in text.indices {
            hasWords = hasWords || text[index].isLetter || text[index].isNumber
            // A piece without words, such as an ellipsis or a smiley, goes with its neighbour.
            guard hasWords, ends(at: index) else { continue }
            add(start..<index + 1)
            (start, hasWords) = (index + 1, false)
        }
        if hasWords || pieces.isEmpty { return add(start..<text.endIndex) }
        // Of marks without end, some say it all.
        let rest = trimmed(start..<text.endIndex)
        let some = rest.lowerBound..<min(rest.upperBound, rest.lowerBound + Self.longest)
        if !some.isEmpty { pieces[pieces.count - 1] += " " + string(some) }
    }

    // MARK: Where a sentence ends

    private static let fullStops: Set<Character> = [".", "!", "?", "…", "؟", "۔", "।"]
    /// No space follows these.
    private static let wideStops: Set<Character> = ["。", "！", "？", "｡", "．"]
    private static let closers: Set<Character> = ["\"", "'", ")", "]", "}", "”", "’", "“", "»", "«", "」", "』", "）"]

    /// Whether the character at `index` is the last of a sentence.
    private func ends(at index: Int) -> Bool {
        if text[index].isNewline { return true }
        let next = index + 1 < text.endIndex ? text[index + 1] : nil
        // The end of a quotation or a bracket belongs to the sentence.
        if let next, Self.closers.contains(next) || isStop(next) { return false }
        var stop = index
        while stop > 0, Self.closers.contains(text[stop]) { stop -= 1 }
        if Self.wideStops.contains(text[stop]) { return true }
        guard Self.fullStops.contains(text[stop]), next.map(isSpace) ?? true else { return false }
        if text[stop] == "." || text[stop] == "…" {
            let following = text[(index + 1)...].first { !$0.isWhitespace }
            if following?.isLowercase ?? false { return false }
        }
        return text[stop] != "." || !isAbbreviation(endingAt: stop)
    }

    private func isStop(_ character: Character) -> Bool {
        Self.fullStops.contains(character) || Self.wideStops.contains(character)
    }

    /// No-break spaces do not count, because they keep their neighbours together.
    private func isSpace(_ character: Character) -> Bool {
        character.isWhitespace && character != "\u{A0}" && character != "\u{202F}"
    }

    // MARK: Abbreviations

    /// English and German ones, in lower case, without the last full stop.
    private static let abbreviations: Set<String> = [
        "dr", "mr", "mrs", "ms", "prof", "st", "sr", "jr", "vs", "etc", "no", "nos", "approx", "ave", "dept", "ext",
        "gen", "rev", "hon", "capt", "inc", "ltd", "co", "corp", "fig", "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sep", "sept", "oct", "nov", "dec", "hr", "fr", "nr", "tel", "str", "bzw", "ca", "usw", "inkl", "zzgl",
        "evtl", "ggf", "max", "min", "std", "mio", "mrd", "abs", "abt", "art", "bspw", "dipl", "ing", "vgl", "geb",
    ]

    /// "Dr.", "z.B.", "J. Smith", "3. Mai". In doubt the sentence goes on, which only costs a pause between sentences.
    private func isAbbreviation(endingAt stop: Int) -> Bool {
        var start = stop
        while start > 0, text[start - 1].isLetter || text[start - 1].isNumber || text[start - 1] == "." { start -= 1 }
        let word = String(text[start..<stop]).lowercased()
        if Self.isAbbreviation(word) { return true }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        if parts.allSatisfy({ $0.count == 1 && $0.allSatisfy(\.isLetter) }) { return true }
        return parts.count == 1 && (1...2).contains(word.count) && word.allSatisfy(\.isNumber)
    }

    /// Whether a full stop behind this word, in any case, ends no sentence.
    public static func isAbbreviation(_ word: String) -> Bool { abbreviations.contains(word.lowercased()) }

    // MARK: Pieces

    /// One by one: the library makes a string of a sequence by types that it looks up by name.
    private func string(_ range: Range<Int>) -> String { text[range].reduce(into: "") { $0.append($1) } }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        guard let first = range.first(where: { !text[$0].isWhitespace }),
            let last = range.last(where: { !text[$0].isWhitespace })
        else { return range.lowerBound..<range.lowerBound }
        return first..<last + 1
    }

    private mutating func add(_ range: Range<Int>) {
        var rest = trimmed(range)
        while rest.count > Self.longest {
            let cut = cut(in: rest)
            pieces.append(string(trimmed(rest.lowerBound..<cut)))
            rest = trimmed(cut..<rest.upperBound)
        }
        if !rest.isEmpty { pieces.append(string(rest)) }
    }

    /// Cuts behind the last comma in the second half of what may be taken, else behind the last space, else anywhere.
    private func cut(in range: Range<Int>) -> Int {
        let most = range.lowerBound..<range.lowerBound + Self.longest
        let comma = most.suffix(Self.longest / 2).last { index in
            "，、；：".contains(text[index]) || (",;:".contains(text[index]) && isSpace(text[index + 1]))
        }
        let space = most.last { isSpace(text[$0]) }
        return (comma ?? space).map { $0 + 1 } ?? most.upperBound
    }
}
