import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// What a webhook's sender is told when the service is not as it should be, and what is kept.
@Suite struct WebhookFaultTests {
    /// The scenario, the answer, what was asked, and the steps that are kept; nil: none, as they would stay refused.
    @Test(
        arguments: [
            ("stop status 403", "Insufficient permissions", ["stop"], ["stop", "reset"]),
            ("reset status 403", "Insufficient permissions", ["stop", "reset"], ["reset"]),
            ("stop status 404", "API error 404", ["stop"], nil), ("stop status 400", "API error 400", ["stop"], nil),
            ("reset status 404", "API error 404", ["stop", "reset"], nil),
            ("stop status 500", "API error 500", ["stop", "stop"], ["stop", "reset"]),
            ("reset status 503", "API error 503", ["stop", "reset", "reset"], ["reset"]),
            ("stop status 401 times 2", "Authentication failed", ["stop", "stop"], ["stop", "reset"]),
            ("login status 401", "Authentication failed", [], ["stop", "reset"]),
            ("login status 403", "Insufficient permissions", [], ["stop", "reset"]),
            ("login garbage", "API error 200", [], ["stop", "reset"]),
            ("stop status 429", "API error 429", ["stop", "stop"], ["stop", "reset"]),
            ("stop status 429 retry-after 30", "API error 429", ["stop"], ["stop", "reset"]),
            // A kept connection that drops is replaced by libcurl itself.
            ("stop drop", "Network failure", ["stop", "stop", "stop"], ["stop", "reset"]),
            ("stop huge", "Network failure", ["stop"], ["stop", "reset"]),
            ("login hang", "Network failure", [], ["stop", "reset"]),
            ("stop hang", "Network failure", ["stop"], ["stop", "reset"]),
            ("stop stall", "Network failure", ["stop"], ["stop", "reset"]),
            ("reset hang", "Network failure", ["stop", "reset"], ["reset"]),
            ("stop delay 2000 ok\nreset delay 2000 ok", "Network failure", ["stop", "reset"], ["reset"]),
        ] as [(String, String, [String], [String]?)])
    func aServiceThatFailsIsSaidAndWhatIsLeftIsKept(
        _ fault: String, _ error: String, _ asked: [String], _ kept: [String]?
    ) throws {
        let pbx = try PBX("\(WebhookTests.session)\n\(fault)")
        let answer = try pbx.webhook()
        #expect(answer.status == 502)
        #expect(answer.json == ["error": .string(error)])
        // Its sender waits for three seconds, of which 2.8 may be used; the fourth is a slow machine's.
        #expect(answer.took < .seconds(4))
        #expect(answer.code == .code(0))
        #expect(pbx.log.contains("s1: no call here, not told: "))
        #expect(pbx.told() == asked.map { "\($0) s1" })
        let letters = try pbx.deadLetters().map { try JSON(parsing: $0.utf8) }
        #expect(letters.map { $0["steps"]?.array?.compactMap(\.string) } == (kept.map { [$0] } ?? []))
        #expect(letters.allSatisfy { $0["session_id"] == "s1" && $0["confidence"] == 0.89 })
        #expect(pbx.service.violations == [])
    }

    @Test func whoIsNotSureLeavesNothingButTheStopToBeTold() throws {
        let pbx = try PBX("\(WebhookTests.session)\nstop status 403")
        #expect(try pbx.webhook(WebProgram.interruption("s1", ["confidence": "0.5"])).status == 502)
        let letter = try JSON(parsing: try #require(try pbx.deadLetters().first).utf8)
        #expect(letter["steps"] == ["stop"])
    }

    @Test func aSessionThatNobodyKnowsIsNotKept() throws {
        let pbx = try PBX()
        let answer = try pbx.webhook()
        #expect(answer.status == 502)
        #expect(answer.error == "API error 404")
        #expect(try pbx.deadLetters() == [])
    }

    /// A token that is refused is fetched anew, once.
    @Test func aStaleTokenIsRenewed() throws {
        let pbx = try PBX("\(WebhookTests.session)\nstop status 401 times 1")
        #expect(try pbx.webhook().status == 200)
        #expect(pbx.service.count(.login) == 2)
        #expect(pbx.told() == ["stop s1", "stop s1", "reset s1"])
        #expect(try pbx.webhook().status == 200)
        #expect(pbx.service.count(.login) == 2)
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: ["stop", "reset"]) func whoIsTooFastWaitsTwoSecondsAndAsksOnceMore(step: String) throws {
        let pbx = try PBX("\(WebhookTests.session)\n\(step) status 429 times 1")
        let answer = try pbx.webhook()
        #expect(answer.status == 200)
        #expect(answer.took < .seconds(3))
        let times = pbx.service.entries().filter { $0.event.rawValue == step }.map(\.time)
        #expect(times.count == 2)
        #expect(try #require(times.last) - times[0] >= 1.95)
    }

    /// What the service grants without words is granted.
    @Test(arguments: ["garbage", "deep", "reply {}"]) func anAnswerThatIsNoneIsNotShown(fault: String) throws {
        let pbx = try PBX("\(WebhookTests.session)\nstop \(fault)")
        let answer = try pbx.webhook()
        #expect(answer.status == 200)
        #expect(answer.json?["abort"] == [:])
    }

    @Test func aServiceThatIsAwayIsSaidSo() throws {
        let pbx = try PBX()
        pbx.service.kill()
        let answer = try pbx.webhook()
        #expect(answer.status == 502)
        #expect(answer.error == "Network failure")
        #expect(answer.took < .seconds(3))
        #expect(try pbx.deadLetters().count == 1)
    }

    @Test func theDeadlineMayBeShorter() throws {
        let pbx = try PBX("\(WebhookTests.session)\nstop hang", settings: ["COGNIGY_BARGE_IN_DEADLINE": "1"])
        let answer = try pbx.webhook()
        #expect(answer.status == 502)
        #expect(answer.took < .seconds(2))
        let body = WebProgram.interruption()
        let slow = ["CONTENT_LENGTH": String(body.utf8.count + 1)]
        let late = try WebProgram(pbx, body, slow, isWhole: false).answer()
        #expect(late.status == 408)
        #expect(late.took < .seconds(2))
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func whoIsToldToGoAnswersAndKeepsWhatIsLeft(signal: CInt) throws {
        let pbx = try PBX("\(WebhookTests.session)\nreset hang")
        let program = try WebProgram(pbx)
        try pbx.service.wait { $0.event == .reset }
        program.kill(signal)
        let answer = try program.answer()
        #expect(answer.status == 502)
        #expect(answer.took < .seconds(2))
        #expect(answer.code == .code(0))
        #expect(try pbx.deadLetters().count == 1)
    }

    /// A web server that runs as somebody else reaches neither the calls nor the letters.
    @Test func aStateFolderOfSomebodyElseIsSaidToTheOperator() throws {
        let pbx = try PBX(WebhookTests.session)
        try pbx.folder.write("", to: "state")
        let answer = try pbx.webhook()
        #expect(answer.status == 200)
        #expect(answer.errors.contains(pbx.folder.path("state")))
        #expect(answer.errors.contains("as Asterisk's own user"))
        let retry = try Outcome(of: [Binary.path, "barge-in", "--retry"], environment: pbx.environment)
        #expect(retry.status == .code(78))
        #expect(retry.output == "")
        #expect(retry.errors.contains("as Asterisk's own user"))
    }

    /// Neither a secret, a token nor what was said is in a log, an answer or a letter.
    @Test(arguments: ["stop status 403", "stop status 401 times 2", "reset hang", "login status 401", "stop drop", ""])
    func whatIsSecretStaysSo(fault: String) throws {
        let signing = Signing("whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==")
        let pbx = try PBX("\(WebhookTests.session)\n\(fault)", settings: ["COGNIGY_BARGE_IN_SECRET": signing.secret])
        let body = WebProgram.interruption()
        let answer = try pbx.webhook(body, signing.headers(body))
        #expect([200, 502].contains(answer.status))
        let retry = try Outcome(of: [Binary.path, "barge-in", "--retry"], environment: pbx.environment)
        let shown =
            [answer.body, answer.errors, retry.output, retry.errors, pbx.log] + (try pbx.deadLetters())
        for secret in ["demo-secret", signing.secret, "stand-in-token-", WebProgram.transcript, "4711"] {
            #expect(!shown.joined().contains(secret), "\(secret)")
        }
        #expect(pbx.log.contains("s1"))
    }
}
