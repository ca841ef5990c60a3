import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct CallFolderTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let now = WallClock.now()

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func calls() throws -> [String] {
        try temporary.names().contains("calls") ? try FolderListing.names(temporary.path("calls")) : []
    }

    /// Makes the folder of a call that is dead for `age` seconds.
    private func makeDead(_ name: String, age: Double, files: [String] = [".lock", "1.sln"]) throws {
        mkdir(temporary.path("calls"), 0o700)
        mkdir(temporary.path("calls/\(name)"), 0o700)
        for file in files { try temporary.write("x", to: "calls/\(name)/\(file)") }
        var times = [timespec(), timespec()]
        times[0].tv_sec = time_t(now - age)
        times[1].tv_sec = times[0].tv_sec
        utimensat(AT_FDCWD, temporary.path("calls/\(name)"), times, 0)
    }

    @Test func nothingIsMadeBeforeItIsNeeded() throws {
        let call = CallFolder(state: folder)
        _ = consume call
        #expect(try temporary.names() == [])
    }

    @Test func whatIsStoredIsThereUntilItIsRemoved() throws {
        var call = CallFolder(state: folder)
        let first = try call.store([1, 2], extension: "sln")
        let second = try call.store([3], extension: "sln16")
        #expect(first != second)
        #expect(try AtomicFile.read("\(first).sln", limit: 9).bytes == [1, 2])
        call.remove(first)
        #expect(throws: AtomicFile.Refusal.absent) { try AtomicFile.read("\(first).sln", limit: 9) }
        #expect(try AtomicFile.read("\(second).sln16", limit: 9).bytes == [3])
        call.remove(second)
        #expect(throws: AtomicFile.Refusal.absent) { try AtomicFile.read("\(second).sln16", limit: 9) }
    }

    @Test func theFirstFileIsNotTakenForTheTenth() throws {
        var call = CallFolder(state: folder)
        let paths = try (1...10).map { [UInt8($0)] }.map { (bytes: [UInt8]) in try call.store(bytes, extension: "sln") }
        call.remove(paths[0])
        #expect(try AtomicFile.read("\(paths[9]).sln", limit: 9).bytes == [10])
    }

    @Test func onlyFilesOfTheCallAreRemoved() throws {
        try temporary.write("x", to: "other")
        var call = CallFolder(state: folder)
        _ = try call.store([1], extension: "sln")
        call.remove(temporary.path("other"))
        #expect(try temporary.names() == ["calls", "other"])
    }

    @Test func pathsNeedNoQuotingInAnAGICommand() throws {
        var call = CallFolder(state: folder)
        let path = try call.store([1], extension: "sln").dropFirst(temporary.path.utf8.count)
        #expect(path.allSatisfy { $0.isLetter || $0.isNumber || "/.-".contains($0) })
    }

    @Test func everythingIsGoneWithTheCall() throws {
        var call = CallFolder(state: folder)
        _ = try call.store([1], extension: "sln")
        #expect(try calls().count == 1)
        _ = consume call
        #expect(try calls() == [])
    }

    @Test func aCallMayGoOnAfterRemovingAll() throws {
        var call = CallFolder(state: folder)
        _ = try call.store([1], extension: "sln")
        call.removeAll()
        #expect(try calls() == [])
        _ = try call.store([1], extension: "sln")
        #expect(try calls().count == 1)
    }

    @Test func withoutStateNothingCanBeStored() {
        var call = CallFolder(state: nil)
        #expect(throws: CallFolder.Failure.noStateFolder) { try call.store([1], extension: "sln") }
    }

    @Test func aFolderThatACleanerTookAwayIsMadeAnew() throws {
        var call = CallFolder(state: folder)
        let first = try call.store([1], extension: "sln")
        var cleaner = try Subprocess(["rm", "-rf", temporary.path])
        cleaner.wait()
        let second = try call.store([2], extension: "sln")
        #expect(first != second)
        #expect(try AtomicFile.read("\(second).sln", limit: 9).bytes == [2])
        call.removeAll()
        #expect(try calls() == [])
    }

    @Test func aFolderThatCannotBeMadeAnewIsAnError() throws {
        let inner = try #require(StateFolder(path: temporary.path("a")) { Issue.record("\($0)") })
        rmdir(temporary.path("a"))
        try temporary.write("", to: "a")
        var call = CallFolder(state: inner)
        #expect(throws: CallFolder.Failure.self) { try call.store([1], extension: "sln") }
    }

    @Test func aCallWithoutADescriptorLeftRemovesItsFilesAllTheSame() throws {
        let probe = try Probe("hold", temporary.path, "crowded", prelude: "ulimit -n 64")
        #expect(try probe.line() == "holds\n")
        probe.begin()
        #expect(try probe.rest() == "")
        #expect(try calls() == [])
    }

    @Test func deadCallsAreSweptAfterFiveMinutes() throws {
        try makeDead("old", age: 301)
        try makeDead("young", age: 299)
        try makeDead("lockless", age: 301, files: ["1.sln"])
        try makeDead("empty", age: 301, files: [])
        try makeDead("future", age: -301)
        folder.sweep(now: now)
        #expect(try calls() == ["young"])
    }

    @Test func aLiveCallIsNotSweptHoweverOld() throws {
        var call = CallFolder(state: folder)
        let path = try call.store([1], extension: "sln")
        folder.sweep(now: now + 10_000)
        #expect(try AtomicFile.read("\(path).sln", limit: 9).bytes == [1])
    }

    @Test func linksAreNeitherFollowedNorRemoved() throws {
        try makeDead("old", age: 301)
        mkdir(temporary.path("precious"), 0o700)
        try temporary.write("x", to: "precious/file")
        symlink(temporary.path("precious"), temporary.path("calls/link"))
        symlink(temporary.path("precious/file"), temporary.path("calls/old/2.sln"))
        symlink(temporary.path("precious"), temporary.path("calls/old/3"))
        folder.sweep(now: now + 10_000)
        #expect(try temporary.text("precious/file") == "x")
        #expect(try calls() == ["link"])
    }

    @Test func aLinkInPlaceOfTheLockSparesTheFolder() throws {
        try makeDead("old", age: 301, files: ["1.sln"])
        symlink("/dev/null", temporary.path("calls/old/.lock"))
        folder.sweep(now: now + 10_000)
        #expect(try calls() == ["old"])
    }

    @Test func oneSweepLooksAtFiftyFoldersAndAFewAtAll() throws {
        for index in 0..<120 { try makeDead("old\(index)", age: 1000) }
        folder.sweep(now: now)
        #expect(try calls().count == 70)
        folder.sweep(now: now)
        folder.sweep(now: now)
        #expect(try calls() == [])
    }

    @Test func unfinishedFilesOfKilledWritersAreSwept() throws {
        try temporary.write("x", to: "file.abc.tmp")
        try temporary.write("x", to: "file")
        folder.sweep(now: now)
        #expect(try temporary.names().contains("file.abc.tmp"))
        folder.sweep(now: WallClock.now() + 301)
        #expect(try temporary.names() == ["file"])
    }

    @Test func callsThatAreKilledLeaveNothingAfterASweep() throws {
        let path = temporary.path
        let killed = try [Probe](20) { try Probe("hold", path) }
        let living = try [Probe](5) { try Probe("hold", path) }
        #expect(try killed.lines().allSatisfy { $0 == "holds\n" })
        #expect(try living.lines().allSatisfy { $0 == "holds\n" })
        #expect(try calls().count == 25)
        killed.kill()
        folder.sweep(now: WallClock.now() + 301)
        #expect(try calls().count == 5)
        living.begin()
        _ = try living.outputs()
        #expect(try calls() == [])
    }

    @Test func sweepsOfManyCallsDoNotDisturbEachOther() throws {
        let path = temporary.path
        let living = try [Probe](5) { try Probe("hold", path) }
        #expect(try living.lines().allSatisfy { $0 == "holds\n" })
        for index in 0..<40 { try makeDead("old\(index)", age: 1000) }
        let sweepers = try [Probe](10) { try Probe("sweep", path) }
        sweepers.begin()
        _ = try sweepers.outputs()
        #expect(try calls().count == 5)
        living.kill()
    }

    @Test func sixtyThousandCallsLeaveNothingBehind() throws {
        let path = temporary.path
        let whole = try [Probe](4) { try Probe("calls", path, "15000") }
        let killed = try [Probe](12) { try Probe("calls", path, "1000000") }
        killed.begin()
        for probe in killed {
            #expect(try probe.line() == "has begun\n")
            probe.kill()
        }
        whole.begin()
        _ = try whole.outputs()
        #expect(try calls().count <= 12)
        folder.sweep(now: WallClock.now() + 301)
        #expect(try calls() == [])
        let kinds = Set(try temporary.names().map { $0.split(separator: "-").first ?? "" })
        #expect(kinds.isSubset(of: ["breaker", "calls", "token"]))
        #expect(try temporary.names().count <= 5)
    }
}
