/// A whole answer.
package struct Response: Equatable, Sendable {
    package let status: Int
    /// The value of the header: seconds or an HTTP date.
    package let retryAfter: String?
    /// The target of a redirect.
    package let redirect: String?
    package let body: [UInt8]

    package init(status: Int, retryAfter: String? = nil, redirect: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.redirect = redirect
        self.body = body
    }
}
