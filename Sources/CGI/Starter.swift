/// What started this program. One binary serves all of them, and must know before it reads its input.
public enum Starter: Equatable, Sendable {
    case asterisk
    case webServer(Request)
    case shell

    /// Asterisk gives AST_AGI_DIR to every AGI program (launch_script in res_agi.c). It is looked for first, because an
    /// Asterisk that was restarted from a web page has the environment of a CGI program. A web server describes the
    /// request (RFC 3875, section 4.1).
    public init(environment: [String: String]) {
        if !(environment["AST_AGI_DIR"] ?? "").isEmpty {
            self = .asterisk
        } else if let request = Request(environment: environment) {
            self = .webServer(request)
        } else {
            self = .shell
        }
    }
}
