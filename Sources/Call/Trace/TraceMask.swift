import Cognigy
import JSON

/// What a trace shows of a call. It is for whoever looks for a fault, and may be sent to somebody else: so it holds no
/// token and no secret ever, and the caller's keys and everybody's words only where that is asked for.
///
/// What is hidden keeps its shape: a key becomes `1`, a letter `x` or `X`, a digit `1`. The machine takes the same path
/// with the one as with the other, so a trace without words can be run again.
package struct TraceMask: Sendable {
    package let showsContent: Bool

    package init(showsContent: Bool) { self.showsContent = showsContent }

    /// Words, an address of a sound, or whatever else people say.
    package func text(_ text: String) -> String {
        if showsContent { return text }
        return String(
            text.map { character -> Character in
                if character.isNumber { return "1" }
                if character.isLetter { return character.isUppercase ? "X" : "x" }
                return character
            })
    }

    func key(_ key: Character) -> String { showsContent ? String(key) : "1" }

    func number(_ number: Int) -> Int { showsContent ? number : 1 }

    /// The value of a reply of Asterisk: the code of a key is a key.
    func result(_ value: String) -> String {
        guard !showsContent, let code = UInt8(value), DTMF(Character(UnicodeScalar(code))) != nil else { return value }
        return String(UnicodeScalar("1").value)
    }

    /// The body of an answer. What is no JSON is words.
    func body(_ bytes: [UInt8]) -> String {
        guard let json = try? JSON(parsing: bytes) else { return text(String(decoding: bytes, as: UTF8.self)) }
        return self.json(json).text
    }

    /// Members that the machine decides by, and those that say what is wrong; none of them holds what people say.
    private static let shown: Set<String> = [
        "type", "status", "channel", "id", "sessionid", "token_type", "flowexecutionid", "transfertype",
        "transfer_type", "transfertarget", "transfer_target", "action", "error", "message", "detail", "code",
    ]
    private static let secret: Set<String> = [
        "access_token", "refresh_token", "id_token", "token", "secret", "password",
    ]

    func json(_ json: JSON, of name: String = "") -> JSON {
        let name = name.lowercased()
        if Self.secret.contains(name), json.string != nil { return "token" }
        switch json {
        case .object(let members):
            return .object(Dictionary(uniqueKeysWithValues: members.map { ($0, self.json($1, of: $0)) }))
        case .array(let values): return .array(values.map { self.json($0, of: name) })
        case .string(let value): return .string(Self.shown.contains(name) ? value : text(value))
        case .null, .bool, .integer, .number: return json
        }
    }
}
