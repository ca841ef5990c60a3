import JSON
import Testing
import WebSocket

@testable import StandIn

@Suite struct BargeInTests {
    @Test func anInterruptionByTheContractBreaksNothing() throws {
        let stage = try Stage("handoff-session s")
        let token = try stage.bargeInToken()
        #expect(
            try stage.reply(to: .stop("s", token: token)).body
                == ["success": true, "sessionId": "s", "commandExecuted": "stop"])
        let variables: JSON = [
            "cx.barage_in_detected": true, "cx.current_intent": "", "cx.partial_transcript": "",
            "cx.flow_state": "interrupt_recover", "cx.interrupt_confidence": 0.89,
        ]
        let updated = try stage.reply(to: .reset("s", token: token)).body?["updatedVariables"]?.array
        #expect(updated?.compactMap(\.string) == variables.object?.keys.sorted())
        #expect(stage.entries.map(\.event) == [.login, .stop, .reset])
        #expect(stage.entries[1].details == ["id": "s", "status": 200])
        #expect(stage.entries[2].details == ["id": "s", "status": 200, "variables": variables])
        let handoff = try stage.handoffToken()
        #expect(try stage.reply(to: .look("s", token: handoff)).body?["variables"] == variables)
        try stage.expectBreach(.mark("s", token: handoff), 422)
        #expect(stage.violations == ["a mark that loses the variable cx.barage_in_detected"])
    }

    @Test func theStopIsJudged() throws {
        let stage = try Stage("handoff-session s")
        let good = Request.stop("s", token: try stage.bargeInToken())
        let body = try JSON(parsing: good.body)
        for name in ["command", "reason", "sessionId"] {
            try stage.expectBreach(good.with(body: body.with(name, nil)), 422)
            try stage.expectBreach(good.with(body: body.with(name, "other")), 422)
        }
        try stage.expectBreach(good.with(body: body.with("timestamp", 1)), 422)
        try stage.expectBreach(good.with("content-type", nil), 415)
        try stage.expectBreach(good.with("authorization", nil), 401)
        var other = good
        other.method = "PUT"
        try stage.expectBreach(other, 405)
        for target in ["/api/v1/sessions//voice/commands", "/api/v1/sessions/s/commands", good.target + "?x"] {
            other = good
            other.target = target
            try stage.expectBreach(other, 404)
        }
    }

    @Test func theResetIsJudged() throws {
        let stage = try Stage("handoff-session s")
        let token = try stage.bargeInToken()
        let good = Request.interruption
        func spoiled(_ index: Int, _ name: String, _ value: JSON?) -> Request {
            var variables = good
            variables[index] = variables[index].with(name, value)
            return .reset("s", variables, token: token)
        }
        for index in good.indices {
            var fewer = good
            fewer.remove(at: index)
            try stage.expectBreach(.reset("s", fewer, token: token), 422)
            try stage.expectBreach(.reset("s", good + [good[index]], token: token), 422)
            try stage.expectBreach(spoiled(index, "value", nil), 422)
            try stage.expectBreach(spoiled(index, "value", "other"), 422)
            try stage.expectBreach(spoiled(index, "key", 7), 422)
            try stage.expectBreach(spoiled(index, "type", "string"), 422)
        }
        try stage.expectBreach(spoiled(0, "key", "cx.barge_in_detected"), 422)
        for confidence in [0.74, 1.01, 2, -1, "0.89", .null] as [JSON] {
            try stage.expectBreach(spoiled(4, "value", confidence), 422)
        }
        try stage.expectBreach(.reset("s", good + ["cx"], token: token), 422)
        try stage.expectBreach(.reset("s", token: token).with(body: ["variables": ["a": 1]]), 422)
        try stage.expectBreach(.reset("s", token: token).with(body: ["variables": [], "sessionId": "s"]), 422)
        let before = stage.violations.count
        for confidence in [0.75, 1, 1.0] as [JSON] {
            #expect(try stage.reply(to: spoiled(4, "value", confidence)).status == 200)
        }
        #expect(try stage.reply(to: .reset("s", good.reversed(), token: token)).status == 200)
        #expect(stage.violations.count == before)
    }

    @Test func anUnknownOrEndedSessionIsAnAnswerAndNoBreach() throws {
        let stage = try Stage()
        let id = try stage.openVoice().id
        let token = try stage.bargeInToken()
        #expect(try stage.reply(to: .stop(id, token: token)).status == 200)
        #expect(try stage.reply(to: .stop("t", token: token)).status == 404)
        #expect(stage.entries.last?.details == ["id": "t", "status": 404])
        _ = stage.receive(.close(.normal))
        #expect(try stage.reply(to: .stop(id, token: token)).status == 404)
        #expect(try stage.reply(to: .reset(id, token: token)).status == 404)
        #expect(stage.violations == [])
    }

    @Test func faultsArePlayedAndAResetThatFailedChangesNothing() throws {
        let stage = try Stage(
            "handoff-session s\nstop status 429 times 1\nstop hang times 1\nreset status 401 times 1\nreset garbage")
        let token = try stage.bargeInToken()
        #expect(try stage.reply(to: .stop("s", token: token)).status == 429)
        #expect(stage.answer(.stop("s", token: token)) == [])
        #expect(try stage.reply(to: .reset("s", token: token)).status == 401)
        let seen = try stage.reply(to: .look("s", token: try stage.handoffToken())).body
        #expect(seen?["variables"] == [:])
        try stage.expectBreach(.stop("s", token: token), 401)
        #expect(try stage.reply(to: .reset("s", token: try stage.bargeInToken())).body == nil)
        #expect(stage.entries.filter { $0.event == .stop }.map { $0["status"] } == [429, "hang"])
        #expect(stage.entries.filter { $0.event == .reset }.map { $0["status"] } == [401, 200])
    }
}
