import Cognigy
import JSON
import Text

/// What a trace shows of a call. It is for whoever looks for a fault, and may be sent to somebody else: so it holds no
/// token and no secret ever, and the caller's keys and everybody's words only where that is asked for.
///
/// What is hidden keeps its shape: a key becomes `1`, a letter `x` or `X`, a digit `1`. The machine takes the same path
/// with the one as with the other, so a trace without words can be run again.
public struct TraceMask: Sendable {
    public let showsContent: Bool

    public init(showsContent: Bool) { self.showsContent = showsContent }

    /// The mask for something of which nothing may be written down, whatever else is shown.
    func hiding(_ isSensitive: Bool) -> TraceMask { isSensitive ? TraceMask(showsContent: false) : self }

    /// Words, an address of a sound, or whatever else people say.
    public func text(_ text: String) -> String {
        if showsContent { return text }
        var (masked, word) = ("", "")
        for character in text {
            if character.isLetter {
                word.append(character)
                continue
            }
            masked += Self.word(word) + (character.isNumber ? "1" : String(character))
            word = ""
        }
        return masked + Self.word(word)
    }

    /// An abbreviation tells nothing of anybody, and where a sentence ends depends on it, as it does on lower case.
    private static func word(_ word: String) -> String {
        if Sentences.isAbbreviation(word) { return word }
        return String(word.map { $0.isLowercase ? "x" : "X" })
    }

    /// What the caller has said. The machine decides by little words of his, so each stays what it is: a yes, a digit.
    func spoken(_ text: String) -> String {
        if showsContent { return text }
        var (masked, end) = ("", text.startIndex)
        for word in SpokenWord.words(in: text) {
            masked += text[end..<word.startIndex]
            masked += SpokenWord(word)?.example ?? self.text(String(word))
            end = word.endIndex
        }
        return masked + text[end...]
    }

    /// A queue that a flow names, or what it takes for one.
    private func target(_ name: String) -> String { showsContent || Handoff.isUsable(name) ? name : "?" }

    /// The keys that are no digits are in no secret of anybody, and often end an input.
    func key(_ key: Character) -> String { showsContent || !key.isNumber ? String(key) : "1" }

    /// Keys that are sent to a telephone: so many, whatever they are. What is no key is words.
    func keys(_ text: String) -> String {
        if showsContent { return text }
        let keys = text.map { character in
            "ABCDabcd".contains(character) ? "A" : character.isNumber ? "1" : character.isLetter ? "x" : character
        }
        return String(keys)
    }

    func number(_ number: Int) -> Int { showsContent ? number : 1 }

    /// The value of a reply of Asterisk: the code of a key is a key.
    func result(_ value: String) -> String {
        guard !showsContent, let code = UInt8(value), let key = DTMF(Character(UnicodeScalar(code))) else {
            return value
        }
        return key.key.isNumber ? String(UnicodeScalar("1").value) : value
    }

    /// The text of a reply. Where it answers several questions, their marker is before each, and from the second on they
    /// are headers that a telephone has sent.
    func answer(_ text: String) -> String {
        guard !showsContent, let end = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { return text }
        let marker = String(text[...end])
        let pieces = Array(text.utf8).pieces(between: Array(marker.utf8)).map { String(decoding: $0, as: UTF8.self) }
        return pieces.enumerated().map { $0.offset < 2 ? $0.element : self.text($0.element) }
            .joined(separator: marker)
    }

    /// The body of an answer, or a message of a socket. What is no JSON is words.
    /// `isError`: the service says why it refuses, in words of its own that the log shows, too.
    /// `isSpoken`: its text is what the caller has said.
    func body(_ bytes: [UInt8], isError: Bool = false, isSpoken: Bool = false) -> String {
        let raw = String(decoding: bytes, as: UTF8.self)
        guard let json = try? JSON(parsing: bytes) else { return isError ? raw : text(raw) }
        if showsContent || isError { return Secrets.hidden(in: bytes) }
        if isSpoken, case .object(var members) = self.json(json), let said = json["text"]?.string {
            members["text"] = .string(spoken(said))
            return JSON.object(members).text
        }
        return self.json(json).text
    }

    /// Members that the machine decides by; none of them holds what people say. Names count without case, `_` and `-`.
    static let shown: Set<String> = [
        "type", "status", "channel", "id", "sessionid", "tokentype", "expiresin", "flowexecutionid", "action",
    ]
    private static let targets: Set<String> = ["transfertype", "transfertarget"]
    /// What lies in these is somebody's, whatever its name.
    private static let containers: Set<String> = [
        "sessiondata", "variables", "outputs", "result", "metadata", "context",
    ]
    /// `isOurs`: not what somebody has put into a session.
    func json(_ json: JSON, of name: String = "", isOurs: Bool = true) -> JSON {
        let name = Secrets.plain(name)
        if Secrets.isName(name), json.string != nil { return "token" }
        let isShown = showsContent || isOurs && Self.shown.contains(name)
        switch json {
        case .object(let members):
            let isOurs = isOurs && !Self.containers.contains(name)
            let pairs = members.map { ($0, self.json($1, of: $0, isOurs: isOurs)) }
            return .object(Dictionary(uniqueKeysWithValues: pairs))
        case .array(let values):
            let isOurs = isOurs && !Self.containers.contains(name)
            return .array(values.map { self.json($0, of: name, isOurs: isOurs) })
        // These may stand for a truth.
        case .string("true"), .string("false"), .integer(0), .integer(1), .null, .bool: return json
        case .string(let value) where isOurs && Self.targets.contains(name): return .string(target(value))
        case .string(let value): return .string(isShown ? value : text(value))
        case .integer: return isShown ? json : 11
        case .number: return isShown ? json : 0.5
        }
    }
}
