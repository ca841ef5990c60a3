import JSON
import Testing

@testable import StandIn

/// Sessions that are processing, and other faults between a look and a run.
@Suite struct HandoffFaultsTests {
    /// A service with a session `s`, and a token for it.
    private func stage(_ rules: String) throws -> (Stage, String) {
        let stage = try Stage("handoff-session s\n" + rules)
        return (stage, try stage.handoffToken())
    }

    @Test func aMarkIsAnswered409UntilTheLooksAreUsedUp() throws {
        let (stage, token) = try stage("mark processing 2 times 1")
        func look() throws -> JSON? { try stage.reply(to: .look("s", token: token)).body?["status"] }
        #expect(try look() == "active")
        #expect(try stage.reply(to: .mark("s", token: token)).status == 409)
        #expect(stage.violations == [])
        try stage.expectBreach(.mark("s", token: token), 409)
        #expect(stage.violations.last == "a mark of a session that was last seen processing")
        #expect(try [look(), look()] == ["processing", "processing"])
        try stage.expectBreach(.mark("s", token: token), 409)
        #expect(try look() == "active")
        #expect(try stage.reply(to: .mark("s", token: token)).status == 200)
        #expect(stage.entries.filter { $0.event == .mark }.map { $0["status"] } == [409, 200])
        let looks = stage.entries.filter { $0.event == .look }
        #expect(looks.map { $0["session"] } == ["active", "processing", "processing", "active"])
    }

    @Test func aLookMayFindTheSessionAtWork() throws {
        let (stage, token) = try stage("look processing 2 times 1")
        func look() throws -> JSON? { try stage.reply(to: .look("s", token: token)).body?["status"] }
        #expect(try look() == "processing")
        try stage.expectBreach(.mark("s", token: token), 409)
        #expect(try [look(), look()] == ["processing", "active"])
        #expect(try stage.reply(to: .mark("s", token: token)).status == 200)
        let (other, otherToken) = try self.stage("look processing 1")
        for _ in 1...5 {
            #expect(try other.reply(to: .look("s", token: otherToken)).body?["status"] == "processing")
        }
    }

    @Test func aRunMayFindTheSessionAtWorkAndIsGoodLater() throws {
        let (stage, token) = try stage("run processing 1 times 1")
        _ = try stage.reply(to: .look("s", token: token))
        _ = try stage.reply(to: .mark("s", token: token))
        #expect(try stage.reply(to: .run("s", token: token)).status == 409)
        try stage.expectBreach(.run("s", token: token), 409)
        #expect(try stage.reply(to: .look("s", token: token)).body?["status"] == "processing")
        #expect(try stage.reply(to: .look("s", token: token)).body?["status"] == "transferring")
        #expect(try stage.reply(to: .run("s", token: token)).status == 200)
        #expect(stage.violations.count == 1)
    }

    @Test func whatAFaultAnsweredWasNotDone() throws {
        let (stage, token) = try stage(
            """
            look status 503 times 1
            mark status 429 retry-after 1 times 1
            mark drop times 1
            run status 500 body {"connector":"down"} times 1
            """)
        let look = Request.look("s", token: token)
        let mark = Request.mark("s", token: token)
        #expect(try stage.reply(to: look).status == 503)
        #expect(stage.entries.last?.details == ["id": "s", "status": 503])
        #expect(try stage.reply(to: look).status == 200)
        #expect(try stage.reply(to: mark).status == 429)
        #expect(stage.answer(mark) == [Timed(effect: .drop)])
        #expect(try stage.reply(to: look).body?["status"] == "active")
        #expect(try stage.reply(to: mark).status == 200)
        #expect(try stage.reply(to: .run("s", token: token)).body == ["connector": "down"])
        #expect(stage.entries.last?.details == ["id": "s", "status": 500])
        #expect(try stage.reply(to: .run("s", token: token)).status == 200)
        #expect(stage.violations == [])
    }

    @Test func aTokenThatWasAnswered401IsDead() throws {
        let (stage, token) = try stage("mark status 401 times 1")
        _ = try stage.reply(to: .look("s", token: token))
        #expect(try stage.reply(to: .mark("s", token: token)).status == 401)
        try stage.expectBreach(.mark("s", token: token), 401)
        let second = try stage.handoffToken()
        #expect(try stage.reply(to: .mark("s", token: second)).status == 200)
    }
}
