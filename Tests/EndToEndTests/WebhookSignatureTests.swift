import JSON
import System
import TestService
import Testbed
import Testing

/// Who may send a webhook, where `[barge_in] secret` is set.
@Suite struct WebhookSignatureTests {
    private let signing = Signing("whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==")
    private let body = WebProgram.interruption()

    private func pbx(_ secret: String? = nil) throws -> PBX {
        try PBX(WebhookTests.session, settings: ["COGNIGY_BARGE_IN_SECRET": secret ?? signing.secret])
    }

    private func expectRefusal(
        _ answer: WebProgram.Answer, _ words: String, of pbx: PBX, location: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 401, sourceLocation: location)
        #expect(answer.error?.contains(words) == true, "\(answer.body)", sourceLocation: location)
        #expect(answer.code == .code(0), sourceLocation: location)
        #expect(pbx.told() == [], sourceLocation: location)
    }

    @Test(arguments: ["whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==", "plain words"]) func whoKnowsTheSecretIsHeard(
        secret: String
    ) throws {
        let pbx = try pbx(secret)
        #expect(try pbx.webhook(body, Signing(secret).headers(body)).status == 200)
        #expect(pbx.told() == ["stop s1", "reset s1"])
    }

    @Test func theSecretMayBeInAFile() throws {
        let pbx = try PBX(WebhookTests.session)
        try pbx.folder.write(signing.secret + "\n", to: "webhook-secret")
        pbx.environment["COGNIGY_BARGE_IN_SECRET_FILE"] = pbx.folder.path("webhook-secret")
        #expect(try pbx.webhook(body, signing.headers(body)).status == 200)
        #expect(try pbx.webhook(body).status == 401)
    }

    @Test(arguments: ["HTTP_WEBHOOK_ID", "HTTP_WEBHOOK_TIMESTAMP", "HTTP_WEBHOOK_SIGNATURE"])
    func withoutOneOfTheHeadersItIsRefused(name: String) throws {
        let pbx = try pbx()
        expectRefusal(try pbx.webhook(body, signing.headers(body).merging([name: ""]) { $1 }), "is missing", of: pbx)
    }

    @Test(arguments: [310, 86_400, -310]) func anOldOneIsRefused(age: Int) throws {
        let pbx = try pbx()
        expectRefusal(try pbx.webhook(body, signing.headers(body, age: age)), "5 minutes off", of: pbx)
    }

    @Test(arguments: [280, -280]) func aClockMayBeSomewhatOff(age: Int) throws {
        #expect(try pbx().webhook(body, signing.headers(body, age: age)).status == 200)
    }

    @Test func anotherSecretAnotherBodyAndAnotherIDAreWrong() throws {
        let pbx = try pbx()
        expectRefusal(try pbx.webhook(body, Signing("other").headers(body)), "signature is wrong", of: pbx)
        expectRefusal(try pbx.webhook(body + " ", signing.headers(body)), "signature is wrong", of: pbx)
        let renamed = signing.headers(body).merging(["HTTP_WEBHOOK_ID": "msg_2"]) { $1 }
        expectRefusal(try pbx.webhook(body, renamed), "signature is wrong", of: pbx)
        // Before anything is read.
        expectRefusal(try pbx.webhook("{", signing.headers(body)), "signature is wrong", of: pbx)
        // None of them has used up the id.
        #expect(try pbx.webhook(body, signing.headers(body)).status == 200)
    }

    @Test(arguments: [
        ["HTTP_WEBHOOK_SIGNATURE": "nonsense"], ["HTTP_WEBHOOK_TIMESTAMP": "yesterday"],
        ["HTTP_WEBHOOK_ID": "msg.1"],
    ]) func aHeaderThatIsNoneIsMalformed(header: [String: String]) throws {
        let pbx = try pbx()
        expectRefusal(try pbx.webhook(body, signing.headers(body).merging(header) { $1 }), "malformed", of: pbx)
    }

    /// Secrets are changed without a gap.
    @Test func oneGoodSignatureOfSeveralIsEnough() throws {
        var headers = signing.headers(body)
        let old = try #require(Signing("old").headers(body)["HTTP_WEBHOOK_SIGNATURE"])
        headers["HTTP_WEBHOOK_SIGNATURE"]? += " \(old)"
        #expect(try pbx().webhook(body, headers).status == 200)
    }

    /// A sender repeats a webhook until the answer is 2xx, and gives the address up after too many that are not.
    @Test func whatCameBeforeIsAcknowledgedAndNotCarriedOutAgain() throws {
        let pbx = try pbx()
        let headers = signing.headers(body)
        #expect(try pbx.webhook(body, headers).json?["status"] == "processed")
        let again = try pbx.webhook(body, headers)
        #expect(again.status == 200)
        #expect(again.json == ["status": "repeated"])
        #expect(pbx.told() == ["stop s1", "reset s1"])
        #expect(try pbx.webhook(body, signing.headers(body, id: "msg_2")).status == 200)
    }

    /// The first was answered 502, and kept: the repeat changes neither.
    @Test func aRepeatOfWhatIsKeptIsAcknowledged() throws {
        let pbx = try PBX(
            "\(WebhookTests.session)\nstop status 503", settings: ["COGNIGY_BARGE_IN_SECRET": signing.secret])
        let headers = signing.headers(body)
        #expect(try pbx.webhook(body, headers).status == 502)
        let asked = pbx.told()
        let again = try pbx.webhook(body, headers)
        #expect(again.status == 200)
        #expect(again.json == ["status": "repeated"])
        #expect(pbx.told() == asked)
        #expect(try pbx.deadLetters().count == 1)
    }

    @Test func ofManyAtOnceOneIsCarriedOut() throws {
        let pbx = try pbx()
        let headers = signing.headers(body)
        let programs = try (0..<8).map { _ in try WebProgram(pbx, body, headers) }
        let answers = try programs.map { try $0.answer() }
        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(answers.count { $0.json == ["status": "repeated"] } == 7)
        #expect(pbx.told() == ["stop s1", "reset s1"])
    }
}
