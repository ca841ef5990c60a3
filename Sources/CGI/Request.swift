/// What a web server tells a CGI program in its environment. RFC 3875, section 4.1.
///
/// Of the environment only what belongs to the request is kept, and nothing of it is ever set as a variable: a client's
/// header `Proxy` arrives as HTTP_PROXY, which other programs take for an order of the operator.
package struct Request: Equatable, Sendable {
    /// As it was sent: methods know upper and lower case.
    package let method: String
    /// What led to this program, and what stands behind it.
    private let script: String
    private let info: String
    /// Nil where there is no body, or its type is not said.
    package let contentType: String?
    /// As it stands, and not empty; `Body` judges it.
    package let contentLength: String?
    private let headers: [String: String]

    /// SCRIPT_NAME and PATH_INFO together.
    package var path: String { script + info }

    /// Nil where no web server asks: both variables are always set by one.
    package init?(environment: [String: String]) {
        let said = environment.filter { !$0.value.isEmpty }
        guard said["GATEWAY_INTERFACE"] != nil, let method = said["REQUEST_METHOD"] else { return nil }
        self.method = method
        script = said["SCRIPT_NAME"] ?? ""
        info = said["PATH_INFO"] ?? ""
        contentType = said["CONTENT_TYPE"]
        contentLength = said["CONTENT_LENGTH"]
        headers = said.filter { $0.key.hasPrefix("HTTP_") }
    }

    /// A header by its name in any case; one without a value is not there. Section 4.1.18.
    package func header(_ name: String) -> String? {
        headers["HTTP_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })]
    }

    /// Whether the whole path is `route`, or `route` stands behind the program's own name, as in `/cgi-bin/cognigy-bridge`
    /// and then the route. A path that only ends in it may have come past the web server's rules for the route.
    package func isFor(_ route: String) -> Bool {
        path == route || info == route && script.hasSuffix("/cognigy-bridge")
    }

    /// application/json, or a type that is written in it (RFC 6839, section 3.1), with parameters or without.
    package var isJSON: Bool {
        guard let contentType else { return false }
        let type = String(contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
