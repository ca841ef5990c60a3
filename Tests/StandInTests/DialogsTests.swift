import JSON
import Testing

@testable import StandIn

@Suite struct DialogsTests {
    @Test func aDialogByTheContractBreaksNothing() throws {
        let stage = try Stage("dialog \"More\" say \"That is all.\"")
        #expect(try stage.reply(to: .bots()).body == [["id": "demo-bot", "name": "Demo"]])
        let first = try #require(try stage.reply(to: .dialog()).body)
        #expect(first["outputs"] == [["text": "You said: Hi"]])
        #expect(first["intent"] == ["name": "demo", "confidence": 0.9])
        #expect(first["nextState"] == "listening")
        let more = Request.said.with("inputs", [["type": "text", "text": "More"]])
        let second = try stage.reply(to: .dialog(more.with("sessionData", first["sessionData"]))).body
        #expect(second?["outputs"] == [["text": "That is all."]])
        #expect(second?["sessionData"] == ["turns": 2])
        #expect(stage.entries.map(\.event) == [.bots, .dialog, .dialog])
        #expect(
            stage.entries[2].details == [
                "status": 200, "userId": "100", "text": "More", "answer": "That is all.", "at_once": 1,
                "sessionData": first["sessionData"] ?? .null,
            ])
    }

    @Test func theDialogRequestIsJudged() throws {
        let stage = try Stage()
        let body = Request.said
        let good = Request.dialog()
        try stage.expectBreach(good.with("content-type", nil), 415)
        try stage.expectBreach(good.with("authorization", nil), 401)
        try stage.expectBreach(good.with("authorization", "Bearer x"), 401)
        for name in ["botId", "dialogId", "userId", "inputs", "sessionData"] {
            try stage.expectBreach(.dialog(body.with(name, nil)), 422)
            try stage.expectBreach(.dialog(body.with(name, 7)), 422)
        }
        try stage.expectBreach(.dialog(body.with("locale", "en")), 422)
        try stage.expectBreach(.dialog(body.with("userId", "")), 422)
        try stage.expectBreach(.dialog(body.with("sessionData", [1])), 422)
        let input: JSON = ["type": "text", "text": "Hi"]
        for inputs in [[], [input, input], ["Hi"], [input.with("text", "")], [input.with("type", "dtmf")]] as [JSON] {
            try stage.expectBreach(.dialog(body.with("inputs", inputs)), 422)
        }
        try stage.expectBreach(.dialog(body.with("inputs", [input.with("lang", "en")])), 422)
        var other = good
        other.method = "PUT"
        try stage.expectBreach(other, 405)
        try stage.expectBreach(.bots().with("authorization", "demo-api-key"), 401)
    }

    @Test func aWrongKeyOrBotIsAnAnswerAndNoBreach() throws {
        let stage = try Stage("api-key other\nbot x y")
        #expect(try stage.reply(to: .bots()).status == 401)
        #expect(try stage.reply(to: .dialog()).status == 401)
        #expect(try stage.reply(to: .bots(key: "other")).status == 200)
        #expect(try stage.reply(to: .dialog(key: "other")).status == 404)
        #expect(stage.entries.map { $0["status"] } == [401, 401, 200, 404])
        #expect(stage.violations == [])
    }

    @Test func theKeyElsewhereIsALeakAndIsNotShown() throws {
        let stage = try Stage()
        try stage.expectBreach(Request.bots().with("x-key", "demo-api-key"), 400)
        try stage.expectBreach(.dialog(Request.said.with("userId", "demo-api-key")), 400)
        try stage.expectBreach(.dialog(Request.said.with("userId", "demo-stt-key")), 400)
        #expect(stage.entries.allSatisfy { !$0.line.contains("demo-api-key") })
    }

    @Test func faultsArePlayedAndToldFromAnswers() throws {
        let stage = try Stage(
            "dialog any status 429 retry-after 2 times 1\ndialog any drop times 1\ndialog any reply {\"x\":1}")
        #expect(try stage.reply(to: .dialog()).status == 429)
        #expect(stage.answer(.dialog()) == [Timed(effect: .drop)])
        #expect(try stage.reply(to: .dialog()).body == ["x": 1])
        #expect(stage.entries.map { $0["status"] } == [429, "drop", 200])
        #expect(stage.entries.allSatisfy { $0["answer"] == nil })
        #expect(try Stage("bots status 403").reply(to: .bots()).status == 403)
    }

    @Test func theJournalCountsTheDialogsThatAreAnsweredAtOnce() throws {
        let stage = try Stage("dialog any delay 100 times 3\ndialog any hang times 1")
        func ask(on connection: Int) -> JSON? {
            _ = stage.service.answer(.dialog(), from: .init(connection: connection), now: stage.now)
            return stage.entries.last?["at_once"]
        }
        #expect((1...3).map { ask(on: $0) } == [1, 2, 3])
        stage.now = .milliseconds(100)
        #expect(ask(on: 1) == 1)
        #expect(ask(on: 2) == 2)
        stage.service.ended(1)
        #expect(ask(on: 3) == 1)
    }
}
