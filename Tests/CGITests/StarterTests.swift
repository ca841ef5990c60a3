import CGI
import Testing

@Suite struct StarterTests {
    private static let web = ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/x"]
    private static let agi = ["AST_AGI_DIR": "/usr/share/asterisk/agi-bin", "AST_CONFIG_DIR": "/etc/asterisk"]

    @Test func aRequestAloneIsAWebServers() throws {
        guard case .webServer(let request) = Starter(environment: Self.web) else {
            Issue.record("not a web server")
            return
        }
        #expect(request.method == "POST" && request.isFor("/x"))
    }

    /// An Asterisk that was restarted by a CGI program has that program's environment, and so have its calls.
    @Test(arguments: [
        [:], ["GATEWAY_INTERFACE": "CGI/1.1"], ["REQUEST_METHOD": "GET"], Self.web,
        Self.web.merging(["PATH_INFO": "/webhook/cognigy/barge-in"]) { $1 },
    ])
    func whateverAsteriskInheritedItsCallsAreCalls(inherited: [String: String]) {
        #expect(Starter(environment: inherited.merging(Self.agi) { $1 }) == .asterisk)
    }

    @Test(arguments: [
        [:], ["GATEWAY_INTERFACE": "CGI/1.1"], ["REQUEST_METHOD": "GET"], ["AST_AGI_DIR": ""],
        ["GATEWAY_INTERFACE": "", "REQUEST_METHOD": "GET"], ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": ""],
    ])
    func halfOfARequestIsAShells(environment: [String: String]) {
        #expect(Starter(environment: environment) == .shell)
    }
}
