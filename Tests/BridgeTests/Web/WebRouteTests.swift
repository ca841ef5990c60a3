import CGI
import Testing

@testable import Bridge

@Suite struct WebRouteTests {
    private func route(_ method: String, _ path: String) throws -> WebRoute {
        let environment = ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method, "SCRIPT_NAME": path]
        return try WebRoute(try #require(Request(environment: environment)))
    }

    private func refusal(_ method: String, _ path: String) throws -> WebRefusal? {
        #expect(throws: WebRefusal.self) { try route(method, path) }
    }

    @Test func eachPathHasItsMethods() throws {
        #expect(try route("GET", "/api/widget/config") == .widget)
        #expect(try route("HEAD", "/api/widget/config") == .widget)
        #expect(try route("POST", "/webhook/cognigy/barge-in") == .webhook)
        #expect(try route("GET", "/metrics") == .metrics)
        #expect(try route("HEAD", "/metrics") == .metrics)
    }

    @Test func anotherMethodIsRefusedAndTheRightOneNamed() throws {
        let widget = try refusal("POST", "/api/widget/config")
        #expect(widget?.status == 405 && widget?.reply.headers["Allow"] == "GET, HEAD")
        #expect(try refusal("POST", "/metrics")?.status == 405)
        let webhook = try refusal("GET", "/webhook/cognigy/barge-in")
        #expect(webhook?.status == 405 && webhook?.reply.headers["Allow"] == "POST")
    }

    @Test(arguments: ["", "/", "/webhook/cognigy", "/webhook/cognigy/barge-in/", "/x/webhook/cognigy/barge-in"])
    func anotherPathIsNotFound(path: String) throws {
        let reply = try refusal("POST", path)?.reply
        #expect(reply?.status == 404)
        #expect(reply?.body == Array(#"{"error":"there is nothing at this path"}"#.utf8))
    }
}
