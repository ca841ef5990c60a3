/// What a client of the endpoint's socket says of itself: in the address, or, with the inner handshake, in an
/// acknowledgement.
struct Introduction: Equatable {
    /// The version of Engine.IO.
    var version = 3
    var token: String?
    var user: String?
    var session: String?
    var isTest = false
    var wantsAcks = true
    /// Whether the ids are still to come.
    var isInner = false

    /// The characters of an id. Clients escape others in different ways, so the address and the inputs could differ.
    static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.allSatisfy { character in
                character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
            }
    }
}

extension Introduction {
    /// The members of a query: each name once, each escape whole. Nil for any other query.
    static func members(ofQuery query: String) -> [String: String]? {
        var members: [String: String] = [:]
        for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].contains("="),
                members.updateValue(Request.percentDecoded(parts[1]), forKey: String(parts[0])) == nil
            else { return nil }
        }
        return members
    }

    /// A truth value as the address has it; nil for any other text.
    static func bool(_ text: String?, default value: Bool) -> Bool? {
        switch text {
        case nil: value
        case "true": true
        case "false": false
        default: nil
        }
    }
}
