import Cognigy
import HTTP

/// The token of the stream and of every question: fetched once for all who want it, anew before it ends, and anew when it
/// was refused. One process has it, so it lies in no file.
struct TokenKeeper {
    private struct Held {
        let token: String
        let usableUntil: Duration
    }

    /// Why no token came.
    struct Refusal: Equatable {
        let isAuthentication: Bool
        let why: String
    }

    private var held: Held?
    private var isFetching = false
    /// When the next is fetched without anybody asking.
    private var renewAt: Duration?
    /// After a failure nobody asks before this.
    private var notBefore = Duration.zero
    private var lastRefusal: Duration?

    static let pause = Duration.seconds(5)
    static let authenticationPause = Duration.seconds(10)
    static let renewalLead = 60.0
    /// A service that asks for more patience is asked again after this.
    static let longestPause = Duration.seconds(300)

    var deadline: Duration? { isFetching ? nil : renewAt }

    func token(_ now: Duration) -> String? { held.flatMap { now < $0.usableUntil ? $0.token : nil } }

    /// Sees to it that one comes; false while it is too soon after a failure.
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
            // RFC 6749, 5.2: wrong credentials and a wrong scope may be a 400 too.
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
        // One of no time at all would be fetched again and again.
        let life = max(grant.expiresIn, 1)
        held = Held(token: grant.token, usableUntil: now + .seconds(life - min(5, life / 10)))
        // A token of a moment is fetched when it is wanted, not all the time.
        renewAt = now + .seconds(max(10, life - min(TokenKeeper.renewalLead, life / 2)))
    }

    private mutating func failed(
        _ why: String, after pause: Duration, isAuthentication: Bool = false, _ context: inout Context
    ) -> Refusal {
        notBefore = context.now + pause
        // The token that is held may still be good for a while. Then the next is fetched when it is wanted.
        if let held, notBefore <= held.usableUntil { renewAt = notBefore }
        return Refusal(isAuthentication: isAuthentication, why: why)
    }

    /// The service does not take this token. If that happens again and again, the next is not fetched at once.
    mutating func refused(_ token: String, _ now: Duration) {
        guard held?.token == token else { return }
        held = nil
        renewAt = nil
        let again = lastRefusal.map { $0 + TokenKeeper.authenticationPause > now } ?? false
        if again { notBefore = max(notBefore, now + TokenKeeper.authenticationPause) }
        lastRefusal = now
    }

    /// Whoever asks now is somebody else.
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
