import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// POST /webhook/cognigy/barge-in: the static program as a CGI program, against the stand-in.
@Suite struct WebhookTests {
    static let session = "handoff-session s1"

    @Test func anInterruptionIsToldAndAnswered() throws {
        let pbx = try PBX(Self.session)
        let answer = try pbx.webhook()
        #expect(answer.code == .code(0))
        #expect(answer.errors == "")
        #expect(answer.status == 200)
        #expect(answer.headers["Content-Type"] == "application/json")
        #expect(answer.headers["Content-Length"] == String(answer.body.utf8.count))
        #expect(answer.json?["status"] == "processed")
        #expect(answer.json?["abort"]?["success"] == true)
        #expect(answer.json?["state"]?["updatedVariables"]?.array?.count == 5)
        #expect(pbx.told() == ["stop s1", "reset s1"])
        let reset = try #require(pbx.service.entries().first { $0.event == .reset })
        #expect(reset["variables"]?["cx.interrupt_confidence"] == 0.89)
        #expect(reset["variables"]?["cx.barage_in_detected"] == true)
        #expect(pbx.service.entries().first { $0.event == .login }?["spelling"] == "camelCase")
        // The token is on the disk now.
        #expect(try pbx.webhook().status == 200)
        #expect(pbx.service.count(.login) == 1)
        #expect(pbx.service.violations == [])
        #expect(try pbx.deadLetters() == [])
    }

    @Test(arguments: ["0", "0.7499999", "1e-9"]) func whoIsNotSureStopsThePromptAlone(confidence: String) throws {
        let pbx = try PBX(Self.session)
        let answer = try pbx.webhook(WebProgram.interruption("s1", ["confidence": confidence]))
        #expect(answer.status == 200)
        #expect(answer.json?["state"] == ["action": "ignored", "reason": "low_confidence"])
        #expect(answer.json?["abort"]?["commandExecuted"] == "stop")
        #expect(pbx.told() == ["stop s1"])
    }

    @Test(arguments: ["0.75", "1", "1.0", "75e-2"]) func fromTheThresholdUpTheFlowBeginsAnew(confidence: String) throws
    {
        let pbx = try PBX(Self.session)
        #expect(try pbx.webhook(WebProgram.interruption("s1", ["confidence": confidence])).status == 200)
        #expect(pbx.told() == ["stop s1", "reset s1"])
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: [
        "application/json; charset=utf-8", "APPLICATION/JSON", "application/cloudevents+json",
    ]) func jsonMayBeCalledByItsOtherNames(type: String) throws {
        #expect(try PBX(Self.session).webhook(WebProgram.interruption(), ["CONTENT_TYPE": type]).status == 200)
    }

    /// How the request differs, the status, and words of the answer. Nothing of it reaches the service.
    @Test(
        arguments: [
            (["CONTENT_TYPE": "text/plain"], 415, "application/json"), (["CONTENT_TYPE": ""], 415, "application/json"),
            (["CONTENT_TYPE": "application/jsonp"], 415, "application/json"),
            (["CONTENT_LENGTH": ""], 411, "no Content-Length"),
            (["CONTENT_LENGTH": "12 "], 400, "Content-Length is not a number"),
            (["CONTENT_LENGTH": "-1"], 400, "Content-Length is not a number"),
            (["CONTENT_LENGTH": "0x10"], 400, "Content-Length is not a number"),
            (["CONTENT_LENGTH": "65536"], 400, "shorter than its Content-Length"),
            (["CONTENT_LENGTH": "65537"], 413, "64 KiB"),
            (["CONTENT_LENGTH": "99999999999999999999999"], 413, "64 KiB"),
            (["CONTENT_LENGTH": "20"], 422, "not JSON"), (["CONTENT_LENGTH": "0"], 422, "not JSON"),
            (["REQUEST_METHOD": "GET"], 405, "only POST"), (["REQUEST_METHOD": "PUT"], 405, "only POST"),
            (["REQUEST_METHOD": "post"], 405, "only POST"),
            (["SCRIPT_NAME": "/webhook/cognigy/barge-in/"], 404, "nothing at this path"),
            (["SCRIPT_NAME": "/webhook/cognigy"], 404, "nothing at this path"),
            (["SCRIPT_NAME": ""], 404, "nothing at this path"),
        ] as [([String: String], Int, String)])
    func aRequestThatIsNoneIsRefused(_ request: [String: String], _ status: Int, _ words: String) throws {
        let pbx = try PBX(Self.session)
        let answer = try pbx.webhook(WebProgram.interruption(), request)
        #expect(answer.status == status)
        #expect(answer.error?.contains(words) == true, "\(answer.body)")
        #expect(answer.headers["Allow"] == (status == 405 ? "POST" : nil))
        #expect(answer.code == .code(0))
        #expect(answer.errors == "")
        #expect(pbx.service.entries().map(\.event) == [.listening])
    }

    private typealias Body = WebProgram

    /// A body, and the member or the rule that the answer names.
    @Test(
        arguments: [
            (Body.interruption("s1", ["confidence": "1.0000001"]), "confidence must be from 0 to 1"),
            (Body.interruption("s1", ["confidence": "-0.1"]), "confidence must be from 0 to 1"),
            (Body.interruption("s1", ["confidence": "\"0.9\""]), "confidence must be a number"),
            (Body.interruption("s1", ["confidence": "true"]), "confidence must be a number"),
            (Body.interruption("s1", ["confidence": "NaN"]), "not JSON"),
            (Body.interruption("s1", ["confidence": "Infinity"]), "not JSON"),
            (Body.interruption("s1", ["confidence": "1e999"]), "not JSON"),
            (Body.interruption("s1", ["confidence": "0x1"]), "not JSON"),
            (Body.interruption("s1", ["confidence": ".9"]), "not JSON"),
            (Body.interruption("s1", ["confidence": "null"]), "no confidence"),
            (Body.interruption("s1", ["confidence": nil]), "no confidence"),
            (Body.interruption("s1", ["sessionId": nil]), "no sessionId"),
            (Body.interruption("s1", ["sessionId": "7"]), "sessionId must be text"),
            (Body.interruption(""), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption(".."), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption("s 1"), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption("s\\r\\nX: y"), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption("s\\u0000"), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption(String(repeating: "s", count: 257)), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption("s1", ["event": nil]), "no event"),
            (Body.interruption("s1", ["event": "[]"]), "event must be text"),
            (Body.interruption("s1", ["transcript": nil]), "no transcript"),
            (Body.interruption("s1", ["transcript": "{}"]), "transcript must be text"),
            (Body.interruption("s\\ud800"), "sessionId must be 1 to 256 letters, digits"),
            (Body.interruption("s1", ["transcript": "\"\u{1}\""]), "not JSON"),
            (Body.interruption("s1", ["timestamp": nil]), "no timestamp"),
            (Body.interruption("s1", ["timestamp": "1.5"]), "timestamp must be a whole number"),
            (Body.interruption("s1", ["timestamp": "\"1718452901\""]), "timestamp must be a whole number"),
            (#"{"confidence": 0.1, "# + Body.interruption().dropFirst(), "holds confidence twice"),
            (#"{"confid\u0065nce": 0.1, "# + Body.interruption().dropFirst(), "holds confidence twice"),
            (Body.interruption("s1", ["more": #"{"a": 1, "a": 1}"#]), "holds a twice"),
            (Body.interruption("s1", ["more": deep(64)]), "nested deeper than 64"),
            (Body.interruption("s1", ["more": deep(30_000)]), "nested deeper than 64"),
            ("[\(Body.interruption())]", "not a JSON object"), ("\"s1\"", "not a JSON object"),
            (Body.interruption() + "}", "not JSON"), (Body.interruption() + Body.interruption(), "not JSON"),
            ("sessionId=s1", "not JSON"), (" ", "not JSON"),
        ] as [(String, String)])
    func aBodyThatIsNoneIsRefused(_ body: String, _ words: String) throws {
        let pbx = try PBX(Self.session)
        let answer = try pbx.webhook(body)
        #expect(answer.status == 422)
        #expect(answer.error?.contains(words) == true, "\(answer.body)")
        #expect(answer.code == .code(0))
        #expect(pbx.service.entries().map(\.event) == [.listening])
        #expect(!(answer.body + answer.errors + pbx.log).contains(WebProgram.transcript))
    }

    private static func deep(_ levels: Int) -> String {
        String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }

    @Test func aBodyOf64KiBIsRead() throws {
        let pbx = try PBX(Self.session)
        let filled = (1 << 16) - WebProgram.interruption("s1", ["more": "\"\""]).utf8.count
        let body = WebProgram.interruption("s1", ["more": "\"\(String(repeating: "x", count: filled))\""])
        #expect(try pbx.webhook(body).status == 200)
        #expect(try pbx.webhook(body + " ").status == 413)
    }

    @Test func aBodyThatDoesNotComeIsNotWaitedForLong() throws {
        let pbx = try PBX(Self.session)
        let body = WebProgram.interruption()
        let length = ["CONTENT_LENGTH": String(body.utf8.count + 1)]
        let answer = try WebProgram(pbx, body, length, isWhole: false).answer()
        #expect(answer.status == 408)
        #expect(answer.error?.contains("did not arrive in time") == true)
        #expect(answer.took < .seconds(3))
    }

    /// fcgiwrap answers 502 for a program that ends before it has taken the body.
    @Test(arguments: [["COGNIGY_BRIDGE_CONF": "/nowhere"], ["CONTENT_TYPE": "text/plain"]])
    func nobodyIsRefusedBeforeHisBodyIsRead(request: [String: String]) throws {
        let pbx = try PBX(Self.session)
        let body = WebProgram.interruption()
        let length = ["CONTENT_LENGTH": String(body.utf8.count + 1)]
        let answer = try WebProgram(pbx, body, request.merging(length) { $1 }, isWhole: false).answer()
        #expect(answer.status == 408)
    }

    /// A server need not end the input after the body.
    @Test func aBodyIsAsLongAsItsLengthSays() throws {
        let pbx = try PBX(Self.session)
        #expect(try WebProgram(pbx, isWhole: false).answer().status == 200)
    }

    /// A request's header of that name is no order of the operator, and of the others libcurl would believe some.
    @Test(arguments: ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) func theProxyOfTheEnvironmentIsNotBelieved(
        name: String
    ) throws {
        let pbx = try PBX(Self.session)
        let trap = try ListeningSocket(port: 0)
        let answer = try pbx.webhook(WebProgram.interruption(), [name: "http://127.0.0.1:\(trap.port)"])
        #expect(answer.status == 200)
        let asked = trap.accept() != nil
        #expect(!asked)
        #expect(pbx.told() == ["stop s1", "reset s1"])
    }

    /// What is broken, and what the operator reads in the web server's log; the sender is told no more than that.
    @Test(
        arguments: [
            (["COGNIGY_CLIENT_IDD": "x"], "COGNIGY_CLIENT_ID"), (["COGNIGY_BARGE_IN_THRESHOLD": "2"], "THRESHOLD"),
            (["COGNIGY_BRIDGE_CONF": "/nowhere/at-all.conf"], "/nowhere/at-all.conf"),
            (["COGNIGY_BASE_URL": "nonsense"], "COGNIGY_BASE_URL"), (["COGNIGY_BARGE_IN_SECRET": ""], "SECRET"),
            (["COGNIGY_BARGE_IN_SECRET": "whsec_!"], "base 64"),
        ] as [([String: String], String)])
    func anInstallationThatIsBrokenIsSaidToTheOperator(_ settings: [String: String], _ words: String) throws {
        let pbx = try PBX(Self.session, settings: settings)
        let answer = try pbx.webhook()
        #expect(answer.status == 500)
        #expect(answer.json == ["error": "the bridge is not configured"])
        #expect(answer.errors.hasPrefix("cognigy-bridge: ") && answer.errors.contains(words), "\(answer.errors)")
        #expect(!answer.errors.contains("demo-secret"))
        #expect(pbx.service.entries().map(\.event) == [.listening])
    }
}
