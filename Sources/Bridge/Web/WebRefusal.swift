import CGI

/// Why a request is refused, with the HTTP status that says so.
public struct WebRefusal: Error, Equatable {
    public let status: Int
    public let why: String
    public let headers: [String: String]

    public init(_ status: Int, _ why: String, headers: [String: String] = [:]) {
        self.status = status
        self.why = why
        self.headers = headers
    }

    /// Says nothing about the configuration to the client; the operator is told separately.
    static let notConfigured = WebRefusal(500, "the bridge is not configured")

    public var reply: Reply { .json(status, headers: headers, ErrorBody.json(why).serialized) }
}
