/// What a web server tells a CGI program in its environment. RFC 3875, section 4.1.
///
/// Of the environment only what belongs to the request is kept, and nothing of it is ever set as a variable: a client's
/// header `Proxy` arrives as HTTP_PROXY, which other programs take for an order of the operator.
public struct Request: Equatable, Sendable {
    /// As it was sent: methods know upper and lower case.
    public let method: String
    /// SCRIPT_NAME and PATH_INFO together.
    public let path: String
    /// Nil where there is no body, or its type is not said.
    public let contentType: String?
    /// As it stands, and not empty; `Body` judges it.
    public let contentLength: String?
    private let headers: [String: String]

    /// Nil where no web server started this program.
    public init?(environment: [String: String]) {
        if (environment["GATEWAY_INTERFACE"] ?? "").isEmpty { return nil }
        let said = environment.filter { !$0.value.isEmpty }
        method = said["REQUEST_METHOD"] ?? ""
        path = (said["SCRIPT_NAME"] ?? "") + (said["PATH_INFO"] ?? "")
        contentType = said["CONTENT_TYPE"]
        contentLength = said["CONTENT_LENGTH"]
        headers = said.filter { $0.key.hasPrefix("HTTP_") }
    }

    /// A header by its name in any case; one without a value is not there. Section 4.1.18.
    public func header(_ name: String) -> String? {
        headers["HTTP_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })]
    }

    /// Whether the path is `route`, or ends in it where the program stands below a folder: `/cgi-bin/cognigy-bridge` and
    /// then the route.
    public func isFor(_ route: String) -> Bool { path.hasSuffix(route) }

    /// application/json, or a type that is written in it (RFC 6839, section 3.1), with parameters or without.
    public var isJSON: Bool {
        guard let contentType else { return false }
        let type = String(contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
