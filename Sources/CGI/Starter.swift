/// Who started this program. One binary serves all of them, and its input says too late which.
package enum Starter: Equatable, Sendable {
    case asterisk
    case webServer(Request)
    case shell

    /// Asterisk gives AST_AGI_DIR to every AGI program (launch_script in res_agi.c), after an environment of its own that
    /// may be a CGI program's: an Asterisk that was restarted from a web page. A web server that starts a CGI program says
    /// what is asked for (RFC 3875, section 4.1).
    package init(environment: [String: String]) {
        if !(environment["AST_AGI_DIR"] ?? "").isEmpty {
            self = .asterisk
        } else if let request = Request(environment: environment) {
            self = .webServer(request)
        } else {
            self = .shell
        }
    }
}
