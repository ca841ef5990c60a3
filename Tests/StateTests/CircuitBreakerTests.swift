import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct CircuitBreakerTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let now = 1_750_000_000.0

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func breaker() -> CircuitBreaker { CircuitBreaker(folder: folder, identity: ["probe"]) }

    private func open() {
        for _ in 0..<5 {
            var call = breaker()
            call.failed(now: now)
        }
    }

    private func admission(now: Double) -> CircuitBreaker.Admission {
        var call = breaker()
        return call.admit(now: now)
    }

    @Test func healthyCallsWriteNothing() throws {
        var call = breaker()
        #expect(call.admit(now: now) == .allowed)
        call.succeeded(now: now)
        call.abandoned(now: now)
        #expect(try temporary.names() == [])
    }

    @Test func fiveFailuresOfFiveProcessesOpenItForAll() {
        open()
        #expect(admission(now: now + 1) == .refused(retryAt: now + 10))
        var other = CircuitBreaker(folder: folder, identity: ["other"])
        #expect(other.admit(now: now + 1) == .allowed)
    }

    @Test func oneFailureMayBeEnough() {
        var first = CircuitBreaker(folder: folder, identity: ["fleet"], threshold: 1)
        #expect(first.admit(now: now) == .allowed)
        first.failed(now: now)
        var second = CircuitBreaker(folder: folder, identity: ["fleet"], threshold: 1)
        #expect(second.admit(now: now + 1) == .refused(retryAt: now + 10))
        #expect(second.admit(now: now + 10) == .probe)
    }

    @Test func whoeverAsksWhetherItIsOpenChangesNothing() {
        #expect(breaker().refuses(now: now) == nil)
        open()
        #expect(breaker().refuses(now: now + 1) == now + 10)
        #expect(breaker().refuses(now: now + 11) == nil)
        // The probe is still to be had.
        #expect(admission(now: now + 11) == .probe)
        #expect(CircuitBreaker(folder: nil, identity: ["probe"]).refuses(now: now) == nil)
    }

    @Test func aSuccessBetweenFailuresForgetsThem() throws {
        var call = breaker()
        for _ in 0..<4 { call.failed(now: now) }
        call.succeeded(now: now)
        call.failed(now: now)
        #expect(admission(now: now) == .allowed)
    }

    @Test func oneCallTriesAndItsSuccessClosesTheBreaker() throws {
        open()
        var prober = breaker()
        #expect(prober.admit(now: now + 10) == .probe)
        #expect(admission(now: now + 10) == .refused(retryAt: now + 30))
        prober.succeeded(now: now + 11)
        #expect(admission(now: now + 11) == .allowed)
        #expect(try temporary.names().allSatisfy { $0.hasSuffix(".lock") })
    }

    @Test func aProbeThatFailsOpensItForTwiceAsLong() {
        open()
        var prober = breaker()
        #expect(prober.admit(now: now + 10) == .probe)
        prober.failed(now: now + 11)
        #expect(admission(now: now + 11) == .refused(retryAt: now + 31))
    }

    @Test func aProbeWhoseCallerHangsUpLeavesTheNextCallToTry() {
        open()
        var prober = breaker()
        #expect(prober.admit(now: now + 10) == .probe)
        prober.abandoned(now: now + 11)
        // The lock of another test's fork may be in the way for a moment.
        #expect(eventually { admission(now: now + 11) == .probe })
    }

    @Test(arguments: ["", "{", "[1]", "{\"opened_at\":99999999999,\"wait\":10}"])
    func aBrokenFileIsAClosedBreaker(text: String) throws {
        open()
        let name = try #require(try temporary.names().first { !$0.hasSuffix(".lock") })
        try temporary.write(text, to: name)
        #expect(admission(now: now + 1) == .allowed)
    }

    @Test func withoutADiskAllIsAllowed() {
        var stateless = CircuitBreaker(folder: nil, identity: [])
        for _ in 0..<9 { stateless.failed(now: now) }
        #expect(stateless.admit(now: now) == .allowed)
        rmdir(temporary.path)
        open()
        #expect(admission(now: now + 10) == .allowed)
    }

    @Test func aProcessThatNeverLetsGoOfTheLockHoldsNobodyUp() throws {
        open()
        let name = try #require(try temporary.names().first)
        let lock = folder.lock(name, patience: .seconds(10))
        let start = MonotonicClock.now()
        #expect(admission(now: now + 10) == .refused(retryAt: now + 11))
        #expect(admission(now: now + 30) == .probe)
        var call = breaker()
        call.succeeded(now: now + 30)
        #expect(admission(now: now + 30) == .allowed)
        #expect(MonotonicClock.now() - start < .seconds(5))
        _ = consume lock
    }

    @Test func ofManyProcessesOneProbes() throws {
        open()
        let path = temporary.path
        let time = String(now + 10)
        let probes = try [Probe](50) { try Probe("probe", path, time) }
        probes.begin()
        let outputs = try probes.outputs()
        #expect(outputs.count { $0 == "probe\n" } == 1)
        #expect(outputs.count { $0 == "refused\n" } == 49)
    }

    @Test func failuresOfManyProcessesAddUp() throws {
        let path = temporary.path
        let time = String(now)
        let probes = try [Probe](25) { try Probe("fail", path, time) }
        probes.begin()
        _ = try probes.outputs()
        #expect(admission(now: now) == .refused(retryAt: now + 10))
    }
}
