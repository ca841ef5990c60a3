import JSON

/// Which members of a JSON hold a secret, by their names. What a service says in an error may hold one, too.
public enum Secrets {
    /// Names count without case, `_` and `-`.
    private static let names: Set<String> = [
        "accesstoken", "refreshtoken", "idtoken", "token", "secret", "clientsecret", "apikey", "password",
        "authorization", "urltoken",
    ]

    public static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }

    /// `name` is a plain one.
    public static func isName(_ name: String) -> Bool { names.contains(name) }

    /// The text of an answer; where it is JSON that holds secrets, the word `token` stands for each.
    public static func hidden(in answer: [UInt8]) -> String {
        guard let json = try? JSON(parsing: answer), holdsSecret(json) else {
            return String(decoding: answer, as: UTF8.self)
        }
        return hidden(in: json, of: "").text
    }

    private static func hidden(in json: JSON, of name: String) -> JSON {
        switch json {
        case .object(let members):
            .object(Dictionary(uniqueKeysWithValues: members.map { ($0, hidden(in: $1, of: plain($0))) }))
        case .array(let values): .array(values.map { hidden(in: $0, of: name) })
        case .string, .integer, .number: isName(name) ? "token" : json
        case .null, .bool: json
        }
    }

    private static func holdsSecret(_ json: JSON) -> Bool {
        switch json {
        case .object(let members): members.contains { isName(plain($0)) || holdsSecret($1) }
        case .array(let values): values.contains { holdsSecret($0) }
        case .null, .bool, .string, .integer, .number: false
        }
    }
}
