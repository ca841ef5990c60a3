import Glibc
import System
import Testbed
import Testing

@Suite struct FileLockTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func isFree(_ path: String) throws -> Bool {
        let lock = try FileLock.tryLock(path)
        return lock != nil
    }

    @Test func onlyOneHoldsItAndTheEndOfTheValueReleasesIt() throws {
        let path = folder.path("a.lock")
        let lock = try FileLock.tryLock(path)
        #expect(try !isFree(path))
        _ = consume lock
        #expect(try eventually { try isFree(path) })
        #expect(try FolderListing.names(folder.path) == ["a.lock"])
    }

    @Test func theLockOfAKilledProcessIsFree() throws {
        let path = folder.path("a.lock")
        var ready = try Pipe()
        var holder = try Subprocess(
            ["flock", "-x", path, "sh", "-c", "echo ready; exec sleep 1000"], output: ready.rawWriter)
        ready.writer = nil
        #expect(try Descriptor.read(ready.rawReader) == .bytes(Array("ready\n".utf8)))
        #expect(try !isFree(path))
        holder.kill(SIGKILL)
        #expect(holder.wait() == .signal(SIGKILL))
        // The group dies together, but flock's child may be a moment behind: the end of the pipe says that it is gone.
        #expect(try Descriptor.read(ready.rawReader) == .end)
        #expect(try eventually { try isFree(path) })
    }

    @Test func aChildDoesNotKeepTheLock() throws {
        let path = folder.path("a.lock")
        let lock = try FileLock.tryLock(path)
        let child = try Subprocess(["sleep", "1000"])
        _ = consume lock
        #expect(try eventually { try isFree(path) })
        child.kill(SIGKILL)
    }

    @Test func aLockThatCannotBeMadeIsAnError() {
        #expect(throws: Errno.self) { try isFree(folder.path("none/a.lock")) }
    }
}
