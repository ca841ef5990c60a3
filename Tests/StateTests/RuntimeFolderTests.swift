import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite(.enabled(if: Memory.isThere)) struct RuntimeFolderTests {
    /// On a disk, or wherever /tmp is, and in memory.
    let disk: TemporaryFolder
    let memory: TemporaryFolder
    let now = WallClock.now()

    init() throws {
        disk = try TemporaryFolder(in: "/var/tmp")
        memory = try TemporaryFolder(in: Memory.path)
    }

    private var home: String { memory.path("cognigy-bridge-\(geteuid())") }

    private func calls(of state: String) throws -> StateFolder {
        try #require(StateFolder(ofCalls: state, memory: memory.path) { Issue.record("\($0)") })
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private func setAge(_ age: Double, of path: String) {
        var times = [timespec(), timespec()]
        times[0].tv_sec = time_t(now - age)
        times[1].tv_sec = times[0].tv_sec
        utimensat(AT_FDCWD, path, times, 0)
    }

    @Test func everyProcessFindsTheSameFolderAndTheDiskIsLeftAlone() throws {
        let folder = try calls(of: disk.path("state"))
        #expect(folder.path.hasPrefix("\(home)/"))
        #expect(folder.isInMemory)
        #expect(try calls(of: "\(disk.path)/./state//").path == folder.path)
        #expect(try calls(of: disk.path("other")).path != folder.path)
        #expect(folder.write(["x": 1], "a"))
        #expect(try calls(of: disk.path("state")).read("a") == ["x": 1])
        #expect(try disk.names() == [])
        for path in [home, folder.path] {
            var status = stat()
            #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
        }
        // A control socket's path has at most 107 bytes.
        #expect("/dev/shm/cognigy-bridge-\(uid_t.max)/".utf8.count + 24 + "/control/".utf8.count + 24 <= 107)
    }

    @Test func whatMustSurviveARestartLiesInTheStateFolder() throws {
        let folder = try calls(of: disk.path("state"))
        let letter = DeadLetter(sessionID: "s", steps: [.stop], confidence: 1, time: now)
        #expect(DeadLetters(folder: folder).add(letter) == .kept)
        #expect(SeenWebhooks(folder: folder).see("id", now: now) == .new)
        #expect(SeenWebhooks(folder: folder).see("id", now: now) == .replayed)
        #expect(try FolderListing.names(disk.path("state")) == ["dead-letters", "webhooks"])
        #expect(try FolderListing.names(disk.path("state/dead-letters")).count == 1)
        // A call removes none of them, however old; who takes webhooks does.
        folder.sweepCalls(now: now + 100_000)
        #expect(try FolderListing.names(disk.path("state/webhooks")).count == 1)
        folder.sweep(now: now + 100_000)
        #expect(try FolderListing.names(disk.path("state/webhooks")) == [])
        #expect(try FolderListing.names(disk.path("state/dead-letters")) == [])
    }

    @Test func whatFormerVersionsKeptOnTheDiskIsSwept() throws {
        let folder = try calls(of: disk.path("state"))
        let former = try #require(StateFolder(path: disk.path("state")) { Issue.record("\($0)") })
        TokenCache(folder: former, identity: []).store("t", expiresIn: 100, now: now)
        DialogState(folder: former, caller: "1555", identity: []).save(
            .init(lastIntent: nil, sessionData: [:]), now: now)
        var call = CallFolder(state: former)
        _ = try call.store([1], extension: "sln")
        folder.sweepCalls(now: now + 4000)
        #expect(try FolderListing.names(disk.path("state/dialogs")) == [])
        #expect(
            try FolderListing.names(disk.path("state")).filter { $0.hasPrefix("token-") && !$0.hasSuffix(".lock") }
                == [])
        // A call that lives.
        #expect(try FolderListing.names(disk.path("state/calls")).count == 1)
    }

    @Test func aStateFolderInMemoryNeedsNoOther() throws {
        mkdir(memory.path("state"), 0o700)
        for path in ["state", "new"] {
            let folder = try calls(of: memory.path(path))
            #expect(folder.path == memory.path(path))
            #expect(folder.lastingPath == folder.path)
        }
        #expect(!exists(home))
    }

    @Test func withoutMemoryTheStateFolderServes() throws {
        let folder = try #require(
            StateFolder(ofCalls: disk.path("state"), memory: "/nowhere") { Issue.record("\($0)") })
        #expect(folder.path == disk.path("state"))
    }

    @Test func aPlaceThatIsNotOursAloneIsNotUsedAndOneLineSaysWhy() throws {
        mkdir(home, 0o755)
        chmod(home, 0o755)
        var reports: [String] = []
        let folder = StateFolder(ofCalls: disk.path("state"), memory: memory.path) { reports.append($0) }
        #expect(folder?.path == disk.path("state"))
        #expect(
            reports == [
                "calls share a folder on disk: \(home): is open to other users; close it with: chmod 700 \(home)"
            ])
    }

    @Test func whatACleanerTookAwayIsMadeAnewInMidCall() throws {
        let folder = try calls(of: disk.path("state"))
        var cleaner = try Subprocess(["rm", "-rf", home])
        cleaner.wait()
        #expect(folder.write(["x": 1], "a"))
        #expect(try FolderListing.names(folder.path) == ["a", "state-folder"])
        cleaner = try Subprocess(["rm", "-rf", home])
        cleaner.wait()
        let lock = folder.lock("a")
        #expect(exists("\(folder.path)/a.lock"))
        _ = consume lock
        // A control socket's path must be short.
        let short = try #require(StateFolder(path: memory.path("s")) { Issue.record("\($0)") })
        rmdir(memory.path("s"))
        let socket = ControlSocket(folder: short, session: "s") { Issue.record("\($0)") }
        #expect(ControlSocket.stop(folder: short, session: "s"))
        _ = consume socket
    }

    @Test func aPromptThatDoesNotFitIntoMemoryGoesToTheDiskAndLeavesItWithTheCall() throws {
        let folder = try calls(of: disk.path("state"))
        var call = CallFolder(state: folder)
        let large = try call.create(extension: "sln", size: 1 << 50)
        #expect(large.path.hasPrefix(disk.path("state/calls/")))
        try large.append([1, 2])
        #expect(try AtomicFile.read("\(large.path).sln", limit: 9).bytes == [1, 2])
        let spilled = try call.create(extension: "sln", size: 2, onDisk: true)
        #expect(spilled.path.hasPrefix(disk.path("state/calls/")))
        #expect(try call.store([3], extension: "sln").hasPrefix("\(folder.path)/calls/"))
        call.remove(large.path)
        #expect(!exists("\(large.path).sln"))
        call.removeAll()
        #expect(try FolderListing.names(disk.path("state/calls")) == [])
        #expect(try FolderListing.names("\(folder.path)/calls") == [])
    }

    // MARK: Sweep

    /// The runtime folder of a state folder that is gone, and the folder around it as well.
    private func makeForsaken(age: Double = 1000) throws -> String {
        mkdir(disk.path("around"), 0o700)
        var folder: StateFolder? = try calls(of: disk.path("around/\(UInt64.random(in: 0 ... .max))"))
        let path = try #require(folder?.path)
        var call = CallFolder(state: folder)
        _ = try call.store([1], extension: "sln")
        folder?.write(["x": 1], "token-1")
        folder = nil
        _ = consume call
        setAge(age, of: "\(path)/state-folder")
        return path
    }

    /// A program that another test starts shares our locks until it is itself, so that one sweep may not do.
    private func isSwept(at time: Double, _ condition: () -> Bool) -> Bool {
        eventually {
            RuntimeFolder.sweep(below: memory.path, now: time, olderThan: 300)
            return condition()
        }
    }

    @Test func foldersOfStateFoldersThatAreGoneAreRemoved() throws {
        let paths = try (1...5).map { _ in try makeForsaken() }
        rmdir(disk.path("around"))
        let young = try makeForsaken(age: 100)
        rmdir(disk.path("around"))
        #expect(isSwept(at: now) { paths.allSatisfy { !exists($0) } })
        #expect(exists(young))
        #expect(try FolderListing.names(home).count == 1)
    }

    @Test func aFolderThatIsUsedIsNotRemoved() throws {
        let path = try makeForsaken()
        // The file in it names the state folder, as a process of the same one would.
        let state = String(
            decoding: try AtomicFile.read("\(path)/state-folder", limit: 4096).bytes, as: UTF8.self)
        let folder = try calls(of: state)
        #expect(folder.path == path)
        setAge(1000, of: "\(path)/state-folder")
        rmdir(disk.path("around"))
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists("\(path)/token-1"))
        #expect(folder.read("token-1") != nil)
    }

    /// No call makes the state folder on the disk.
    @Test func aStateFolderThatWasNeverMadeMayBeInUseUntilADayPasses() throws {
        let path = try makeForsaken(age: 80_000)
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists(path))
        #expect(isSwept(at: now + 10_000) { !exists(path) })
    }

    @Test func aFolderThatNoLongerSaysWhoseItIsGoesADayAfterItsLastUse() throws {
        let path = try makeForsaken()
        unlink("\(path)/state-folder")
        setAge(80_000, of: path)
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists("\(path)/token-1"))
        #expect(isSwept(at: now + 10_000) { !exists(path) })
    }

    @Test func aFolderWhoseOwnerCameToNoMoreGoesADayAfterItsLastUse() throws {
        let path = try makeForsaken()
        truncate("\(path)/state-folder", 0)
        setAge(80_000, of: "\(path)/state-folder")
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists("\(path)/token-1"))
        #expect(isSwept(at: now + 10_000) { !exists(path) })
    }

    @Test func aLargeFolderThatNoLongerSaysWhoseItIsGoesInSharesWithoutAnotherDay() throws {
        let path = try makeForsaken()
        for number in 0..<RuntimeFolder.mostFiles { try AtomicFile.write([1], to: "\(path)/\(number)") }
        unlink("\(path)/state-folder")
        setAge(90_000, of: path)
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists(path))
        #expect(isSwept(at: now) { !exists(path) })
    }

    @Test func theFolderOfAStateFolderThatIsThereStays() throws {
        let path = try makeForsaken(age: 1_000_000)
        let state = String(
            decoding: try AtomicFile.read("\(path)/state-folder", limit: 4096).bytes, as: UTF8.self)
        mkdir(state, 0o700)
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists(path))
    }

    @Test func oneSweepRemovesNoMoreThanItsShare() throws {
        let path = try makeForsaken()
        for number in 0..<RuntimeFolder.mostFiles { try AtomicFile.write([1], to: "\(path)/\(number)") }
        rmdir(disk.path("around"))
        RuntimeFolder.sweep(below: memory.path, now: now, olderThan: 300)
        #expect(exists(path))
        setAge(1000, of: "\(path)/state-folder")
        #expect(isSwept(at: now) { !exists(path) })
    }
}
