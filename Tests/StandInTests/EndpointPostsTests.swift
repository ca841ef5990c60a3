import JSON
import Testing

@testable import StandIn

/// The endpoint by REST.
@Suite struct EndpointPostsTests {
    private let body: JSON = ["userId": "u-1", "sessionId": "s-1", "text": "Hi", "data": [:]]

    @Test func theAnswerHasAllThatTheFlowSays() throws {
        let stage = try EndpointStage(
            "input Hi say Hello\nthen command {\"verb\":\"hangup\"}\nthen say \"How are you?\"\nevent E say event")
        let (status, answer) = try stage.replyToPost(body)
        #expect(status == 200)
        #expect(answer?["text"] == "Hello How are you?")
        #expect(answer?["data"] == ["_cognigy": ["_voiceGateway2": ["json": ["verb": "hangup"]]]])
        #expect(answer?["userId"] == "u-1" && answer?["sessionId"] == "s-1")
        let stack = try #require(answer?["outputStack"]?.array)
        #expect(stack.map { $0["text"] } == ["Hello", "", "How are you?"])
        #expect(stack[1]["data"] == answer?["data"] && stack[2]["source"] == "bot")
        #expect(stack[0]["traceId"]?.string?.hasPrefix("endpoint-httpIncomingMessage-") == true)
        #expect(
            stage.entries[0].details == [
                "id": "s-1", "user": "u-1", "surface": "rest", "test": false, "status": 200, "text": "Hi", "data": [:],
            ])
        let event = body.with("text", nil).with("data", ["event": "E"])
        #expect(try stage.replyToPost(event, test: true).body?["text"] == "event")
        #expect(stage.last(.input)?["test"] == true)
        #expect(try stage.replyToPost(body.with("data", nil).with("text", "")).body?["outputStack"] == [])
        #expect(stage.violations == [])
        #expect(!stage.entries.contains { $0.line.contains(EndpointStage.token) })
    }

    @Test func aRequestIsJudged() throws {
        let stage = try EndpointStage()
        let good = Request("POST", "/\(EndpointStage.token)", body: body)
        for name in ["userId", "sessionId"] {
            for value in [nil, "", "a b", 7, .some("a/b")] as [JSON?] {
                try stage.expectBreach(good.with(body: body.with(name, value)), 422)
            }
        }
        for changed in [body.with("text", 7), body.with("data", []), body.with("data", nil).with("text", nil)] {
            try stage.expectBreach(good.with(body: changed), 422)
        }
        try stage.expectBreach(good.with(body: body.with("URLToken", "x")), 422)
        try stage.expectBreach(good.with(body: [1]), 400)
        try stage.expectBreach(good.with(body: body.with("text", .string(EndpointStage.token))), 400)
        try stage.expectBreach(good.with("content-type", "text/plain"), 415)
        try stage.expectBreach(good.with("authorization", "Bearer x"), 400)
        try stage.expectBreach(
            good.with(body: body.with("text", .string(String(repeating: "x", count: 60_000)))), 413)
        try stage.expectBreach(Request("GET", "/\(EndpointStage.token)"), 405)
        try stage.expectBreach(Request("POST", "/short", body: body), 404)
        #expect(stage.violations.allSatisfy { !$0.contains(EndpointStage.token) && $0 != "[a secret]" })
        _ = try stage.replyToPost(body)
        try stage.expectBreach(good.with(body: body.with("userId", "u-2")), 422)
    }

    @Test func aWrongTokenIsAnAnswerAndNoBreach() throws {
        let stage = try EndpointStage()
        #expect(try stage.replyToPost(body, token: String(repeating: "0", count: 64)).status == 404)
        #expect(stage.last(.input)?["status"] == 404)
        #expect(stage.violations == [])
    }

    @Test func aRequestThatFailsDoesNotReachTheFlow() throws {
        let stage = try EndpointStage(
            """
            post status 429 retry-after 1 times 1
            post reply {"error":"no"} times 1
            post drop times 1
            post delay 100 times 1
            input Hi say Hello times 1
            """)
        #expect(try stage.replyToPost(body).status == 429)
        #expect(try stage.replyToPost(body).body == ["error": "no"])
        #expect(stage.post(body) == [Timed(effect: .drop)])
        let last = stage.post(body)
        #expect(last.map(\.delay) == [.milliseconds(100), .milliseconds(100)])
        #expect(String(decoding: last[0].sent ?? [], as: UTF8.self).contains("Hello"))
        #expect(stage.entries.filter { $0.event == .input }.map { $0["status"] } == [429, 200, "drop", 200])
    }

    @Test func theStepsOfASocketHaveTheirMeaning() throws {
        let stage = try EndpointStage(
            """
            input slow  delay 200 say a
            then        delay 100 again
            input lost  say a
            then        delay 50 drop
            input never hang
            input wrong error "It failed."
            input threw exception {"code":7}
            input junk  garbage
            input stop  say a
            then        final cognigyStopFlow
            """)
        func post(_ text: JSON) -> [Timed] { stage.post(body.with("text", text)) }
        #expect(post("slow").map(\.delay) == [.milliseconds(300), .milliseconds(300)])
        #expect(post("lost") == [Timed(delay: .milliseconds(50), effect: .drop)])
        #expect(post("never") == [])
        func answer(_ text: JSON) throws -> JSON? { try stage.replyToPost(body.with("text", text)).body }
        #expect(try answer("slow")?["text"] == "a a")
        #expect(try answer("wrong") == ["error": ["code": 500, "message": "It failed."]])
        #expect(try answer("threw") == ["error": ["code": 7]])
        #expect(try answer("junk") == nil)
        #expect(try answer("stop")?["text"] == "a")
    }

    @Test func bothSurfacesShareASession() throws {
        let stage = try EndpointStage("input Hi say first times 1\ninput Hi say second")
        _ = try stage.connect()
        #expect(try stage.input("Hi").first?.contains("first") == true)
        #expect(try stage.replyToPost(body).body?["text"] == "second")
    }
}
