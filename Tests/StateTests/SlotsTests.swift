import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct SlotsTests {
    let temporary: TemporaryFolder
    let folder: StateFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func isFree(_ slots: Slots) -> Bool { slots.take() != nil }

    /// How many of `count` can be had now: each is tried with all that were had before still held.
    private func countFree(_ count: Int) throws -> Int {
        let path = temporary.path
        let probes = try [Probe](count + 3) { try Probe("slot", path, "\(count)") }
        probes.begin()
        let had = try probes.lines().count { $0 == "has\n" }
        probes.kill()
        return had
    }

    @Test func soManyAndNoMoreAndOneThatIsGivenBackIsFree() throws {
        let slots = Slots(folder: folder, count: 2)
        let first = slots.take()
        let second = slots.take()
        let areHad = first != nil && second != nil
        #expect(areHad)
        #expect(!isFree(slots))
        _ = consume first
        #expect(eventually { isFree(slots) })
        _ = consume second
        #expect(try temporary.names() == ["slot-0.lock", "slot-1.lock"])
    }

    @Test(arguments: [0, -1])
    func aCountThatMakesNoSenseIsOne(count: Int) {
        let slots = Slots(folder: folder, count: count)
        let slot = slots.take()
        let isHad = slot != nil
        #expect(isHad)
        #expect(!isFree(slots))
        _ = consume slot
    }

    @Test func withoutAFolderNobodyIsHeldUp() {
        let slots = Slots(folder: nil, count: 1)
        let first = slots.take()
        let areBoth = first != nil && isFree(slots)
        #expect(areBoth)
        rmdir(temporary.path)
        let lost = Slots(folder: folder, count: 1)
        let second = lost.take()
        let areBothLost = second != nil && isFree(lost)
        #expect(areBothLost)
    }

    @Test func slotFilesThatCannotBeUsedLeaveTheOthers() throws {
        symlink("/dev/null", temporary.path("slot-0.lock"))
        mkdir(temporary.path("slot-1.lock"), 0o700)
        let slots = Slots(folder: folder, count: 3)
        let slot = slots.take()
        let isHad = slot != nil
        #expect(isHad)
        #expect(!isFree(slots))
        _ = consume slot
    }

    @Test func ofThirtyProcessesTenHaveOneAndWhatTheKilledHadIsFree() throws {
        let path = temporary.path
        var holders: [Probe] = []
        for count in [30, 10, 20] {
            // Of those who hold one, some die in each round.
            let dying = holders.shuffled().prefix(.random(in: 1...9))
            for probe in dying { probe.kill() }
            holders.removeAll { holder in dying.contains { $0 === holder } }
            let probes = try [Probe](count) { try Probe("slot", path, "10") }
            probes.begin()
            for (probe, line) in zip(probes, try probes.lines()) where line == "has\n" { holders.append(probe) }
            #expect(holders.count == 10)
        }
        holders.kill()
    }

    @Test func processesThatDisagreeAreTogetherNeverMoreThanTheLargestCount() throws {
        let path = temporary.path
        let few = try [Probe](20) { try Probe("slot", path, "5") }
        let many = try [Probe](20) { try Probe("slot", path, "10") }
        (few + many).begin()
        let haveFew = try few.lines().count { $0 == "has\n" }
        let haveMany = try many.lines().count { $0 == "has\n" }
        #expect(haveFew <= 5)
        #expect(haveFew + haveMany == 10)
        (few + many).kill()
    }

    @Test func noSlotIsLostWhenProcessesAreKilledWhileTheyTakeAndGiveBack() throws {
        let path = temporary.path
        for _ in 0..<5 {
            let probes = try [Probe](20) { try Probe("slots", path, "10") }
            probes.begin()
            for probe in probes {
                #expect(try probe.line() == "started\n")
                usleep(.random(in: 0...2000))
                probe.kill()
            }
            #expect(try countFree(10) == 10)
        }
    }
}
