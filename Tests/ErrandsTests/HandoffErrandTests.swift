import Cognigy
import HTTP
import JSON
import Testing

@testable import Errands

@Suite struct HandoffErrandTests {
    typealias Stage = ErrandBench<HandoffErrand>

    private static let session: JSON = [
        "sessionId": "s1", "status": "active", "channel": "voice", "variables": ["callerName": "Jane", "tries": 2],
    ]
    private static let flow: JSON = [
        "flowExecutionId": "e1", "status": "completed", "result": ["targetQueue": "q1"],
    ]

    private func bench(_ change: (inout HandoffErrand.Plan) -> Void = { _ in }) -> Stage {
        var plan = HandoffErrand.Plan(sessionID: "s1", queue: "q1", variables: ["issue": "billing"])
        change(&plan)
        var bench = Stage(HandoffErrand(plan, credentials: Stage.credentials, seed: 1))
        bench.begin()
        return bench
    }

    private func marking() throws -> Stage {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(200, Self.session)
        return bench
    }

    private func running() throws -> Stage {
        var bench = try marking()
        try bench.answers(200, ["status": "transferring"])
        return bench
    }

    private func failure(_ bench: Stage) -> HandoffFailure? {
        for case .failed(let failure) in bench.news { return failure }
        return nil
    }

    @Test func aSessionIsLookedAtMarkedAndRun() throws {
        var bench = bench()
        try bench.findsToken("t1")
        let look = try bench.answers(200, Self.session)
        #expect(look.method == .get && look.location.path == "/api/v1/session/s1")
        let mark = try bench.answers(200, ["status": "transferring"])
        #expect(mark.method == .put && mark.location.path == "/api/v1/session/s1")
        let variables = try JSON(parsing: mark.body ?? [])["variables"]
        #expect(
            variables == [
                "callerName": "Jane", "tries": 2, "issue": "billing", "transferTarget": "q1", "transferType": "queue",
                "handoffTrigger": true, "telephonyAction": "transfer",
            ])
        let run = try bench.answers(200, Self.flow)
        #expect(run.method == .post && run.location.path == "/api/v1/flow")
        for request in [look, mark, run] { #expect(request.headers.contains(.bearer("t1"))) }
        let marked = try #require(variables?.object)
        let flow = try Handoff.flow(Self.flow.serialized)
        #expect(
            bench.news == [.did(.look), .did(.mark), .did(.run), .over(HandoffResult(marked: marked, flow: flow))])
        #expect(bench.owner.isOver)
        #expect(bench.owner.next == nil)
    }

    @Test(arguments: [("ended", "voice"), ("active", "chat"), ("transferring", "voice")])
    func onlyAnActiveVoiceSessionIsChanged(_ status: String, _ channel: String) throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(200, ["sessionId": "s1", "status": .string(status), "channel": .string(channel)])
        #expect(failure(bench) == .notActiveVoice(status: status, channel: channel))
        #expect(bench.wishes == [])
    }

    @Test func aSessionThatIsNotThereIsSaidSo() throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(404)
        #expect(failure(bench) == .notFound("s1"))
    }

    @Test func whatIsLookedAtOnlyIsNotChanged() throws {
        var bench = bench { $0.isDryRun = true }
        try bench.findsToken()
        try bench.answers(200, Self.session)
        #expect(bench.wishes == [])
        guard case .over(let handover) = try #require(bench.news.last) else { throw Stage.Unexpected() }
        #expect(handover.flow == nil)
        #expect(handover.marked["callerName"] == "Jane" && handover.marked["transferTarget"] == "q1")
    }

    // MARK: A flow holds the session

    @Test func aSessionThatIsHeldIsLookedAtEveryTwoSecondsAndMarkedAnew() throws {
        var bench = try marking()
        try bench.answers(409)
        #expect(bench.news.last == .locked)
        for _ in 0..<3 {
            #expect(bench.waits() == .seconds(2))
            try bench.answers(200, ["sessionId": "s1", "status": "processing", "channel": "voice"])
        }
        bench.waits()
        // What the flow has changed meanwhile survives.
        try bench.answers(
            200, ["sessionId": "s1", "status": "active", "channel": "voice", "variables": ["new": true]])
        let mark = try bench.answers(200, ["status": "transferring"])
        let variables = try JSON(parsing: mark.body ?? [])["variables"]
        #expect(variables?["new"] == true && variables?["callerName"] == nil)
        try bench.answers(200, Self.flow)
        #expect(bench.owner.isOver && failure(bench) == nil)
        #expect(bench.news.filter { $0 == .did(.look) }.count == 1)
    }

    @Test func aLockHasAnEnd() throws {
        var bench = bench { $0.lockWait = .seconds(7) }
        try bench.findsToken()
        try bench.answers(200, ["sessionId": "s1", "status": "processing", "channel": "voice"])
        var polls = 0
        while failure(bench) == nil {
            bench.waits()
            polls += 1
            try bench.answers(200, ["sessionId": "s1", "status": "processing", "channel": "voice"])
        }
        #expect(failure(bench) == .locked(.seconds(7)))
        #expect(polls == 3)
        #expect(bench.owner.next == nil)
    }

    @Test func aFlowThatHoldsTheSessionBeforeTheRunIsWaitedFor() throws {
        var bench = try running()
        try bench.answers(409)
        bench.waits()
        try bench.answers(200, ["sessionId": "s1", "status": "transferring", "channel": "voice"])
        #expect(try bench.answers(200, Self.flow).location.path == "/api/v1/flow")
        #expect(bench.owner.isOver && failure(bench) == nil)
    }

    // MARK: Nothing is done by half in silence

    @Test func aRunThatFailsAfterTheMarkIsHalfDone() throws {
        var bench = try running()
        try bench.answers(500, ["error": "connector offline"])
        #expect(failure(bench) == .halfDone(#"HTTP 500: {"error":"connector offline"}"#))
    }

    /// The flow may have run: to run it again could transfer twice.
    @Test(arguments: [Failure.timedOut("silent"), .unreachable("reset")])
    func aRunWithoutAnAnswerIsNotRepeated(_ why: Failure) throws {
        var bench = try running()
        try bench.fails(why)
        #expect(bench.wishes == [])
        guard case .halfDone = try #require(failure(bench)) else { throw Stage.Unexpected() }
    }

    @Test func aMarkWithoutAnAnswerIsRepeatedAndThenUncertain() throws {
        var bench = try marking()
        for _ in 0..<3 {
            bench.waits()
            try bench.fails(.timedOut("silent"))
        }
        guard case .uncertain = try #require(failure(bench)) else { throw Stage.Unexpected() }
    }

    @Test func itSaysWhenToStopWouldLeaveItHalfDone() throws {
        var bench = bench()
        #expect(!bench.owner.hasBegunToChange)
        try bench.findsToken()
        #expect(!bench.owner.hasBegunToChange)
        try bench.answers(200, Self.session)
        #expect(bench.owner.hasBegunToChange)
        var wishes: [Errand.Wish] = []
        #expect(bench.owner.abandon(&wishes) == .uncertain("the call ended first"))
        #expect(bench.owner.next == nil)
    }

    // MARK: Limits

    @Test func rateLimitsAreObeyedAsTheyStand() throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(429, retryAfter: "3")
        #expect(bench.waits() == .seconds(3))
        try bench.answers(429)
        #expect(bench.waits() == .seconds(2))
        try bench.answers(429)
        #expect(failure(bench) == .rateLimited)
    }

    @Test func aRefusedTokenIsFetchedOnce() throws {
        var bench = bench()
        try bench.findsToken("stale")
        try bench.answers(401)
        #expect(try bench.wish() == .findToken(rejected: "stale"))
        bench.hears(.token(.mayFetch))
        let login = try bench.answers(200, ["access_token": "fresh", "expires_in": 3600])
        #expect(login.location.path == "/api/v1/auth/login")
        #expect(
            try JSON(parsing: login.body ?? []) == [
                "client_id": "id", "client_secret": "secret", "grant_type": "client_credentials",
            ])
        guard case .storeToken(let grant) = try bench.wish() else { throw Stage.Unexpected() }
        #expect(grant.token == "fresh")
        #expect(try bench.answers(401).headers.contains(.bearer("fresh")))
        #expect(failure(bench) == .unauthorized)
    }

    @Test func aForbiddenSessionIsNotAskedForAgain() throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(403)
        #expect(failure(bench) == .forbidden)
        #expect(bench.wishes == [])
    }

    @Test func aServiceThatNeverAnswersIsGivenUp() throws {
        var bench = bench()
        try bench.findsToken()
        _ = try bench.wish()
        bench.waits()
        #expect(failure(bench) == .tooLate)
        #expect(bench.now == HandoffErrand.longest)
    }

    @Test func anAnswerThatMakesNoSenseIsRefused() throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(200, ["sessionId": "s1", "status": "active", "channel": "voice", "variables": "none"])
        guard case .badReply = try #require(failure(bench)) else { throw Stage.Unexpected() }
    }

    /// HTTP 409 says that nothing was done: there is nothing to bring to an end.
    @Test func whoWaitsForTheLockBeforeTheMarkHasChangedNothing() throws {
        var bench = try marking()
        try bench.answers(409)
        #expect(!bench.owner.hasBegunToChange)
        var wishes: [Errand.Wish] = []
        #expect(bench.owner.abandon(&wishes) == nil)
        #expect(bench.owner.next == nil)
    }

    /// The first PUT was carried out though its answer was lost; the second finds the session on its way.
    @Test func aMarkThatWasCarriedOutUnheardIsUncertain() throws {
        var bench = try marking()
        try bench.fails(.timedOut("silent"))
        bench.waits()
        try bench.answers(409)
        bench.waits()
        try bench.answers(200, ["sessionId": "s1", "status": "transferring", "channel": "voice"])
        guard case .uncertain = try #require(failure(bench)) else { throw Stage.Unexpected() }
    }

    /// What the token's address answers says nothing about the session.
    @Test(arguments: [400, 404, 409]) func aLoginThatIsRefusedIsNoMissingSession(_ status: Int) throws {
        var bench = bench()
        _ = try bench.wish()
        bench.hears(.token(.mayFetch))
        try bench.answers(status)
        #expect(failure(bench) == .unauthorized)
        #expect(bench.owner.isOver)
    }
}
