import System
import TestService
import Testbed
import Testing

/// What `check` says of [fleet].
@Suite(.enabled(if: RedisServer.isThere, "no Redis to be had: make test unpacks one")) struct FleetCheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The step's outcome and sentence. Nothing of [fleet] is a reason to end with a fault.
    private func step(_ url: String, password: String? = nil) throws -> (outcome: String, sentence: String)? {
        let pbx = try PBX("")
        pbx.environment["COGNIGY_FLEET_REDIS_URL"] = url
        pbx.environment["COGNIGY_FLEET_PASSWORD"] = password
        pbx.environment["COGNIGY_FLEET_TIMEOUT_MS"] = "2000"
        let (steps, result) = try CheckStep.run(pbx)
        #expect(result.status == .code(0), "\(result.output)")
        #expect(!result.output.contains("hunter2"))
        return steps.first { $0.name == "fleet" }.map { ($0.outcome, $0.sentence) }
    }

    @Test func withoutAnAddressNothingIsSaid() throws {
        let (steps, _) = try CheckStep.run(PBX(""))
        #expect(!steps.contains { $0.name == "fleet" })
    }

    @Test func itTellsTheVersionAndTheRoundTrip() throws {
        let redis = try RedisServer(in: folder, .password("hunter2"))
        let tcp = try #require(try step("redis://127.0.0.1:\(redis.port)", password: "hunter2"))
        #expect(tcp.outcome == "ok" && tcp.sentence.hasPrefix("fleet: redis 7."), "\(tcp)")
        #expect(tcp.sentence.hasSuffix(" ms, without TLS"), "\(tcp)")
        let local = try #require(try step("unix://\(redis.socket)", password: "hunter2"))
        #expect(local.outcome == "ok" && local.sentence.hasSuffix(" ms"), "\(local)")
    }

    @Test func itTellsWhatIsWrongAndWhatToDo() throws {
        let redis = try RedisServer(in: folder, .password("hunter2"), isSecure: true)
        let authority = try #require(try step("rediss://127.0.0.1:\(redis.port)", password: "hunter2"))
        #expect(authority.outcome == "warning" && authority.sentence.contains("ca_file of [fleet]"), "\(authority)")
        let plain = try #require(try step("redis://127.0.0.1:\(redis.port)", password: "hunter2"))
        #expect(plain.outcome == "warning" && plain.sentence.contains("rediss://"), "\(plain)")
        let wrong = try #require(try step("unix://\(redis.socket)", password: "hunter22"))
        #expect(wrong.outcome == "warning" && wrong.sentence.contains("password_file of [fleet]"), "\(wrong)")
        redis.end()
        let gone = try #require(try step("redis://127.0.0.1:\(redis.port)"))
        #expect(gone.outcome == "warning" && gone.sentence.contains("refused"), "\(gone)")
    }

    @Test func aReplicaTakesNothing() throws {
        let redis = try RedisServer(in: folder, options: ["replicaof 127.0.0.1 1"])
        let replica = try #require(try step("redis://127.0.0.1:\(redis.port)"))
        #expect(replica.outcome == "warning" && replica.sentence.contains("name its master in redis_url"), "\(replica)")
    }
}
