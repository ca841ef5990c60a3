import Errands
import AGI
import Cognigy
import HTTP
import Testing

@testable import Call

/// AGI(cognigy-bridge,handoff): a channel that waits while its session goes to an agent.
@Suite struct EarlierSessionTests {
    private func bench(session: String = "") -> Bench {
        var rules = CallMachine.Rules()
        rules.errands = Bench.credentials
        rules.handset.asksFor = "COGNIGY_SESSION_ID"
        if session.isEmpty { rules.firstAnswer = .seconds(10) }
        let bench = Bench(rules, service: EarlierSession(HandoffErrand.Plan(sessionID: session, queue: "q1")))
        bench.formats = "(ulaw) s1"
        bench.start()
        bench.connect()
        return bench
    }

    private func answers(_ bench: Bench, _ status: Int, _ body: String = "{}") throws {
        // Only the first time is it waited for.
        bench.happens(.errand(.handoff, .token(.found("token", ahead: false))))
        let fetch = bench.log.compactMap { effect -> Int? in
            if case .errand(_, .fetch(let number, _)) = effect { number } else { nil }
        }.last
        let response = Response(status: status, body: Array(body.utf8))
        bench.happens(.errand(.handoff, .response(try #require(fetch), .success(response))))
    }

    private let findsToken = Effect.errand(.handoff, .findToken(rejected: nil))

    /// Asterisk may need seconds for its first answer, and only that answer names the session.
    @Test func aBusyAsteriskLosesNoSession() {
        let bench = bench()
        bench.pass(.seconds(8))
        #expect(bench.machine.ending == nil)
        bench.settle()
        #expect(bench.log.contains(findsToken))
    }

    @Test func aSessionThatIsNamedIsNotWaitedFor() {
        let bench = bench(session: "s2")
        bench.pass(.milliseconds(499))
        bench.givesUpSynchronizing()
        bench.pass(.milliseconds(1))
        #expect(bench.log.contains(findsToken))
    }

    /// The `h` extension still finds the session of the call before.
    @Test func whoHangsUpAtOnceLeavesTheSessionInTheChannel() {
        let bench = bench()
        bench.happens(.hangup)
        bench.settle()
        #expect(bench.variables[.status] == "HANGUP")
        #expect(bench.variables[.sessionID] == nil)
    }

    /// A handoff may be what finds out whether a service that was away is back: others wait for its verdict.
    @Test(arguments: [(404, Effect.serviceUnknown), (200, .serviceWorks)])
    func whatItLearnsOfTheServiceOthersHear(_ status: Int, _ verdict: Effect) throws {
        let bench = bench()
        bench.settle()
        try answers(bench, status, #"{"sessionId":"s1","status":"active","channel":"voice"}"#)
        if status == 200 {
            try answers(bench, 200)
            try answers(bench, 200, #"{"flowExecutionId":"e","status":"completed"}"#)
        }
        #expect(bench.log.contains(verdict))
    }
}
