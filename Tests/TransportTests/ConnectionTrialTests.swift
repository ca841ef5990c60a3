import HTTP
import System
import Testing

@testable import Transport

@Suite struct ConnectionTrialTests {
    private func run(_ url: String) throws -> ConnectionTrial.Outcome {
        let client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: nil))
        return ConnectionTrial(client, to: try #require(Location(url))).run()
    }

    @Test func eachStepIsToldWithItsTime() throws {
        // The kernel answers for it.
        let server = try LoopbackServer()
        let outcome = try run("http://127.0.0.1:\(server.port)")
        #expect(outcome.passed.map(\.step) == [.lookup, .connecting])
        #expect(outcome.passed.allSatisfy { $0.time >= .zero })
        #expect(outcome.place == "127.0.0.1 port \(server.port)")
        #expect(outcome.failed == nil)
    }

    @Test func aNameThatNobodyKnowsIsTheFirst() throws {
        let outcome = try run("https://nobody.invalid")
        #expect(outcome.passed.isEmpty && outcome.failed?.step == .lookup)
    }

    @Test func aPortThatIsClosedIsTheSecond() throws {
        let outcome = try run("https://127.0.0.1:9")
        #expect(outcome.passed.map(\.step) == [.lookup])
        #expect(outcome.failed?.step == .connecting)
        #expect(
            outcome.failed.map { "\($0.why)" } == "127.0.0.1: no connection to 127.0.0.1 port 9: Connection refused")
    }
}
