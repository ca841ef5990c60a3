import JSON
import Testing
import WebSocket

@testable import StandIn

@Suite struct HandoffTests {
    private static let scenario = #"handoff-session s {"userId":"tel:+49","variables":{"name":"Jane","n":{"a":[1]}}}"#

    private let good = Request.transfer.with("name", "Jane").with("n", ["a": [1]])

    @Test func aHandoffByTheContractBreaksNothing() throws {
        let stage = try Stage(Self.scenario)
        let token = try stage.handoffToken()
        let seen = try stage.reply(to: .look("s", token: token)).body
        #expect(
            seen == [
                "sessionId": "s", "userId": "tel:+49", "channel": "voice", "status": "active",
                "variables": ["name": "Jane", "n": ["a": [1]]],
                "telephony": ["connector": "genesys_cloud", "direction": "inbound"],
            ])
        let all = good.with("priority", "high")
        let marked = try stage.reply(to: .mark("s", all, token: token)).body
        #expect(marked?["status"] == "transferring" && marked?["variables"] == all)
        #expect(marked?["telephony"]?["status"] == "initiated")
        let run = try stage.reply(to: .run("s", token: token)).body
        #expect(run?["status"] == "completed" && run?["result"]?["targetQueue"] == "queue-1")
        #expect(run?["flowExecutionId"]?.string?.hasPrefix("exec-") == true)
        #expect(try stage.reply(to: .look("s", token: token)).body?["status"] == "transferring")
        #expect(stage.entries.map(\.event) == [.login, .look, .mark, .run, .look])
        #expect(
            stage.entries.dropFirst().map(\.details) == [
                ["id": "s", "status": 200, "session": "active", "variables": ["name": "Jane", "n": ["a": [1]]]],
                ["id": "s", "status": 200, "variables": all],
                ["id": "s", "status": 200, "transferTarget": "queue-1"],
                ["id": "s", "status": 200, "session": "transferring", "variables": all],
            ])
    }

    @Test func theMarkIsJudged() throws {
        let stage = try Stage(Self.scenario)
        let token = try stage.handoffToken()
        let request = Request.mark("s", good, token: token)
        func spoiled(_ name: String, _ value: JSON?) -> Request {
            .mark("s", good.with(name, value), token: token)
        }
        func sent(_ variables: JSON, _ telephony: JSON) -> Request {
            request.with(body: ["variables": variables, "telephony": telephony])
        }
        try stage.expectBreach(request, 422)
        #expect(stage.violations.last == "a mark without a look before it")
        _ = try stage.reply(to: .look("s", token: token))
        for name in ["transferTarget", "transferType", "handoffTrigger", "telephonyAction", "name", "n"] {
            try stage.expectBreach(spoiled(name, nil), 422)
        }
        #expect(stage.violations.last == "a mark that loses the variable n")
        try stage.expectBreach(spoiled("transferTarget", ""), 422)
        try stage.expectBreach(spoiled("transferTarget", 7), 422)
        try stage.expectBreach(spoiled("transferType", "agent"), 422)
        try stage.expectBreach(spoiled("handoffTrigger", "true"), 422)
        try stage.expectBreach(spoiled("telephonyAction", "hold"), 422)
        let medium = Request.medium
        try stage.expectBreach(sent(good, medium.with("preserveMediaStream", false)), 422)
        try stage.expectBreach(sent(good, medium.with("connector", "x")), 422)
        try stage.expectBreach(sent(good, medium.with("action", nil)), 422)
        try stage.expectBreach(sent([], medium), 422)
        try stage.expectBreach(request.with(body: ["variables": good]), 422)
        try stage.expectBreach(
            request.with(body: ["variables": good, "telephony": medium, "status": "transferring"]), 422)
        try stage.expectBreach(request.with("content-type", nil), 415)
        try stage.expectBreach(request.with("authorization", nil), 401)
        #expect(try stage.reply(to: .look("s", token: token)).body?["status"] == "active", "nothing was changed")
        #expect(try stage.reply(to: request).status == 200)
        try stage.expectBreach(request, 422)
        var other = request
        other.method = "POST"
        try stage.expectBreach(other, 405)
        other.method = "GET"
        try stage.expectBreach(other, 400)
    }

    @Test(arguments: [#"{"channel":"chat"}"#, #"{"status":"idle"}"#, #"{"status":"transferring"}"#])
    func onlyAnActiveVoiceSessionMayBeMarked(session: String) throws {
        let stage = try Stage("handoff-session s " + session)
        let token = try stage.handoffToken()
        #expect(try stage.reply(to: .look("s", token: token)).status == 200)
        try stage.expectBreach(.mark("s", token: token), 422)
        #expect(stage.violations == ["a mark of a session that is not active on voice"])
    }

    @Test func theRunIsJudgedAndNeedsAMarkOfItsOwn() throws {
        let stage = try Stage(Self.scenario)
        let token = try stage.handoffToken()
        let request = Request.run("s", token: token)
        let body = try JSON(parsing: request.body)
        try stage.expectBreach(request, 422)
        try stage.expectBreach(.run("unknown", token: token), 422)
        _ = try stage.reply(to: .look("s", token: token))
        try stage.expectBreach(request, 422)
        #expect(stage.violations.last == "a run without a mark before it")
        #expect(try stage.reply(to: .mark("s", good, token: token)).status == 200)
        for name in ["sessionId", "intent", "text", "channel"] {
            try stage.expectBreach(request.with(body: body.with(name, nil)), 422)
            try stage.expectBreach(request.with(body: body.with(name, 7)), 422)
        }
        try stage.expectBreach(request.with(body: body.with("intent", "transfer")), 422)
        try stage.expectBreach(request.with(body: body.with("flowId", "demo-flow")), 422)
        #expect(try stage.reply(to: request).status == 200)
        try stage.expectBreach(request, 422)
    }

    @Test func whatWasNotFoundIsAnAnswerAndNoBreach() throws {
        let stage = try Stage(Self.scenario)
        let token = try stage.handoffToken()
        #expect(try stage.reply(to: .look("t", token: token)).status == 404)
        #expect(try stage.reply(to: .mark("t", token: token)).status == 404)
        #expect(stage.violations == [])
        #expect(stage.entries[1].details == ["id": "t", "status": 404])
        #expect(stage.entries[2].details == ["id": "t", "status": 404, "variables": Request.transfer])
        for target in ["/api/v1/session/", "/api/v1/session/s/", "/api/v1/session/s?x=1", "/api/v1/flow/"] {
            try stage.expectBreach(.init("GET", target, ["authorization": "Bearer \(token)"]), 404)
        }
    }

    @Test func aCallIsASessionUntilItEnds() throws {
        for (code, isOver) in [(.normal, true), (.goingAway, true), (.internalError, false)] as [(CloseCode, Bool)] {
            let stage = try Stage()
            let id = try stage.openVoice().id
            let token = try stage.handoffToken()
            let seen = try stage.reply(to: .look(id, token: token)).body
            #expect(seen?["status"] == "active" && seen?["channel"] == "voice" && seen?["userId"] == "100")
            #expect(seen?["variables"] == [:])
            #expect(try stage.reply(to: .mark(id, token: token)).status == 200)
            _ = stage.receive(.close(code))
            #expect(try stage.reply(to: .look(id, token: token)).status == (isOver ? 404 : 200))
            #expect(try stage.reply(to: .run(id, token: token)).status == (isOver ? 404 : 200))
            #expect(stage.violations == [])
        }
    }

    @Test func aCallMayHaveTheVariablesOfALine() throws {
        let stage = try Stage(Self.scenario + "\n" + #"session reply {"id":"s"}"#)
        #expect(try stage.openVoice().id == "s")
        let seen = try stage.reply(to: .look("s", token: try stage.handoffToken())).body
        #expect(seen?["variables"] == ["name": "Jane", "n": ["a": [1]]])
    }
}
