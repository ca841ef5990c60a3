import JSON

/// An HTTP reply.
public struct Reply: Equatable {
    var status = 200
    var headers: [String] = []
    var type = "application/json"
    var body: [UInt8] = []

    static func json(_ value: JSON, status: Int = 200) -> Reply { Reply(status: status, body: value.serialized) }

    public static func failure(_ status: Int, _ message: String, retryAfter: String? = nil) -> Reply {
        var reply = json(["error": .string(message)], status: status)
        if let retryAfter { reply.headers.append("Retry-After: \(retryAfter)") }
        return reply
    }

    /// The bytes to send. Without a length, the end of the connection marks the end of the body; nil: a header tells how it
    /// ends.
    public func encoded(withLength: Bool? = true) -> (head: [UInt8], body: [UInt8]) {
        var lines = ["HTTP/1.1 \(status) \(Self.reason(status))", "Content-Type: \(type)"] + headers
        if let withLength { lines.append(withLength ? "Content-Length: \(body.count)" : "Connection: close") }
        return (Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), body)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 302: "Found"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}
