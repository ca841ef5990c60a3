import HTTP

/// What to do after a request, by the rules of the contract.
package enum Retry {
    package static let mostAttempts = 3

    /// How one kind of conversation is tried again.
    package struct Rules: Sendable {
        /// Whether a 401 means a stale token. An API key that is refused stays refused.
        let renewsToken: Bool
        /// Whether each wait is exactly twice the one before. Otherwise it is random, and longer every time.
        let doubles: Bool
        /// The wait after a 429 that names none.
        let pause: Duration
        var attempts = mostAttempts
        /// Whether Retry-After is the wait. Otherwise it doubles, too.
        var obeysRetryAfter = false
        /// Whether what failed is asked again, though it may have been done all the same.
        var repeatsFailures = true

        package static let call = Rules(renewsToken: true, doubles: false, pause: .seconds(5))
        /// With an API key: dialogs, speech to text.
        package static let dialog = Rules(renewsToken: false, doubles: true, pause: .seconds(1))
        /// Within the few seconds that a webhook's sender waits.
        package static let bargeIn = Rules(renewsToken: true, doubles: true, pause: .seconds(2), attempts: 2)
        /// To look at a session and to mark it is the same done twice.
        package static let handoff = Rules(
            renewsToken: true, doubles: true, pause: .seconds(1), obeysRetryAfter: true)
        /// A flow that runs twice may transfer twice.
        package static let flow = Rules(
            renewsToken: true, doubles: true, pause: .seconds(1), obeysRetryAfter: true, repeatsFailures: false)

        /// For the token that such a conversation needs: to fetch one twice does no harm.
        package var forTokens: Rules {
            var rules = self
            rules.repeatsFailures = true
            return rules
        }
    }

    package enum Decision: Equatable, Sendable {
        case accept(Response)
        /// The token is not good: drop it, fetch another, ask once more.
        case renewToken
        case again(after: Duration)
        case giveUp(Reason)
    }

    package enum Reason: Equatable, Sendable {
        case unauthorized
        case forbidden
        case rateLimited
        case failed(status: Int)
        case unreachable(Failure)

        /// Whether the service itself is at fault, which is what a circuit breaker counts.
        package var isServiceFault: Bool {
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

    /// `attempt` counts from 1; `left` is what the caller's patience still allows.
    package static func decide(
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
                // Full jitter above what the service asked for, so that its callers do not come back together.
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
    package static func backoff(
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
