import HTTP

/// What to do after a request, by the rules of the contract.
public enum Retry {
    public static let mostAttempts = 3
    /// The wait after a 429 that names none.
    public static let defaultPause = Duration.seconds(5)

    public enum Decision: Equatable, Sendable {
        case accept(Response)
        /// The token is not good: drop it, fetch another, ask once more.
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

        /// Whether the service itself is at fault, which is what a circuit breaker counts.
        public var isServiceFault: Bool {
            switch self {
            case .failed(let status): status >= 500
            case .unreachable(.untrusted), .unreachable(.tooLarge), .unreachable(.forbiddenAddress): false
            case .unreachable: true
            case .unauthorized, .forbidden, .rateLimited: false
            }
        }
    }

    /// `attempt` counts from 1; `left` is what the caller's patience still allows.
    public static func decide(
        _ result: Result<Response, Failure>, attempt: Int, left: Duration, now: Double,
        using random: inout some RandomNumberGenerator
    ) -> Decision {
        switch result {
        case .failure(let failure):
            switch failure {
            case .unreachable, .timedOut:
                return again(attempt, left, backoff(attempt, base: 0.5, using: &random), .unreachable(failure))
            case .untrusted, .tooLarge, .forbiddenAddress: return .giveUp(.unreachable(failure))
            }
        case .success(let response):
            switch response.status {
            case 200..<300: return .accept(response)
            case 401: return .renewToken
            case 403: return .giveUp(.forbidden)
            case 429:
                let pause = response.retryAfter.flatMap { RetryAfter.wait($0, now: now) } ?? defaultPause
                // Full jitter above what the service asked for, so that its callers do not come back together.
                let jitter = backoff(attempt, base: 0.25, using: &random)
                return again(attempt, left, pause + jitter, .rateLimited)
            case 500...:
                return again(
                    attempt, left, backoff(attempt, base: 0.5, using: &random), .failed(status: response.status))
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

    private static func again(_ attempt: Int, _ left: Duration, _ pause: Duration, _ reason: Reason) -> Decision {
        attempt >= mostAttempts || pause >= left ? .giveUp(reason) : .again(after: pause)
    }
}
