import Counters
import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct CounterFileTests {
    let temporary: TemporaryFolder
    let folder: StateFolder

    init() throws {
        temporary = try TemporaryFolder()
        chmod(temporary.path, 0o700)
        folder = try #require(StateFolder(path: temporary.path) { _ in })
    }

    private func file(_ log: @escaping (String) -> Void = { _ in }) -> CounterFile {
        CounterFile(folder: folder, log: log)
    }

    private func hangup() -> Counts {
        var counts = Counts()
        counts.addEnding("HANGUP", "hangup")
        return counts
    }

    /// So many calls that were hung up.
    private func sum(_ count: Int) -> Counts {
        var counts = Counts()
        for _ in 0..<count { counts.add(hangup()) }
        return counts
    }

    /// Adds calls until the lines are summed up. A process that another test starts shares the lock between its fork and its
    /// exec, and keeps the lines for as long.
    private func onceNobodySharesIt(
        _ added: () -> Void = {}, log: @escaping (String) -> Void = { _ in }
    ) throws -> Bool {
        try eventually {
            file(log).add(hangup())
            added()
            return try temporary.text("counters").utf8.count < 2000
        }
    }

    @Test func callsAreCounted() throws {
        #expect(file().read() == Counts())
        for _ in 0..<3 { file().add(hangup()) }
        #expect(file().read() == sum(3))
        file().add(Counts())
        #expect(try temporary.names() == ["counters"])
        #expect(try AtomicFile.read(temporary.path("counters"), limit: 1000).permissions == 0o600)
    }

    @Test func theFileStaysSmall() throws {
        var count = CounterFile.crowded / hangup().line.count
        for _ in 0..<count { file().add(hangup()) }
        let soon = count + 5000
        #expect(try onceNobodySharesIt { count += 1 })
        #expect(count < soon)
        #expect(file().read() == sum(count))
        #expect(try temporary.names() == ["counters"])
    }

    /// Five hundred calls end at once, ten times, while the lines are summed up again and again.
    @Test func manyProcessesLoseNothing() throws {
        let path = temporary.path
        let probes = try [Probe](500) { try Probe("count", path, "10") }
        probes.begin()
        #expect(try probes.outputs().allSatisfy { $0 == "" })
        #expect(file().read() == sum(5000))
        #expect(try temporary.names() == ["counters"])
    }

    @Test func whoIsKilledLeavesAWholeFile() throws {
        let path = temporary.path
        for round in 1...5 {
            let probes = try [Probe](20) { try Probe("count", path, "1000000") }
            probes.begin()
            let before = file().read()
            #expect(eventually { file().read() != before }, "\(round)")
            probes.kill()
            var lost: [String] = []
            let known = try #require(file().read())
            file { lost.append($0) }.add(hangup())
            var more = known
            more.add(hangup())
            #expect(file().read() == more)
            // SIGKILL may cut a line off where a page of the file ends (generic_perform_write).
            #expect(lost.allSatisfy { $0.hasPrefix("the counters lose ") })
        }
    }

    /// Whoever is stopped while he adds a line keeps nobody out.
    @Test func aStoppedCallHoldsNobodyUp() throws {
        file().add(hangup())
        let held = try FileDescriptor.open(temporary.path("counters"), O_RDWR)
        guard let share = try FileLock.tryShare(owning: held) else {
            Issue.record("it is locked")
            return
        }
        let count = CounterFile.crowded / hangup().line.count + 10
        var lost: [String] = []
        for _ in 0..<count { file { lost.append($0) }.add(hangup()) }
        #expect(file().read() == sum(count + 1))
        #expect(lost == [])
        // When he is gone, the lines are summed up.
        _ = consume share
        #expect(try onceNobodySharesIt())
    }

    /// Only one who is stopped while he sums up does, and each call waits for a moment only.
    @Test func whoIsStoppedWhileSummingUpCostsACallAMoment() throws {
        file().add(hangup())
        let held = try FileDescriptor.open(temporary.path("counters"), O_RDWR)
        guard let alone = try FileLock.tryLock(owning: held) else {
            Issue.record("it is locked")
            return
        }
        var lost: [String] = []
        let began = MonotonicClock.now()
        file { lost.append($0) }.add(hangup())
        #expect(MonotonicClock.now() - began < .seconds(5))
        #expect(lost.count == 1 && lost[0].contains("a call is not counted: \(temporary.path("counters")): "))
        _ = consume alone
        #expect(
            eventually {
                file().add(hangup())
                return file().read() != sum(1)
            })
    }

    @Test func aFullDiskCostsACallItsCountAndNoTime() throws {
        file().add(hangup())
        // No file may grow.
        let probe = try Probe("count", temporary.path, "3", prelude: "trap '' XFSZ; ulimit -f 0")
        probe.begin()
        let said = try probe.rest().split(separator: "\n")
        #expect(said.count == 3 && said.allSatisfy { $0.hasPrefix("a call is not counted: ") }, "\(said)")
        #expect(try temporary.names() == ["counters"])
        file().add(hangup())
        #expect(file().read() == sum(2))
    }

    @Test func aBrokenFileIsReplacedAndSaidOnce() throws {
        let garbage = String(repeating: "no counters\n", count: CounterFile.crowded / 12 + 1)
        try temporary.write(garbage, to: "counters")
        var said: [String] = []
        var count = 2
        #expect(try onceNobodySharesIt({ count += 1 }, log: { said.append($0) }))
        for _ in 0..<2 { file { said.append($0) }.add(hangup()) }
        #expect(file().read() == sum(count))
        #expect(said.count == 1 && said[0].contains("lines that made no sense"))
    }

    @Test func aFileThatIsFarTooLargeIsReplaced() throws {
        try AtomicFile.writeZeros(CounterFile.largest * 3, to: temporary.path("counters"))
        var said: [String] = []
        #expect(
            eventually {
                said = []
                file { said.append($0) }.add(hangup())
                return said.allSatisfy { $0.hasPrefix("the counters lose ") }
            })
        for _ in 0..<2 { file { said.append($0) }.add(hangup()) }
        #expect(file().read() == sum(3))
        #expect(said.count == 1)
    }

    @Test func whatIsNoFileHoldsNobodyUp() throws {
        mkfifo(temporary.path("counters"), 0o600)
        var said: [String] = []
        file { said.append($0) }.add(hangup())
        #expect(said.count == 1)
        #expect(file().read() == nil)
        unlink(temporary.path("counters"))
        symlink("/dev/zero", temporary.path("counters"))
        file { said.append($0) }.add(hangup())
        #expect(said.count == 2)
        #expect(file().read() == nil)
    }

    @Test func aSweepLeavesIt() throws {
        file().add(hangup())
        folder.sweep(now: WallClock.now() + 1e9)
        #expect(file().read() == sum(1))
    }

    @Test func openBreakersAndKeptWebhooksAreSeen() throws {
        let now = WallClock.now()
        #expect(folder.moment(now: now).breakersOpen == 0)
        var breaker = CircuitBreaker(folder: folder, identity: ["one"])
        for _ in 0..<5 { breaker.failed(now: now) }
        #expect(folder.moment(now: now + 1).breakersOpen == 1)
        // The next call may try.
        #expect(folder.moment(now: now + 11).breakersOpen == 0)
        #expect(folder.moment(now: now).webhooksKept == 0)
        let letter = DeadLetter(sessionID: "s", steps: [.stop], confidence: 1, time: now)
        #expect(DeadLetters(folder: folder).add(letter) == .kept)
        #expect(folder.moment(now: now).webhooksKept == 1)
    }
}
