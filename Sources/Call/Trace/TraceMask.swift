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

    /// The body of an answer, or a message of a socket. What is no JSON is words.
    func body(_ bytes: [UInt8], isError: Bool = false) -> String {
        guard let json = try? JSON(parsing: bytes) else { return text(String(decoding: bytes, as: UTF8.self)) }
        return self.json(json, isError: isError).text
    }

    /// Members that the machine decides by; none of them holds what people say.
    private static let shown: Set<String> = [
        "type", "status", "channel", "id", "sessionid", "token_type", "expires_in", "flowexecutionid", "transfertype",
        "transfer_type", "transfertarget", "transfer_target", "action", "code",
    ]
    /// Members of a refusal that say what is wrong.
    private static let errors: Set<String> = ["error", "message", "detail"]
    private static let secret: Set<String> = [
        "access_token", "refresh_token", "id_token", "token", "secret", "password",
    ]

    func json(_ json: JSON, of name: String = "", isError: Bool = false) -> JSON {
        let name = name.lowercased()
        if Self.secret.contains(name), json.string != nil { return "token" }
        let isShown = showsContent || Self.shown.contains(name) || isError && Self.errors.contains(name)
        switch json {
        case .object(let members):
            let pairs = members.map { ($0, self.json($1, of: $0, isError: isError)) }
            return .object(Dictionary(uniqueKeysWithValues: pairs))
        case .array(let values): return .array(values.map { self.json($0, of: name, isError: isError) })
        // These may stand for a truth.
        case .string("true"), .string("false"), .integer(0), .integer(1), .null, .bool: return json
        case .string(let value): return .string(isShown ? value : text(value))
        case .integer: return isShown ? json : 11
        case .number: return isShown ? json : 0.5
        }
    }
}
