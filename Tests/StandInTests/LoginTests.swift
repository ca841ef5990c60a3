import JSON
import Testing

@testable import StandIn

@Suite struct LoginTests {
    @Test func eachSpellingIsAnsweredInItsOwn() throws {
        let stage = try Stage("expires-in 90")
        let snake = try #require(try stage.reply(to: .login()).body)
        #expect(snake["token_type"] == "Bearer" && snake["expires_in"] == 90)
        #expect(snake["scope"] == "session:write flow:execute telephony:transfer")
        #expect(snake.object?.count == 4)
        let camel = try #require(try stage.reply(to: .login(Request.clientInCamelCase)).body)
        #expect(camel["expiresIn"] == 90)
        #expect(camel.object?.count == 2)
        #expect(
            stage.entries.map(\.details) == [
                ["status": 200, "client_id": "demo", "spelling": "snake_case"],
                ["status": 200, "client_id": "demo", "spelling": "camelCase"],
            ])
        #expect(stage.entries.allSatisfy { $0.event == .login })
    }

    @Test func theLoginIsJudged() throws {
        let stage = try Stage()
        let snake = Request.client
        let camel = Request.clientInCamelCase
        try stage.expectBreach(.login().with("authorization", "Bearer x"), 400)
        try stage.expectBreach(.login().with("content-type", "application/x-www-form-urlencoded"), 415)
        try stage.expectBreach(.login(snake.with("grant_type", nil)), 422)
        try stage.expectBreach(.login(snake.with("grant_type", "password")), 400)
        try stage.expectBreach(.login(snake.with("client_id", 7)), 422)
        try stage.expectBreach(.login(snake.with("scope", "all")), 422)
        try stage.expectBreach(.login(camel.with("clientSecret", nil)), 422)
        try stage.expectBreach(.login([:]), 422)
        for mixed in [
            camel.with("grant_type", "client_credentials"), camel.with("client_id", "demo"),
            snake.with("client_id", nil).with("clientId", "demo"),
        ] {
            try stage.expectBreach(.login(mixed), 422)
            #expect(stage.violations.last?.hasSuffix("mixes two spellings") == true)
        }
        var other = Request.login()
        other.method = "PUT"
        try stage.expectBreach(other, 405)
    }

    @Test func wrongCredentialsAreAnAnswerAndNoBreach() throws {
        let stage = try Stage("credentials a b")
        #expect(try stage.reply(to: .login()).status == 401)
        #expect(try stage.reply(to: .login(Request.clientInCamelCase)).status == 401)
        #expect(stage.entries.map { $0["status"] } == [401, 401])
        #expect(stage.violations == [])
    }

    @Test func aTokenShownToAnotherSystemIsABreachThatNamesBoth() throws {
        let stage = try Stage("handoff-session s")
        let tokens = [
            try stage.token(), try stage.handoffToken(), try stage.bargeInToken(), try stage.assistToken(),
        ]
        let requests: [(String) -> Request] = [
            { .flows(token: $0) }, { .look("s", token: $0) }, { .stop("s", token: $0) },
            { .suggest(token: $0) },
        ]
        let systems = ["call", "handoff", "barge-in", "assist"]
        for (owner, token) in zip(systems, tokens) {
            for (system, request) in zip(systems, requests) {
                if owner == system {
                    #expect(try stage.reply(to: request(token)).status == 200)
                } else {
                    try stage.expectBreach(request(token), 401)
                    let told = stage.violations.last ?? ""
                    #expect(told.hasSuffix("a token of \(owner) shown to \(system)"), "\(told)")
                }
            }
        }
        try stage.expectBreach(.session(token: tokens[1]), 401)
        try stage.expectBreach(.mark("s", token: tokens[0]), 401)
        try stage.expectBreach(.run("s", token: tokens[2]), 401)
        try stage.expectBreach(.reset("s", token: tokens[1]), 401)
    }

    @Test func faultsArePlayedAndNoSecretIsShown() throws {
        let stage = try Stage("login status 429 retry-after 1 times 1\nlogin drop times 1\nexpires-in omit")
        #expect(try stage.reply(to: .login()).status == 429)
        #expect(stage.answer(.login()) == [Timed(effect: .drop)])
        let reply = try stage.reply(to: .login())
        #expect(reply.status == 200 && reply.body?["expires_in"] == nil)
        #expect(stage.entries.map { $0["status"] } == [429, "drop", 200])
        for line in stage.entries.map(\.line) {
            #expect(!line.contains("demo-secret") && !line.contains(Tokens.prefix), "\(line)")
        }
    }
}
