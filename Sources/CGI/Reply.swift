/// The answer of a CGI program. RFC 3875, section 6.
public struct Reply: Equatable, Sendable {
    public let status: Int
    public let headers: [String: String]
    public let body: [UInt8]

    public init(_ status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public static func json(_ status: Int, headers: [String: String] = [:], _ body: [UInt8]) -> Reply {
        Reply(status, headers: headers.merging(["Content-Type": "application/json"]) { own, _ in own }, body: body)
    }

    /// The answer to `method`: a HEAD gets the headers of a GET and no body (RFC 9110, section 9.3.2).
    public func bytes(to method: String) -> [UInt8] {
        var lines = ["Status: \(status) \(reason)"]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) where Reply.isOneLine(name + value) {
            lines.append("\(name): \(value)")
        }
        // RFC 9110, section 8.6: it would have to be the length of the answer which the client already has.
        if status != 304 { lines.append("Content-Length: \(body.count)") }
        if headers["Cache-Control"] == nil { lines.append("Cache-Control: no-store") }
        let head = lines.map { "\($0)\r\n" }.joined() + "\r\n"
        return Array(head.utf8) + (method == "HEAD" ? [] : body)
    }

    /// Whether a header stays one line. A line break in it would begin another header.
    private static func isOneLine(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

    /// RFC 9110, section 15.
    private var reason: String {
        switch status {
        case 200: "OK"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        // A reason may be empty.
        default: ""
        }
    }
}
