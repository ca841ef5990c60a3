import CGI
import Testing

@Suite struct RequestTests {
    private func request(_ environment: [String: String]) throws -> Request {
        try #require(
            Request(
                environment: environment.merging(["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET"]) { own, _ in
                    own
                }))
    }

    @Test func aProgramThatNoWebServerStartedHasNoRequest() {
        #expect(Request(environment: [:]) == nil)
        #expect(Request(environment: ["REQUEST_METHOD": "POST", "HTTP_PROXY": "http://evil"]) == nil)
        #expect(Request(environment: ["GATEWAY_INTERFACE": "", "REQUEST_METHOD": "POST"]) == nil)
        #expect(Request(environment: ["GATEWAY_INTERFACE": "CGI/1.1"]) == nil)
        #expect(Request(environment: ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": ""]) == nil)
    }

    @Test func theRequestIsReadFromTheEnvironment() throws {
        let request = try request([
            "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/webhook", "PATH_INFO": "/cognigy/barge-in",
            "CONTENT_TYPE": "application/json; charset=utf-8", "CONTENT_LENGTH": "17", "HTTP_WEBHOOK_ID": "msg_1",
            "QUERY_STRING": "a=b", "PATH": "/bin",
        ])
        #expect(request.method == "POST")
        #expect(request.path == "/webhook/cognigy/barge-in")
        #expect(request.contentType == "application/json; charset=utf-8")
        #expect(request.contentLength == "17")
        #expect(request.header("webhook-id") == "msg_1")
    }

    @Test func whatTheServerLeavesEmptyIsNotThere() throws {
        for environment in [[:], ["CONTENT_TYPE": "", "CONTENT_LENGTH": "", "HTTP_A": "", "PATH_INFO": ""]] {
            let request = try request(environment)
            #expect(request.path == "")
            #expect(request.contentType == nil)
            #expect(request.contentLength == nil)
            #expect(request.header("a") == nil)
        }
    }

    @Test(
        arguments: [
            // ScriptAlias of the whole path, of a part of it, a program below cgi-bin, and a rewritten URL.
            ("/webhook/cognigy/barge-in", nil), ("/webhook", "/cognigy/barge-in"), (nil, "/webhook/cognigy/barge-in"),
            ("", "/webhook/cognigy/barge-in"), ("/cgi-bin/cognigy-bridge", "/webhook/cognigy/barge-in"),
            ("/cognigy-bridge", "/webhook/cognigy/barge-in"),
        ] as [(String?, String?)])
    func everyWayToNameTheProgramLeadsToTheRoute(script: String?, info: String?) throws {
        var environment: [String: String] = [:]
        environment["SCRIPT_NAME"] = script
        environment["PATH_INFO"] = info
        #expect(try request(environment).isFor("/webhook/cognigy/barge-in"))
    }

    @Test(arguments: [
        "", "/", "/webhook", "/webhook/cognigy/barge-in/", "/webhook/cognigy/barge-in/x", "/xwebhook/cognigy/barge-in",
        "webhook/cognigy/barge-in", "/Webhook/cognigy/barge-in", "/api/widget/config",
    ])
    func anotherPathIsNotTheRoute(path: String) throws {
        #expect(try !request(["PATH_INFO": path]).isFor("/webhook/cognigy/barge-in"))
    }

    /// A web server's rule for the route does not see these paths.
    @Test(
        arguments: [
            ("/api/widget/config", "/webhook/cognigy/barge-in"), ("/api/widget/config/webhook/cognigy/barge-in", nil),
            ("/api/widget/config", "/cognigy-bridge/webhook/cognigy/barge-in"), ("/x", "/webhook/cognigy/barge-in"),
            ("/cgi-bin/other-cognigy-bridge", "/webhook/cognigy/barge-in"),
            ("/cgi-bin/cognigy-bridge/webhook/cognigy/barge-in", nil),
            ("/cgi-bin/cognigy-bridge", "/x/webhook/cognigy/barge-in"),
        ] as [(String, String?)])
    func aPathThatOnlyEndsInTheRouteIsNotIt(script: String, info: String?) throws {
        var environment = ["SCRIPT_NAME": script]
        environment["PATH_INFO"] = info
        #expect(try !request(environment).isFor("/webhook/cognigy/barge-in"))
        #expect(try !request(environment).isFor("/api/widget/config"))
    }

    @Test func aHeaderIsFoundInAnyCaseAndOnlyAHeader() throws {
        let request = try request(["HTTP_WEBHOOK_SIGNATURE": "v1,x", "WEBHOOK_ID": "no", "HTTP_": "no", "PATH": "no"])
        #expect(request.header("Webhook-Signature") == "v1,x")
        #expect(request.header("WEBHOOK-SIGNATURE") == "v1,x")
        #expect(request.header("webhook-id") == nil)
        #expect(request.header("path") == nil)
        #expect(request.header("") == "no")
    }

    @Test func aProxyHeaderIsAHeaderLikeAnyOther() throws {
        let request = try request(["HTTP_PROXY": "http://evil:1", "http_proxy": "http://site:2"])
        #expect(request.header("proxy") == "http://evil:1")
    }

    @Test(
        arguments: [
            ("application/json", true), ("Application/JSON", true), ("application/json;charset=utf-8", true),
            (" application/json ; charset=\"x\"", true), ("application/vnd.api+json", true),
            ("application/jsonx", false), ("text/json", false), ("text/plain", false), ("json", false),
            ("application/x-www-form-urlencoded", false), ("multipart/form-data; x=application/json", false),
            ("text/plain, application/json", false), (";application/json", false), ("image/svg+json", false),
        ])
    func aTypeIsJSONOrNot(type: String, isJSON: Bool) throws {
        #expect(try request(["CONTENT_TYPE": type]).isJSON == isJSON)
    }

    @Test func noTypeIsNotJSON() throws {
        #expect(try !request([:]).isJSON)
    }
}
