import AGI
import Testing

@testable import Call

/// AGI(cognigy-bridge,handoff): a channel that waits while its session goes to an agent.
@Suite struct HandoffMachineTests {
    private func bench(session: String = "") -> Bench {
        let rules = HandoffMachine.Rules(
            credentials: ErrandBench<Transfer>.credentials,
            transfer: Transfer.Plan(sessionID: session, queue: "q1"))
        let bench = Bench(HandoffMachine(rules, marker: Bench.marker, seed: 1))
        bench.formats = "(ulaw) s1"
        bench.start()
        bench.connect()
        return bench
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
}
