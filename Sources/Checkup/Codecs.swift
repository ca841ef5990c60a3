/// Which codecs an Asterisk can make of the sounds that calls play: `core show translation paths slin`.
public struct Codecs: Equatable, Sendable {
    private let known: Set<Substring>
    private let reached: Set<Substring>

    /// nil: it is the answer to something else.
    public init?(_ answer: String) {
        var (known, reached): (Set<Substring>, Set<Substring>) = (["slin"], ["slin"])
        for line in ConsoleText.lines(answer) {
            // "slin:8000  To g729:8000  : No Translation Path"
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count > 4, words[1] == "To", words[3] == ":" else { continue }
            let name = words[2].prefix { $0 != ":" }
            known.insert(name)
            if words[4].hasPrefix("(") { reached.insert(name) }
        }
        if known.count == 1 { return nil }
        (self.known, self.reached) = (known, reached)
    }

    /// Whether sound that is played reaches a telephone that may use these codecs. Of video nothing is known, nor does it
    /// matter.
    public func reach(_ names: [String]) -> Bool {
        let names = names.map { Substring($0) }.filter(known.contains)
        return names.isEmpty || names.contains(where: reached.contains)
    }
}
