/// A request as a web server gives it to a CGI program in its environment. RFC 3875, section 4.1.
///
/// The room CGI holds what a CGI program needs: the request and its body, the answer, the signature of a webhook, and
/// who started the program. Of the environment only what belongs to the request is kept, and none of it is ever set as a
/// variable, because a client's header `Proxy` arrives as HTTP_PROXY, which other programs take for a setting.
public struct Request: Equatable, Sendable {
    /// As it was sent, because methods are case-sensitive.
    public let method: String
    /// SCRIPT_NAME, the path of this program, and PATH_INFO, the rest of the path.
    private let script: String
    private let info: String
    /// Nil where there is no body or its type is not given.
    public let contentType: String?
    /// As it was sent, and not empty. `Body` checks it.
    public let contentLength: String?
    private let headers: [String: String]

    /// SCRIPT_NAME and PATH_INFO together.
    public var path: String { script + info }

    /// Nil where no web server started this program: a web server always sets both variables.
    public init?(environment: [String: String]) {
        let said = environment.filter { !$0.value.isEmpty }
        guard said["GATEWAY_INTERFACE"] != nil, let method = said["REQUEST_METHOD"] else { return nil }
        self.method = method
        script = said["SCRIPT_NAME"] ?? ""
        info = said["PATH_INFO"] ?? ""
        contentType = said["CONTENT_TYPE"]
        contentLength = said["CONTENT_LENGTH"]
        headers = said.filter { $0.key.hasPrefix("HTTP_") }
    }

    /// A header by its name in any case. A header without a value counts as missing. Section 4.1.18.
    public func header(_ name: String) -> String? {
        headers["HTTP_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })]
    }

    /// Whether the whole path is `route`, or `route` follows the name of the program, as in `/cgi-bin/cognigy-bridge` and
    /// then the route. Another path that ends in it may have come past the web server's rules for the route.
    public func isFor(_ route: String) -> Bool {
        path == route || info == route && script.hasSuffix("/cognigy-bridge")
    }

    /// Whether the type is application/json or ends in +json (RFC 6839, section 3.1), with parameters or without.
    public var isJSON: Bool {
        guard let contentType else { return false }
        let type = String(contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
