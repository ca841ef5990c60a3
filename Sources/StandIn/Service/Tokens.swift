/// The tokens that the service has issued.
struct Tokens {
    enum Verdict: Equatable {
        case good
        /// The token was revoked, and this caller has not been told before.
        case refused
        case breach(String)
    }

    /// The part of the contract that a token is for. Each part has a login of its own, and no other part accepts the
    /// token.
    enum Audience: String {
        case call
        case handoff
        case bargeIn = "barge-in"
        case assist
    }

    private struct Token {
        let audience: Audience
        let host: String
        let expiry: Duration
        var isRevoked = false
        /// The callers that were told that the token is revoked.
        var told: Set<String> = []
    }

    private var tokens: [String: Token] = [:]

    /// Every token begins with this, so that a token in the wrong place is recognized.
    static let prefix = "stand-in-token-"

    /// A new token for a client that asked for it under the name `host`. It is good under that name only.
    mutating func issue(
        _ audience: Audience, to host: String, for lifetime: Duration, now: Duration
    ) -> String {
        let token = Self.prefix + (0..<32).map { _ in String(UInt8.random(in: 0...15), radix: 16) }.joined()
        tokens[token] = Token(audience: audience, host: host, expiry: now + lifetime)
        return token
    }

    /// Judges a token that was shown. Processes may share a token; `caller` tells them apart.
    mutating func judge(
        _ token: String, for audience: Audience, from host: String, caller: String, now: Duration
    ) -> Verdict {
        guard let known = tokens[token] else { return .breach("a token that was never issued") }
        if known.host != host { return .breach("the token was sent to another host than the one that issued it") }
        if known.audience != audience {
            return .breach("a token of \(known.audience.rawValue) shown to \(audience.rawValue)")
        }
        if known.expiry <= now { return .breach("an expired token") }
        if !known.isRevoked { return .good }
        let isFirst = tokens[token]?.told.insert(caller).inserted ?? false
        return isFirst ? .refused : .breach("a token that was answered 401 before")
    }

    mutating func revoke(_ token: String, toldTo caller: String) {
        tokens[token]?.isRevoked = true
        tokens[token]?.told.insert(caller)
    }
}
