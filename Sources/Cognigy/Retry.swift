import HTTP

/// Decides what to do after a request, by the rules of the contract.
public enum Retry {
    public static let mostAttempts = 3

    /// How one kind of request is tried again.
    public struct Rules: Sendable {
        /// Whether a 401 means a stale token. An API key that is refused stays refused.
        let renewsToken: Bool
        /// Whether each wait is exactly twice the one before. Otherwise it is random, from a range that grows.
        let doubles: Bool
        /// The wait after a 429 that gives no Retry-After.
        let pause: Duration
        var attempts = mostAttempts
        /// Whether the wait is exactly Retry-After. Otherwise that is doubled too.
        var obeysRetryAfter = false
        /// Whether a request is repeated after a failure although the service may have carried it out.
        var repeatsFailures = true

        public static let call = Rules(renewsToken: true, doubles: false, pause: .seconds(5))
        /// With an API key: dialogs, speech to text.
        public static let dialog = Rules(renewsToken: false, doubles: true, pause: .seconds(1))
        /// It fits into the few seconds that the sender of a webhook waits.
        public static let bargeIn = Rules(renewsToken: true, doubles: true, pause: .seconds(2), attempts: 2)
        /// Looking at a session and marking it may be repeated.
        public static let handoff = Rules(
            renewsToken: true, doubles: true, pause: .seconds(1), obeysRetryAfter: true)
        /// Running a flow is not repeated, because a flow that runs twice may transfer twice.
        public static let flow = Rules(
            renewsToken: true, doubles: true, pause: .seconds(1), obeysRetryAfter: true, repeatsFailures: false)

        /// The rules for the token of such a request. Fetching a token twice does no harm.
        public var forTokens: Rules {
            var rules = self
            rules.repeatsFailures = true
            return rules
        }
    }

    public enum Decision: Equatable, Sendable {
        case accept(Response)
        /// The token is refused: drop it, fetch another and ask once more.
        case renewToken
        case again(after: Duration)
        case giveUp(Reason)
    }

    public enum Reason: Equatable, Sendable {
        case unauthorized
        case forbidden
        case rateLimited
        case failed(status: Int)
        case unreachable(Failure)

        /// Whether the service itself failed, which is what a circuit breaker counts.
        public var isServiceFault: Bool {
            switch self {
            case .failed(let status): status >= 500
            case .unreachable(.untrusted), .unreachable(.exhausted), .unreachable(.tooLarge),
                .unreachable(.forbiddenAddress):
                false
            case .unreachable: true
            case .unauthorized, .forbidden, .rateLimited: false
            }
        }
    }

    /// `attempt` counts from 1. `left` is the time that is left for further attempts.
    public static func decide(
        _ result: Result<Response, Failure>, attempt: Int, left: Duration, now: Double,
        by rules: Rules = .call, using random: inout some RandomNumberGenerator
    ) -> Decision {
        switch result {
        case .failure(let failure):
            switch failure {
            case .unreachable where !rules.repeatsFailures, .timedOut where !rules.repeatsFailures:
                return .giveUp(.unreachable(failure))
            case .unreachable, .timedOut, .exhausted:
                let pause =
                    rules.doubles ? doubled(.seconds(0.5), attempt) : backoff(attempt, base: 0.5, using: &random)
                return again(attempt, rules, left, pause, .unreachable(failure))
            case .untrusted, .tooLarge, .forbiddenAddress: return .giveUp(.unreachable(failure))
            }
        case .success(let response):
            switch response.status {
            case 200..<300: return .accept(response)
            case 401: return rules.renewsToken ? .renewToken : .giveUp(.unauthorized)
            case 403: return .giveUp(.forbidden)
            case 429:
                let told = response.retryAfter.flatMap { RetryAfter.wait($0, now: now) }
                let pause = told ?? rules.pause
                if rules.doubles {
                    let isExact = told != nil && rules.obeysRetryAfter
                    return again(attempt, rules, left, isExact ? pause : doubled(pause, attempt), .rateLimited)
                }
                // Jitter on top of what the service asked for, so that its clients do not return all at once.
                let jitter = backoff(attempt, base: 0.25, using: &random)
                return again(attempt, rules, left, pause + jitter, .rateLimited)
            case 500...:
                if !rules.repeatsFailures { return .giveUp(.failed(status: response.status)) }
                let pause =
                    rules.doubles ? doubled(.seconds(1), attempt) : backoff(attempt, base: 0.5, using: &random)
                return again(attempt, rules, left, pause, .failed(status: response.status))
            default: return .giveUp(.failed(status: response.status))
            }
        }
    }

    /// Full jitter: random(0, min(cap, base * 2^n)).
    public static func backoff(
        _ attempt: Int, base: Double, cap: Double = 8, using random: inout some RandomNumberGenerator
    ) -> Duration {
        .seconds(Double.random(in: 0...min(cap, base * Double(1 << min(max(attempt, 0), 16))), using: &random))
    }

    private static func doubled(_ pause: Duration, _ attempt: Int) -> Duration {
        pause * (1 << min(max(attempt - 1, 0), 16))
    }

    private static func again(
        _ attempt: Int, _ rules: Rules, _ left: Duration, _ pause: Duration, _ reason: Reason
    ) -> Decision {
        attempt >= rules.attempts || pause >= left ? .giveUp(reason) : .again(after: pause)
    }
}
