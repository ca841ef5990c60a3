/// A whole answer.
public struct Response: Equatable, Sendable {
    public let status: Int
    /// As the header stands: seconds or an HTTP date.
    public let retryAfter: String?
    /// Where a redirect points.
    public let redirect: String?
    public let body: [UInt8]

    public init(status: Int, retryAfter: String? = nil, redirect: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.redirect = redirect
        self.body = body
    }
}

/// Why there was no answer. The text never holds a header or a body.
public enum Failure: Error, Equatable, Sendable {
    case unreachable(String)
    case timedOut
    /// The certificate or the handshake is not acceptable; trying again does not help.
    case untrusted(String)
    /// The body is larger than the request allows.
    case tooLarge
    /// The name leads to an address that this request may not reach.
    case forbiddenAddress
}

extension Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .timedOut: "no answer in time"
        case .untrusted(let reason): reason
        case .tooLarge: "the answer is too large"
        case .forbiddenAddress: "the name leads to a private address"
        }
    }
}
