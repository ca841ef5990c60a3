extension Retry.Reason: CustomStringConvertible {
    /// The word for the dialplan.
    public var word: String {
        switch self {
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .rateLimited: "rate_limited"
        case .failed(let status): "http_\(status)"
        case .unreachable: "unreachable"
        }
    }

    /// What the service answered, or why it did not answer.
    public var description: String {
        switch self {
        case .unauthorized: "HTTP 401"
        case .forbidden: "HTTP 403"
        case .rateLimited: "HTTP 429"
        case .failed(let status): "HTTP \(status)"
        case .unreachable(let failure): "\(failure)"
        }
    }
}
