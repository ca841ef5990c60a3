import JSON
import Testing

@testable import StandIn

@Suite struct ServiceTests {
    @Test func aCallByTheContractBreaksNothing() throws {
        let stage = try Stage(Scenario.demo)
        let (id, _) = try stage.openVoice()
        #expect(stage.entries.map(\.event) == [.token, .session, .voice])
        #expect(stage.entries[0].details == ["status": 200, "client_id": "demo"])
        #expect(
            stage.entries[1].details == [
                "status": 201, "id": .string(id), "flowId": "demo-flow", "sessionId": "1.1", "caller": "100",
            ])
        #expect(try stage.reply(to: .flows(token: try stage.token())).body == [["id": "demo-flow", "name": "Demo"]])
        #expect(stage.answer(.speech()).first?.sent?.count ?? 0 > 5000)
        #expect(stage.violations == [])
    }

    @Test func theTokenRequestIsJudged() throws {
        let stage = try Stage()
        let good = Request.auth()
        let body = Request.client
        try stage.expectBreach(good.with("content-type", "application/x-www-form-urlencoded"), 415)
        try stage.expectBreach(good.with("content-type", nil), 415)
        try stage.expectBreach(good.with("authorization", "Basic x"), 400)
        try stage.expectBreach(good.with("host", nil), 400)
        try stage.expectBreach(good.with(body: []), 400)
        try stage.expectBreach(good.with(body: body.with("client_id", nil)), 422)
        try stage.expectBreach(good.with(body: body.with("client_secret", 5)), 422)
        try stage.expectBreach(good.with(body: body.with("scope", "all")), 422)
        try stage.expectBreach(good.with(body: body.with("grant_type", "password")), 400)
        var other = good
        other.method = "PUT"
        try stage.expectBreach(other, 405)
        other = other.with(body: [:])
        other.method = "POST"
        for target in ["/api/v1/auth/", "/api/v1/auth?x=1", "/api/v2/auth", "/", "/api/v1/session", "/api//v1/auth"] {
            other.target = target
            try stage.expectBreach(other, 404)
        }
    }

    @Test func wrongCredentialsAreAnAnswerAndNoBreach() throws {
        let stage = try Stage("credentials a b")
        #expect(try stage.reply(to: .auth()).status == 401)
        #expect(stage.entries.map(\.event) == [.token])
        #expect(stage.entries[0]["status"] == 401)
    }

    @Test func theSessionRequestIsJudged() throws {
        let stage = try Stage()
        let good = Request.session(token: try stage.token())
        let body = Request.start
        try stage.expectBreach(good.with("authorization", nil), 401)
        try stage.expectBreach(good.with("authorization", "Bearer nonsense"), 401)
        try stage.expectBreach(good.with("authorization", "Basic nonsense"), 401)
        try stage.expectBreach(good.with("host", "localhost:80"), 401)
        try stage.expectBreach(good.with(body: body.with("flowId", nil)), 422)
        try stage.expectBreach(good.with(body: body.with("flowId", 7)), 422)
        try stage.expectBreach(good.with(body: body.with("sessionId", "")), 422)
        try stage.expectBreach(good.with(body: body.with("locale", "en")), 422)
        try stage.expectBreach(good.with(body: body.with("metadata", "x")), 422)
        try stage.expectBreach(good.with(body: body.with("metadata", ["source": "agi", "caller": "1"])), 422)
        try stage.expectBreach(good.with(body: body.with("metadata", ["source": "asterisk_agi"])), 422)
        let localized: JSON = ["source": "asterisk_agi", "caller": "", "locale": "en-US"]
        try stage.expectBreach(good.with(body: body.with("metadata", localized.with("locale", 1))), 422)
        #expect(try stage.reply(to: good.with(body: body.with("metadata", localized))).status == 201)
        #expect(try stage.reply(to: good.with(body: body.with("flowId", "secret-flow"))).status == 403)
        #expect(stage.entries.last?["status"] == 403)
    }

    @Test func aSecretElsewhereIsALeakAndIsNotShown() throws {
        let stage = try Stage()
        let token = try stage.token()
        let session = Request.session(token: token)
        let metadata: JSON = ["source": "asterisk_agi", "caller": .string(token)]
        try stage.expectBreach(session.with("x-token", token), 400)
        try stage.expectBreach(session.with(body: Request.start.with("metadata", metadata)), 400)
        try stage.expectBreach(Request("GET", "/audio/demo-secret.wav"), 400)
        _ = try stage.reply(to: .auth().with(body: Request.client.with("client_id", "demo-secret")))
        #expect(stage.entries.last?["client_id"] == "[a secret]")
        for line in stage.entries.map(\.line) {
            #expect(!line.contains(token) && !line.contains("demo-secret"), "\(line)")
        }
    }

    @Test func anExpiredTokenIsABreach() throws {
        let stage = try Stage("expires-in 90")
        let token = try stage.token()
        stage.now = .seconds(89)
        #expect(try stage.reply(to: .flows(token: token)).status == 200)
        stage.now = .seconds(90)
        try stage.expectBreach(.flows(token: token), 401)
    }

    @Test func theLifeOfATokenIsToldAsTheScenarioWants() throws {
        #expect(try Stage().reply(to: .auth()).body?["expires_in"] == 3600)
        #expect(try Stage("expires-in \"90\"").reply(to: .auth()).body?["expires_in"] == "90")
        #expect(try Stage("expires-in omit").reply(to: .auth()).body?["expires_in"] == nil)
    }

    @Test func aTokenThatWasAnswered401IsDead() throws {
        let stage = try Stage("session status 401 times 1")
        let first = try stage.token()
        #expect(try stage.reply(to: .session(token: first)).status == 401)
        #expect(stage.violations == [])
        let second = try stage.token()
        #expect(try stage.reply(to: .session(token: second)).status == 201)
        let another = Request.session(token: first).with(body: Request.start.with("sessionId", "2.2"))
        #expect(try stage.reply(to: another).status == 401)
        #expect(stage.violations == [], "another call could not know")
        try stage.expectBreach(another, 401)
        try stage.expectBreach(.session(token: first), 401)
    }

    @Test func theVoiceRequestIsJudged() throws {
        let stage = try Stage()
        let token = try stage.token()
        let id = try stage.session(token)
        let good = Request.voice(id, token: token)
        try stage.expectBreach(good.with("upgrade", nil), 400)
        try stage.expectBreach(good.with("sec-websocket-version", "8"), 400)
        try stage.expectBreach(good.with("sec-websocket-key", "c2hvcnQ="), 400)
        try stage.expectBreach(good.with("x-cognigy-session-id", nil), 400)
        try stage.expectBreach(good.with("x-cognigy-session-id", "s-0"), 400)
        try stage.expectBreach(good.with("authorization", nil), 401)
        try stage.expectBreach(.voice("s-0", token: token), 404)
        _ = stage.answer(good, offeredHTTP2: true)
        #expect(stage.violations.last == "the voice connection offered HTTP/2")
        stage.openVoice(id)
        try stage.expectBreach(good, 409)
    }

    @Test func speechIsJudged() throws {
        let stage = try Stage()
        let good = Request.speech()
        let body = Request.text
        try stage.expectBreach(.speech(key: "other"), 401)
        try stage.expectBreach(good.with("authorization", nil), 401)
        try stage.expectBreach(good.with(body: body.with("text", "")), 422)
        try stage.expectBreach(good.with(body: body.with("voice", 1)), 422)
        try stage.expectBreach(good.with(body: body.with("audioEncoding", nil)), 422)
        #expect(stage.answer(good.with(body: body.with("voice", nil))).count == 2)
        try stage.expectBreach(good.with(body: body.with("sampleRateHertz", "16000")), 422)
        try stage.expectBreach(good.with(body: body.with("audioEncoding", "MP3")), 422)
        let long = good.with(body: body.with("text", "A longer text makes a longer sound."))
        #expect(stage.answer(long).first?.sent?.count ?? 0 > stage.answer(good).first?.sent?.count ?? 0)
        #expect(stage.entries.filter { $0.event == .tts }.map { $0["text"]?.string?.count } == [6, 35, 6])
    }

    @Test func audioIsJudged() throws {
        let stage = try Stage(
            #"open send {"audioUrl":"/audio/a-8k.wav"}"# + "\n" + #"open send {"audioUrl":"/audio/b.bad"}"#)
        let good = Request("GET", "/audio/a-8k.wav")
        #expect(stage.answer(good).first?.sent?.count ?? 0 > 10_000)
        #expect(stage.answer(.init("GET", "/audio/b.bad")).first?.sent?.count ?? 0 < 200)
        #expect(stage.answer(good.with("authorization", "Bearer \(try stage.token())")).count == 2)
        #expect(stage.violations == [])
        try stage.expectBreach(.init("GET", "/audio/unnamed.wav"), 404)
        try stage.expectBreach(good.with("authorization", "Bearer x"), 401)
        let token = try stage.token()
        try stage.expectBreach(good.with("authorization", "Bearer \(token)").with("host", "localhost:80"), 401)
    }
}
