import Cognigy
import HTTP

/// Requests to one of the service's systems, one at a time, with a token of that system's own kind. Pure: its owner
/// says what is asked next.
public struct Errand {
    public struct Credentials: Sendable {
        var base: Location
        var clientID: String
        var clientSecret: String

        public init(base: Location, clientID: String, clientSecret: String) {
            self.base = base
            self.clientID = clientID
            self.clientSecret = clientSecret
        }
    }

    public enum Kind: String, CaseIterable, Sendable {
        case handoff, bargeIn

        public var style: Token.Style { self == .handoff ? .handoff : .bargeIn }
    }

    /// What it wants done.
    public enum Wish: Equatable, Sendable {
        case findToken(rejected: String?, alone: Bool = false)
        case storeToken(Token.Grant)
        case releaseToken
        /// Under a number of its own.
        case fetch(Int, Request)
    }

    /// What it is told.
    public enum Event: Equatable, Sendable {
        case token(TokenState)
        case response(Int, Result<Response, Failure>)
    }

    public enum Outcome: Equatable {
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

    /// How long another process may take to fetch the token. It is short, because a webhook has three seconds in all.
    static let tokenPatience = Duration.seconds(1)
    /// How long one answer may take.
    static let answerTimeout = Duration.seconds(10)

    init(_ kind: Kind, _ credentials: Credentials, seed: UInt64) {
        self.kind = kind
        self.credentials = credentials
        random = SplitMix(seed: seed)
        // Start at a random number, so that a late answer to an earlier errand does not match.
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
        by rules: Retry.Rules, until deadline: Duration, _ now: Duration, _ wishes: inout [Errand.Wish],
        _ request: @escaping (String) -> Request
    ) {
        stop(&wishes)
        question = Question(request: request, rules: rules, deadline: deadline)
        if token == nil { find(rejected: nil, &wishes) } else { fetch(now, &wishes) }
    }

    /// Asks nothing any more.
    mutating func stop(_ wishes: inout [Errand.Wish]) {
        question = nil
        releaseToken(&wishes)
    }

    private mutating func find(rejected: String?, alone: Bool = false, _ wishes: inout [Errand.Wish]) {
        waiting = .token
        wishes.append(.findToken(rejected: rejected, alone: alone))
    }

    private mutating func fetchToken(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        tokenAttempt += 1
        waiting = .tokenRequest
        let request = Token.request(
            base: credentials.base, clientID: credentials.clientID, clientSecret: credentials.clientSecret,
            style: kind.style)
        send(request, now, &wishes)
    }

    private mutating func fetch(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        guard let token, let request = question?.request(token) else { return }
        question?.attempt += 1
        waiting = .answer
        send(request, now, &wishes)
    }

    private mutating func send(_ request: Request, _ now: Duration, _ wishes: inout [Errand.Wish]) {
        guard let question else { return }
        var request = request
        request.timeout = max(min(Errand.answerTimeout, question.deadline - now), .milliseconds(1))
        lastNumber += 1
        wishes.append(.fetch(lastNumber, request))
    }

    private mutating func releaseToken(_ wishes: inout [Errand.Wish]) {
        if ownsLock { wishes.append(.releaseToken) }
        ownsLock = false
    }

    private mutating func end(_ outcome: Outcome, _ wishes: inout [Errand.Wish]) -> Outcome {
        stop(&wishes)
        return outcome
    }

    // MARK: What comes in

    mutating func handle(
        _ event: Event, _ now: Duration, wallClock: Double, _ wishes: inout [Errand.Wish]
    ) -> Outcome? {
        guard let question else {
            // Other processes must not wait for a token that this one does not fetch.
            if event == .token(.mayFetch) { wishes.append(.releaseToken) }
            if case .token(.found(_, ahead: true)) = event { wishes.append(.releaseToken) }
            return nil
        }
        switch (event, waiting) {
        case (.token(let state), .token):
            take(state, now, &wishes)
            return nil
        case (.response(lastNumber, let result), .tokenRequest):
            return tokenAnswered(result, question, now, wallClock, &wishes)
        case (.response(lastNumber, let result), .answer):
            return answered(result, question, now, wallClock, &wishes)
        default: return nil
        }
    }

    private mutating func take(_ state: TokenState, _ now: Duration, _ wishes: inout [Errand.Wish]) {
        tokenBusySince = state == .busy ? tokenBusySince ?? now : nil
        switch state {
        case .found(let found, let ahead):
            // The token lasts long enough for an errand. Leave fetching the next one to a call.
            if ahead { wishes.append(.releaseToken) }
            token = found
            fetch(now, &wishes)
        case .mayFetch:
            ownsLock = true
            tokenAttempt = 0
            fetchToken(now, &wishes)
        case .busy: waiting = .tokenLock(now + .milliseconds(Int.random(in: 20...50, using: &random)))
        }
    }

    private mutating func tokenAnswered(
        _ result: Result<Response, Failure>, _ question: Question, _ now: Duration, _ wallClock: Double,
        _ wishes: inout [Errand.Wish]
    ) -> Outcome? {
        let decision = Retry.decide(
            result, attempt: tokenAttempt, left: question.deadline - now, now: wallClock, by: question.rules.forTokens,
            using: &random)
        switch decision {
        case .accept(let response):
            guard let grant = Token.grant(response.body) else {
                return end(.refused(.failed(status: response.status), nil), &wishes)
            }
            wishes.append(.storeToken(grant))
            ownsLock = false
            token = grant.token
            fetch(now, &wishes)
            return nil
        case .renewToken: return end(.refused(.unauthorized, nil), &wishes)
        case .again(let pause):
            waiting = .tokenPause(now + pause)
            return nil
        // A 4xx from the token's address says nothing about the request itself: report it as a refused login.
        case .giveUp(.failed(status: 400..<500)): return end(.refused(.unauthorized, nil), &wishes)
        case .giveUp(let reason): return end(.refused(reason, nil), &wishes)
        }
    }

    private mutating func answered(
        _ result: Result<Response, Failure>, _ question: Question, _ now: Duration, _ wallClock: Double,
        _ wishes: inout [Errand.Wish]
    ) -> Outcome? {
        let decision = Retry.decide(
            result, attempt: question.attempt, left: question.deadline - now, now: wallClock, by: question.rules,
            using: &random)
        switch decision {
        case .accept(let response): return end(.answer(response), &wishes)
        case .renewToken where question.hasRenewedToken: return end(.refused(.unauthorized, nil), &wishes)
        case .renewToken:
            self.question?.hasRenewedToken = true
            let rejected = token
            token = nil
            find(rejected: rejected, &wishes)
            return nil
        case .again(let pause):
            waiting = .pause(now + pause)
            return nil
        case .giveUp(let reason): return end(.refused(reason, try? result.get()), &wishes)
        }
    }

    /// A deadline may have passed.
    mutating func due(_ now: Duration, _ wishes: inout [Errand.Wish]) -> Outcome? {
        guard let question else { return nil }
        if now >= question.deadline { return end(.tooLate, &wishes) }
        switch waiting {
        case .tokenLock(let time) where now >= time:
            let isAlone = tokenBusySince.map { now >= $0 + Errand.tokenPatience } ?? false
            find(rejected: nil, alone: isAlone, &wishes)
        case .tokenPause(let time) where now >= time: fetchToken(now, &wishes)
        case .pause(let time) where now >= time: fetch(now, &wishes)
        default: break
        }
        return nil
    }
}
