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

/// The telephones and trunks of PJSIP.
public enum Endpoints {
    /// In bytes: the console cuts what is longer (ast_sip_cli_print_endpoint_body).
    private static let longest = 40

    /// Their names, from `pjsip list endpoints`. Those that the console cuts are left out.
    public static func names(_ answer: String) -> [String] {
        ConsoleText.lines(answer).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, words[0] == "Endpoint:", !words[1].hasPrefix("<") else { return nil }
            // Behind the slash is its caller id.
            let name = words[1].prefix { $0 != "/" }
            return name.utf8.count <= longest ? String(name) : nil
        }
    }

    /// The codecs that one may use, from `pjsip show endpoint NAME`.
    public static func codecs(_ answer: String) -> [String] {
        for line in ConsoleText.lines(answer) {
            let words = line.split(separator: " ")
            guard words.count >= 3, words[0] == "allow", words[1] == ":" else { continue }
            return words[2].split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        }
        return []
    }
}
