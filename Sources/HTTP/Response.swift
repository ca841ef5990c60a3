/// A whole answer.
public struct Response: Equatable, Sendable {
    public let status: Int
    /// The value of the header: seconds or an HTTP date.
    public let retryAfter: String?
    /// The target of a redirect.
    public let redirect: String?
    public let body: [UInt8]

    public init(status: Int, retryAfter: String? = nil, redirect: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.redirect = redirect
        self.body = body
    }
}
