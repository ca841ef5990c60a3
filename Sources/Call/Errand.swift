import Cognigy
import HTTP

/// Requests to one of the service's systems, one at a time, with a token of that system's own kind. Pure: its owner
/// says what is asked next.
struct Errand {
    struct Credentials {
        var base: Location
        var clientID: String
        var clientSecret: String
    }

    enum Kind: CaseIterable {
        case handoff, bargeIn

        var style: Token.Style { self == .handoff ? .handoff : .bargeIn }
    }

    /// What it wants done.
    enum Wish: Equatable {
        case findToken(rejected: String?, alone: Bool = false)
        case storeToken(Token.Grant)
        case releaseToken
        /// Under a number of its own.
        case fetch(Int, Request)
    }

    /// What it is told.
    enum Event: Equatable {
        case token(TokenState)
        case response(Int, Result<Response, Failure>)
    }

    enum Outcome: Equatable {
        case answer(Response)
        /// With the last answer, where there was one.
        case refused(Retry.Reason, Response?)
        /// The deadline came first.
        case tooLate
    }

    private struct Question {
        let request: (String) -> Request
        let rules: Retry.Rules
        let deadline: Duration
        var attempt = 0
        var hasRenewedToken = false
    }

    private enum Waiting {
        case token, tokenRequest, answer, tokenLock(Duration), tokenPause(Duration), pause(Duration)
    }

    let kind: Kind
    private let credentials: Credentials
    private var question: Question?
    private var waiting = Waiting.token
    private var token: String?
    private var ownsLock = false
    private var tokenAttempt = 0
    /// Since when another process has been fetching the token.
    private var tokenBusySince: Duration?
    private var lastNumber: Int
    private var random: SplitMix

    /// How long another process may take to fetch the token. A webhook has three seconds in all.
    static let tokenPatience = Duration.seconds(1)
    /// How long one answer may take.
    static let answerTimeout = Duration.seconds(10)

    init(_ kind: Kind, _ credentials: Credentials, seed: UInt64) {
        self.kind = kind
        self.credentials = credentials
        random = SplitMix(seed: seed)
        // An answer to an errand before this one is not ours.
        lastNumber = Int.random(in: 0..<1 << 48, using: &random)
    }

    /// When `due` wants to be called; nil while nothing is asked.
    var next: Duration? {
        guard let question else { return nil }
        switch waiting {
        case .token, .tokenRequest, .answer: return question.deadline
        case .tokenLock(let time), .tokenPause(let time), .pause(let time): return min(time, question.deadline)
        }
    }

    /// Asks; what was asked before is forgotten.
    mutating func ask(
        by rules: Retry.Rules, until deadline: Duration, _ now: Duration, _ effects: inout [Effect],
        _ request: @escaping (String) -> Request
    ) {
        stop(&effects)
        question = Question(request: request, rules: rules, deadline: deadline)
        if token == nil { find(rejected: nil, &effects) } else { fetch(now, &effects) }
    }

    /// Asks nothing any more.
    mutating func stop(_ effects: inout [Effect]) {
        question = nil
        releaseToken(&effects)
    }

    private mutating func wish(_ wish: Wish, _ effects: inout [Effect]) { effects.append(.errand(kind, wish)) }

    private mutating func find(rejected: String?, alone: Bool = false, _ effects: inout [Effect]) {
        waiting = .token
        wish(.findToken(rejected: rejected, alone: alone), &effects)
    }

    private mutating func fetchToken(_ now: Duration, _ effects: inout [Effect]) {
        tokenAttempt += 1
        waiting = .tokenRequest
        let request = Token.request(
            base: credentials.base, clientID: credentials.clientID, clientSecret: credentials.clientSecret,
            style: kind.style)
        send(request, now, &effects)
    }

    private mutating func fetch(_ now: Duration, _ effects: inout [Effect]) {
        guard let token, let request = question?.request(token) else { return }
        question?.attempt += 1
        waiting = .answer
        send(request, now, &effects)
    }

    private mutating func send(_ request: Request, _ now: Duration, _ effects: inout [Effect]) {
        guard let question else { return }
        var request = request
        request.timeout = max(min(Errand.answerTimeout, question.deadline - now), .milliseconds(1))
        lastNumber += 1
        wish(.fetch(lastNumber, request), &effects)
    }

    private mutating func releaseToken(_ effects: inout [Effect]) {
        if ownsLock { wish(.releaseToken, &effects) }
        ownsLock = false
    }

    private mutating func end(_ outcome: Outcome, _ effects: inout [Effect]) -> Outcome {
        stop(&effects)
        return outcome
    }

    // MARK: What comes in

    mutating func handle(
        _ event: Event, _ now: Duration, wallClock: Double, _ effects: inout [Effect]
    ) -> Outcome? {
        guard let question else {
            // Nobody is to wait for a token that we do not fetch.
            if event == .token(.mayFetch) { wish(.releaseToken, &effects) }
            if case .token(.found(_, ahead: true)) = event { wish(.releaseToken, &effects) }
            return nil
        }
        switch (event, waiting) {
        case (.token(let state), .token):
            take(state, now, &effects)
            return nil
        case (.response(lastNumber, let result), .tokenRequest):
            return tokenAnswered(result, question, now, wallClock, &effects)
        case (.response(lastNumber, let result), .answer):
            return answered(result, question, now, wallClock, &effects)
        default: return nil
        }
    }

    private mutating func take(_ state: TokenState, _ now: Duration, _ effects: inout [Effect]) {
        tokenBusySince = state == .busy ? tokenBusySince ?? now : nil
        switch state {
        case .found(let found, let ahead):
            // An errand is short: whoever is on the telephone fetches the next.
            if ahead { wish(.releaseToken, &effects) }
            token = found
            fetch(now, &effects)
        case .mayFetch:
            ownsLock = true
            tokenAttempt = 0
            fetchToken(now, &effects)
        case .busy: waiting = .tokenLock(now + .milliseconds(Int.random(in: 20...50, using: &random)))
        }
    }

    private mutating func tokenAnswered(
        _ result: Result<Response, Failure>, _ question: Question, _ now: Duration, _ wallClock: Double,
        _ effects: inout [Effect]
    ) -> Outcome? {
        let decision = Retry.decide(
            result, attempt: tokenAttempt, left: question.deadline - now, now: wallClock, by: question.rules.forTokens,
            using: &random)
        switch decision {
        case .accept(let response):
            guard let grant = Token.grant(response.body) else {
                return end(.refused(.failed(status: response.status), nil), &effects)
            }
            wish(.storeToken(grant), &effects)
            ownsLock = false
            token = grant.token
            fetch(now, &effects)
            return nil
        case .renewToken: return end(.refused(.unauthorized, nil), &effects)
        case .again(let pause):
            waiting = .tokenPause(now + pause)
            return nil
        // That the token's address knows nothing of this is no verdict on what was asked.
        case .giveUp(.failed(status: 400..<500)): return end(.refused(.unauthorized, nil), &effects)
        case .giveUp(let reason): return end(.refused(reason, nil), &effects)
        }
    }

    private mutating func answered(
        _ result: Result<Response, Failure>, _ question: Question, _ now: Duration, _ wallClock: Double,
        _ effects: inout [Effect]
    ) -> Outcome? {
        let decision = Retry.decide(
            result, attempt: question.attempt, left: question.deadline - now, now: wallClock, by: question.rules,
            using: &random)
        switch decision {
        case .accept(let response): return end(.answer(response), &effects)
        case .renewToken where question.hasRenewedToken: return end(.refused(.unauthorized, nil), &effects)
        case .renewToken:
            self.question?.hasRenewedToken = true
            let rejected = token
            token = nil
            find(rejected: rejected, &effects)
            return nil
        case .again(let pause):
            waiting = .pause(now + pause)
            return nil
        case .giveUp(let reason): return end(.refused(reason, try? result.get()), &effects)
        }
    }

    /// A deadline may have passed.
    mutating func due(_ now: Duration, _ effects: inout [Effect]) -> Outcome? {
        guard let question else { return nil }
        if now >= question.deadline { return end(.tooLate, &effects) }
        switch waiting {
        case .tokenLock(let time) where now >= time:
            let isAlone = tokenBusySince.map { now >= $0 + Errand.tokenPatience } ?? false
            find(rejected: nil, alone: isAlone, &effects)
        case .tokenPause(let time) where now >= time: fetchToken(now, &effects)
        case .pause(let time) where now >= time: fetch(now, &effects)
        default: break
        }
        return nil
    }
}
