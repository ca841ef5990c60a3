import JSON
import Testing
import WebSocket

@testable import StandIn

@Suite struct AssistTests {
    private func texts(_ incoming: [Assembler.Incoming]) -> [JSON] {
        incoming.compactMap { if case .text(let text) = $0 { try? JSON(parsing: text.utf8) } else { nil } }
    }

    // MARK: The token

    @Test func aTokenByTheContractBreaksNothing() throws {
        let stage = try Stage("expires-in 90")
        let reply = try #require(try stage.reply(to: .oauth()).body)
        #expect(reply["token_type"] == "Bearer" && reply["expires_in"] == 90)
        #expect(reply.object?.count == 3)
        #expect(stage.entries.map(\.event) == [.oauth])
        #expect(stage.entries.first?.details == ["status": 200, "client_id": "demo"])
    }

    @Test func theTokenRequestIsJudged() throws {
        let stage = try Stage()
        let form = Request.clientAsForm
        try stage.expectBreach(.oauth().with("authorization", "Bearer x"), 400)
        try stage.expectBreach(.oauth().with("content-type", "application/json"), 415)
        try stage.expectBreach(.oauth().with(body: Request.client), 400)
        try stage.expectBreach(.oauth(form + "&scope=x"), 400)
        try stage.expectBreach(.oauth(form + "&audience=x"), 422)
        try stage.expectBreach(.oauth(form.replacing("&client_id=demo", with: "")), 422)
        try stage.expectBreach(.oauth(form.replacing("client_credentials", with: "password")), 400)
        try stage.expectBreach(.oauth(form.replacing("+streaming%3Asubscribe", with: "")), 400)
        try stage.expectBreach(.oauth(form.replacing("%3A", with: ":")), 400)
        var other = Request.oauth()
        other.method = "PUT"
        try stage.expectBreach(other, 405)
        #expect(try stage.reply(to: .oauth(form.replacing("demo-secret", with: "wrong"))).status == 401)
        #expect(stage.violations.count == 10)
        for line in stage.entries.map(\.line) { #expect(!line.contains("demo-secret"), "\(line)") }
    }

    // MARK: The stream

    @Test func aStreamBringsItsEventsInOrder() throws {
        let stage = try Stage(
            """
            assist-event delay 20 update {"interactionId":"i","transcript":"refund"}
              then delay 30 send {"type":"OTHER"}
            assist-event delay 5 garbage
            """)
        let (id, effects) = try stage.openAssist()
        #expect(effects.map(\.delay) == [.milliseconds(20), .milliseconds(50), .milliseconds(5)])
        let frames = stage.frames(effects)
        let update: JSON = [
            "type": "INTERACTION_UPDATE", "payload": ["interactionId": "i", "transcript": "refund"],
        ]
        #expect(texts(frames) == [update, ["type": "OTHER"]])
        #expect(frames.count == 3)
        #expect(stage.entries.map(\.event) == [.oauth, .assist, .sent, .sent, .sent])
        #expect(stage.entries[1].details == ["status": 101, "id": .string(id)])
        #expect(stage.entries[2].details == ["id": .string(id), "message": update])
        #expect(stage.violations == [])
    }

    @Test func eachStreamHasAnIdAndEventsThatAreCountedForAll() throws {
        let stage = try Stage("assist-event update {} times 1\nassist-event garbage")
        let first = try stage.openAssist()
        stage.end()
        #expect(stage.entries.last?.details == ["id": .string(first.id), "code": 1006, "by": "dropped"])
        let second = try stage.openAssist()
        #expect(first.id != second.id)
        #expect(first.effects.count == 2 && second.effects.count == 1)
    }

    @Test func theHandshakeIsJudged() throws {
        let stage = try Stage()
        let token = try stage.assistToken()
        let good = Request.assist(token: token)
        try stage.expectBreach(good.with("authorization", nil), 401)
        try stage.expectBreach(.assist(token: try stage.token()), 401)
        try stage.expectBreach(good.with("upgrade", nil), 400)
        var post = good
        post.method = "POST"
        try stage.expectBreach(post, 405)
        #expect(stage.answer(good, offeredHTTP2: true).last?.effect == .finish)
        #expect(stage.violations.last == "the agent-assist connection offered HTTP/2")
    }

    @Test func theHandshakesFaultsArePlayed() throws {
        let stage = try Stage("assist status 401 times 1\nassist status 503 retry-after 7 times 1\nassist drop times 1")
        let token = try stage.assistToken()
        #expect(try stage.reply(to: .assist(token: token)).status == 401)
        try stage.expectBreach(.assist(token: token), 401)
        let fresh = try stage.assistToken()
        #expect(try stage.reply(to: .assist(token: fresh)).status == 503)
        #expect(stage.answer(.assist(token: fresh)) == [Timed(effect: .drop)])
        #expect(stage.answer(.assist(token: fresh)).last?.effect == .openAssist(id: "stream-5"))
        #expect(stage.entries.filter { $0.event == .assist }.map { $0["status"] } == [401, 503, "drop"])
    }

    @Test func aPingIsAnsweredAndAMessageIsABreach() throws {
        let stage = try Stage()
        let (id, _) = try stage.openAssist()
        #expect(stage.frames(stage.receive(.ping([7]))) == [.pong([7])])
        #expect(stage.entries.last?.details == ["id": .string(id)])
        #expect(stage.frames(stage.receive(.text(#"{"type":"ping"}"#))) == [.close(.policyViolation, "")])
        #expect(stage.violations == ["a message on a stream that only listens"])
    }

    @Test func aSilentStreamSaysNothingMore() throws {
        let stage = try Stage("assist-event silence\n  then update {}")
        let (id, effects) = try stage.openAssist()
        #expect(stage.frames(effects) == [])
        #expect(stage.receive(.ping()) == [])
        _ = stage.receive(.close(.goingAway))
        #expect(stage.entries.last?.details == ["id": .string(id), "code": 1001, "by": "client"])
        #expect(stage.violations == [])
    }

    // MARK: Suggestions

    @Test func aQuestionByTheContractIsAnsweredAndNoted() throws {
        let stage = try Stage()
        let token = try stage.assistToken()
        let reply = try stage.reply(to: .suggest(token: token))
        #expect(reply.status == 200)
        let suggestions = try #require(reply.body?["suggestions"]?.array)
        #expect(suggestions.map { $0["confidence"] } == [0.92, 0.5])
        #expect(suggestions.first?["text"] == "I can look into that: I want a refund")
        #expect(suggestions.first?["source"] == "knowledge")
        let noted = Request.question.object?.merging(["status": 200]) { $1 }
        #expect(stage.entries.last?.event == .suggest && stage.entries.last?.details == noted)
        for name in ["transcript", "sentimentScore"] {
            let body = Request.question.with(name, .null)
            #expect(try stage.reply(to: .suggest(body, token: token)).status == 200)
        }
        #expect(stage.violations == [])
    }

    @Test func theQuestionIsJudged() throws {
        let stage = try Stage()
        let token = try stage.assistToken()
        let good = Request.question
        for name in ["interactionId", "transcript", "sentimentScore", "context"] {
            try stage.expectBreach(.suggest(good.with(name, nil), token: token), 422)
            try stage.expectBreach(.suggest(good.with(name, true), token: token), 422)
        }
        try stage.expectBreach(.suggest(good.with("agentId", "a"), token: token), 422)
        try stage.expectBreach(.suggest(good.with("interactionId", ""), token: token), 422)
        try stage.expectBreach(.suggest(good.with("sentimentScore", "-0.5"), token: token), 422)
        try stage.expectBreach(.suggest(good.with("context", .null), token: token), 422)
        try stage.expectBreach(.suggest(token: token).with("authorization", nil), 401)
        try stage.expectBreach(.suggest(token: token).with("content-type", nil), 415)
        var other = Request.suggest(token: token)
        other.method = "GET"
        try stage.expectBreach(other, 405)
    }

    @Test func faultsArePlayedForOneInteractionOrAny() throws {
        let stage = try Stage(
            """
            suggest i-1 delay 3000 ok times 1
            suggest i-1 status 429 retry-after 2 times 1
            suggest i-2 hang
            suggest any say "Sorry." times 1
            """)
        let token = try stage.assistToken()
        let question = Request.question
        #expect(stage.answer(.suggest(token: token)).first?.delay == .seconds(3))
        #expect(try stage.reply(to: .suggest(token: token)).status == 429)
        #expect(stage.answer(.suggest(question.with("interactionId", "i-2"), token: token)) == [])
        let said = try stage.reply(to: .suggest(question.with("interactionId", "i-3"), token: token)).body
        #expect(said?["suggestions"]?.array?.first?["text"] == "Sorry.")
        let usual = try stage.reply(to: .suggest(token: token)).body
        #expect(usual?["suggestions"]?.array?.first?["text"] == "I can look into that: I want a refund")
    }

    @Test func aRevokedTokenIsANewsToEachInteractionOnce() throws {
        let stage = try Stage("suggest i-1 status 401 times 1")
        let token = try stage.assistToken()
        let other = Request.question.with("interactionId", "i-2")
        #expect(try stage.reply(to: .suggest(token: token)).status == 401)
        #expect(try stage.reply(to: .suggest(other, token: token)).status == 401)
        #expect(stage.violations == [])
        try stage.expectBreach(.suggest(other, token: token), 401)
        #expect(try stage.reply(to: .suggest(token: try stage.assistToken())).status == 200)
    }

    // MARK: Over the wire

    @Test(arguments: [false, true]) func aWholeStream(usesTLS: Bool) throws {
        let standIn = try RunningStandIn(
            #"assist-event update {"interactionId":"i"}"# + "\n  then delay 20 close 1011", usesTLS: usesTLS)
        let authority = usesTLS ? standIn.authority : nil
        let client = try standIn.client(trusting: authority)
        let token = try #require(try client.json(.oauth())["access_token"]?.string)
        #expect(try client.json(.suggest(token: token))["suggestions"]?.array?.count == 2)
        #expect(try client.reply(to: .assist(token: token)).status == 101)
        #expect(try client.response()["payload"]?["interactionId"] == "i")
        #expect(try client.message() == .close(.internalError, ""))
        client.send(.close(.internalError))
        #expect(throws: TestClient.Failure.ended) { try client.message() }
        #expect(try standIn.entry(.closed)["by"] == "server")
        #expect(standIn.violations == [])
        standIn.end()
    }
}
