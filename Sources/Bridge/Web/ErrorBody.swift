import Cognigy
import JSON

/// The body of every answer that is an error: `{"error": why}`.
public enum ErrorBody {
    public static func json(_ why: String) -> JSON { ["error": .string(why)] }

    /// The body of a 502, in the words of the webhook's contract. nil: the service did not answer in time.
    static func json(_ reason: Retry.Reason?) -> JSON {
        switch reason {
        case .unauthorized: json("Authentication failed")
        case .forbidden: json("Insufficient permissions")
        case .rateLimited: json("API error 429")
        case .failed(let status): json("API error \(status)")
        case .unreachable, nil: json("Network failure")
        }
    }
}
