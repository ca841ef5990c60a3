import CGI

/// Why a request is refused, with the HTTP status that says so.
package struct WebRefusal: Error, Equatable {
    package let status: Int
    package let why: String
    package let headers: [String: String]

    package init(_ status: Int, _ why: String, headers: [String: String] = [:]) {
        self.status = status
        self.why = why
        self.headers = headers
    }

    /// Says nothing about the configuration to the client; the operator is told separately.
    static let notConfigured = WebRefusal(500, "the bridge is not configured")

    package var reply: Reply { .json(status, headers: headers, ErrorBody.json(why).serialized) }
}
