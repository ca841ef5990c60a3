import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// Two machines with one service and one Redis.
@Suite(.enabled(if: RedisServer.isThere, "make test unpacks a Redis")) struct FleetTests {
    private static let scenario = """
        session reply {"id":"s1"} times 1
        open send {"type":"response","audioUrl":"/audio/long-8k-20000ms.wav"}
        key 9 send {"type":"response","audioUrl":"/audio/next-8k-300ms.wav","end":true}
        """

    private let folder: TemporaryFolder
    private let redis: RedisServer
    private let (first, second): (PBX, PBX)

    init() throws {
        folder = try TemporaryFolder()
        redis = try RedisServer(in: folder)
        let fleet = ["COGNIGY_FLEET_REDIS_URL": "redis://127.0.0.1:\(redis.port)", "COGNIGY_FLEET_TIMEOUT_MS": "500"]
        first = try PBX(Self.scenario, settings: fleet)
        second = try PBX(
            settings: fleet.merging(["COGNIGY_BASE_URL": first.service.baseURL]) { $1 })
    }

    private let nine: CallPlan = [.press("9", when: .whenPlaying(1), after: .milliseconds(100))]

    /// A call that has come to its first prompt.
    private func playing(_ pbx: PBX, _ plan: CallPlan = []) throws -> Box {
        let call = Box(try pbx.start(plan))
        try call.run { $0.events.contains { if case .playing = $0.what { true } else { false } } }
        return call
    }

    @Test func theTokenOfOneMachineServesTheOther() throws {
        #expect(try first.call(nine).variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(try second.call(nine).variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(first.service.count(.token) == 1)
        #expect(first.service.count(.session) == 2)
        #expect(first.service.violations == [])
    }

    @Test func aWebhookToOneMachineStopsThePromptOfTheOther() throws {
        let call = try playing(first, [.press("9", when: .whenHeard(1), after: .milliseconds(200))])
        #expect(try second.webhook().status == 200)
        try call.run { $0.sounds.count == 1 }
        let prompt = try #require(call.asterisk.record.sounds.first)
        #expect(prompt.end == .command)
        #expect(prompt.ended - prompt.began < .seconds(10))
        try call.run { _ in false }
        #expect(call.asterisk.record.sounds.map(\.end) == [.command, .complete])
        #expect(second.log.contains("s1: its prompt stops on another machine, told"))
        #expect(first.service.violations == [])
    }

    /// It stops while nobody looks, and says nothing more.
    @Test func aRedisThatStandsStillHoldsACallUpOnceForItsTimeout() throws {
        redis.stop()
        defer { redis.goOn() }
        let calls = try (1...3).map { _ in try first.call(nine) }
        #expect(calls.map { $0.variables["COGNIGY_STATUS"] } == ["COMPLETED", "COMPLETED", "COMPLETED"])
        // The first one of the machine has found out for all.
        let warnings = first.log.split(separator: "\n").filter { $0.contains("this machine goes on alone") }
        #expect(warnings.count == 1, "\(first.log)")
        #expect(first.service.count(.token) == 1)
    }

    @Test func aRedisThatIsKilledInACallTakesNoKeyWithIt() throws {
        let call = try playing(first, [.press("9", when: .whenPlaying(1), after: .milliseconds(1000))])
        redis.end()
        try call.run { _ in false }
        #expect(call.asterisk.record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(call.asterisk.record.lostKeys == "")
        #expect(first.leftovers() == [])
    }

    /// A call that lost it listens again, so that webhooks reach it.
    @Test func aCallComesBackToARedisThatWasAway() throws {
        let call = try playing(first, [.press("9", when: .whenHeard(1), after: .milliseconds(200))])
        redis.end()
        let again = try RedisServer(in: folder, port: redis.port)
        defer { again.end() }
        let isBack = try eventually {
            try call.asterisk.advance()
            return try again.ask("PUBSUB", "CHANNELS").contains(":call:")
        }
        #expect(isBack)
        #expect(try second.webhook().status == 200)
        try call.run { $0.sounds.count == 1 }
        #expect(call.asterisk.record.sounds.first?.end == .command)
        try call.run { _ in false }
    }
}
