/// The tokens that the service issued.
struct Tokens {
    enum Verdict: Equatable {
        case good
        /// Refused for the first time: the client could not know.
        case refused
        case breach(String)
    }

    /// Each has a login of its own, and its tokens open nothing else.
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
        /// The callers that were told that it is revoked.
        var told: Set<String> = []
    }

    private var tokens: [String: Token] = [:]

    /// Every token begins with it, so that a stray one is recognized.
    static let prefix = "stand-in-token-"

    /// A new token for a client that reached the service as `host`.
    mutating func issue(
        _ audience: Audience, to host: String, for lifetime: Duration, now: Duration
    ) -> String {
        let token = Self.prefix + (0..<32).map { _ in String(UInt8.random(in: 0...15), radix: 16) }.joined()
        tokens[token] = Token(audience: audience, host: host, expiry: now + lifetime)
        return token
    }

    /// `caller` tells the processes apart that may share a token.
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
