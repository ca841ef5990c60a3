import Text

/// What `dialplan show` says: contexts, and where programs are started.
public struct Dialplan: Sendable {
    /// A place where the dialplan starts a program by AGI() or EAGI().
    public struct Start: Equatable, Sendable {
        /// Whether the program hears the caller.
        public let hears: Bool
        /// As it stands there.
        public let program: String
        public let words: [String]
        /// "context,extension,priority".
        public let place: String

        public init(hears: Bool, program: String, words: [String], place: String) {
            (self.hears, self.program, self.words, self.place) = (hears, program, words, place)
        }

        /// The program's name without its folder.
        public var name: String { program.split(separator: "/").last.map(String.init) ?? "" }
        /// Its first word and its settings, which are known before a call: those without variables.
        public var knownWords: [String] { words.filter { $0.firstIndex(of: "$") == nil } }
    }

    public private(set) var contexts: Set<String> = []
    public private(set) var starts: [Start] = []
    /// Who answers in place of the flow, as extensions.conf.sample sets them, with the place of each.
    public private(set) var people: [(place: String, telephone: String)] = []

    private static let setsPeople = "Set(PEOPLE="

    /// nil: it is the answer to something else.
    public init?(_ answer: String) {
        var (context, exten) = ("", "")
        for line in ConsoleText.lines(answer) {
            if line.hasPrefix("[ Context '") {
                context = String(line.dropFirst("[ Context '".count).prefix { $0 != "'" })
                contexts.insert(context)
                continue
            }
            if let name = Self.exten(line) { exten = name }
            guard line.utf8.contains(UInt8(ascii: "(")), let (priority, application) = Self.step(line) else { continue }
            let place = "\(context),\(exten),\(priority)"
            if application.hasPrefix(Self.setsPeople) {
                let telephones = application.dropFirst(Self.setsPeople.count).prefix { $0 != ")" }
                people += telephones.split(separator: "&").map { (place, String($0)) }
            }
            for (hears, words) in Self.programs(in: application) {
                guard let program = words.first else { continue }
                starts.append(
                    Start(hears: hears, program: program, words: Array(words.dropFirst()), place: place))
            }
        }
        if contexts.isEmpty { return nil }
    }

    /// The name before "=>", which stands in quotation marks where an extension begins.
    private static func exten(_ line: Substring) -> String? {
        let line = line.drop { $0 == " " }
        guard line.first == "'", let end = line.dropFirst().firstIndex(of: "'") else { return nil }
        return String(line[line.index(after: line.startIndex)..<end])
    }

    /// "1. AGI(x)   [file:12]", perhaps behind a label or an extension.
    private static func step(_ line: Substring) -> (priority: String, application: Substring)? {
        var rest = line
        while let digit = rest.firstIndex(where: { $0.isASCII && $0.isNumber }) {
            let number = rest[digit...].prefix { $0.isASCII && $0.isNumber }
            let behind = rest[number.endIndex...]
            if behind.hasPrefix(". "), rest[..<digit].last == " " { return (String(number), behind.dropFirst(2)) }
            rest = behind
        }
        return nil
    }

    /// What each AGI() and EAGI() in an application starts, also inside of ExecIf().
    private static func programs(in application: Substring) -> [(hears: Bool, words: [String])] {
        var found: [(Bool, [String])] = []
        var rest = application
        while let open = rest.firstIndex(of: "(") {
            let before = rest[..<open]
            rest = rest[rest.index(after: open)...]
            let name = before.reversed().prefix { $0.isLetter }.reversed()
            guard String(name).hasSuffix("AGI") else { continue }
            found.append((String(name) == "EAGI", arguments(rest)))
        }
        return found
    }

    /// Cut at commas, up to the parenthesis that closes; what stands in brackets of its own is not looked at.
    private static func arguments(_ text: Substring) -> [String] {
        var arguments = [""]
        var depth = 0
        for character in text {
            switch character {
            case "(", "{", "[": depth += 1
            case ")" where depth == 0: return arguments
            case ")", "}", "]": depth -= 1
            case "," where depth == 0:
                arguments.append("")
                continue
            default: break
            }
            arguments[arguments.count - 1].append(character)
        }
        return arguments
    }
}

extension Dialplan {
    /// Where a program of this name is started.
    public func starts(of name: String) -> [Start] { starts.filter { $0.name == name } }

    /// Who is to answer and is none of these endpoints of PJSIP. Of other telephones nothing is known.
    public func strangers(to endpoints: [String]) -> [(place: String, telephone: String)] {
        people.filter { person in
            let parts = person.telephone.split(separator: "/", maxSplits: 1)
            guard parts.count == 2, parts[0].uppercased() == "PJSIP" else { return false }
            // PJSIP/ENDPOINT/URI, PJSIP/NUMBER@ENDPOINT or PJSIP/ENDPOINT.
            let name =
                parts[1].contains("/") ? parts[1].prefix { $0 != "/" } : parts[1].split(separator: "@").last ?? ""
            let isKnown = name.utf8.count > Endpoints.longest || name.contains("$")
            return !isKnown && !endpoints.contains(String(name))
        }
    }

    /// Where one is started whose name is nearly this.
    public func misspellings(of name: String) -> [Start] {
        starts.filter { $0.name != name && NearestName.distance($0.name, name) <= 3 }
    }
}
