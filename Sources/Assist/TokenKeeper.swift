import Cognigy
import HTTP

/// Holds the access token for the stream and all questions. It fetches one when it is first needed, renews it before it
/// expires, and replaces it when the service refuses it. Only this process uses it, so no file holds it.
struct TokenKeeper {
    private struct Held {
        let token: String
        let usableUntil: Duration
    }

    /// Why a request brought no token.
    struct Refusal: Equatable {
        let isAuthentication: Bool
        let why: String
    }

    private var held: Held?
    private var isFetching = false
    /// When the next token is fetched although no part needs it yet.
    private var renewAt: Duration?
    /// No request before this time, because the last one failed.
    private var notBefore = Duration.zero
    private var lastRefusal: Duration?

    static let pause = Duration.seconds(5)
    static let authenticationPause = Duration.seconds(10)
    static let renewalLead = 60.0
    /// A longer Retry-After is cut to this.
    static let longestPause = Duration.seconds(300)

    var deadline: Duration? { isFetching ? nil : renewAt }

    func token(_ now: Duration) -> String? { held.flatMap { now < $0.usableUntil ? $0.token : nil } }

    /// Fetches a token unless a request is under way. Returns false if it is too soon after a failure.
    mutating func want(_ account: Rules.Account, _ context: inout Context) -> Bool {
        if !isFetching && context.now < notBefore { return false }
        fetch(account, &context)
        return true
    }

    mutating func renewIfDue(_ account: Rules.Account, _ context: inout Context) {
        if let deadline, deadline <= context.now { fetch(account, &context) }
    }

    private mutating func fetch(_ account: Rules.Account, _ context: inout Context) {
        if isFetching { return }
        isFetching = true
        renewAt = nil
        let request = Token.request(
            base: account.base, clientID: account.clientID, clientSecret: account.clientSecret, style: .assist)
        context.effects.append(.request(.token, request))
    }

    mutating func answered(_ result: Result<Response, Failure>, _ context: inout Context) -> Refusal? {
        guard isFetching else { return nil }
        isFetching = false
        switch result {
        case .failure(let failure): return failed("\(failure)", after: TokenKeeper.pause, &context)
        case .success(let response):
            switch response.status {
            case 200..<300:
                guard let grant = Token.grant(response.body) else {
                    return failed("the token reply holds no access_token", after: TokenKeeper.pause, &context)
                }
                keep(grant, context.now)
                return nil
            // RFC 6749, 5.2: a service may answer 400 to wrong credentials or a wrong scope.
            case 400, 401, 403:
                return failed(
                    "the token is refused with HTTP \(response.status); check client_id, client_secret and the scopes "
                        + Assist.scope, after: TokenKeeper.authenticationPause, isAuthentication: true, &context)
            default:
                let wait = response.retryAfter.flatMap { RetryAfter.wait($0, now: context.wallClock) } ?? .zero
                let pause = min(max(wait, TokenKeeper.pause), TokenKeeper.longestPause)
                return failed("the token request is answered HTTP \(response.status)", after: pause, &context)
            }
        }
    }

    private mutating func keep(_ grant: Token.Grant, _ now: Duration) {
        // A lifetime of 0 would refetch in a loop.
        let life = max(grant.expiresIn, 1)
        held = Held(token: grant.token, usableUntil: now + .seconds(life - min(5, life / 10)))
        // Short-lived tokens are renewed every 10 s at most; in between they are fetched when they are needed.
        renewAt = now + .seconds(max(10, life - min(TokenKeeper.renewalLead, life / 2)))
    }

    private mutating func failed(
        _ why: String, after pause: Duration, isAuthentication: Bool = false, _ context: inout Context
    ) -> Refusal {
        notBefore = context.now + pause
        // Try again while the present token is still valid; later a token is fetched when it is needed.
        if let held, notBefore <= held.usableUntil { renewAt = notBefore }
        return Refusal(isAuthentication: isAuthentication, why: why)
    }

    /// Drops the token that the service refused. After a second refusal within 10 s the next request is delayed.
    mutating func refused(_ token: String, _ now: Duration) {
        guard held?.token == token else { return }
        held = nil
        renewAt = nil
        let again = lastRefusal.map { $0 + TokenKeeper.authenticationPause > now } ?? false
        if again { notBefore = max(notBefore, now + TokenKeeper.authenticationPause) }
        lastRefusal = now
    }

    /// Forgets everything about the old account, and repeats a request that is under way with the new one.
    mutating func forget(_ account: Rules.Account, _ context: inout Context) {
        held = nil
        renewAt = nil
        notBefore = .zero
        lastRefusal = nil
        if isFetching {
            cancel(&context)
            fetch(account, &context)
        }
    }

    mutating func cancel(_ context: inout Context) {
        if isFetching { context.effects.append(.cancel(.token)) }
        isFetching = false
    }
}
