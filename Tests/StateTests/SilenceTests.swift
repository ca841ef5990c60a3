import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite(.enabled(if: Memory.isThere)) struct SilenceTests {
    let memory: TemporaryFolder
    let folder: StateFolder

    init() throws {
        memory = try TemporaryFolder(in: Memory.path)
        folder = try #require(StateFolder(path: memory.path("state")) { Issue.record("\($0)") })
    }

    private func status(_ path: String) -> stat {
        var status = stat()
        lstat(path, &status)
        return status
    }

    @Test func halfAnHourOfItIsSharedByAllAndTakesNoRoom() throws {
        let path = try #require(Silence.path(in: folder, rate: 8000, from: 0))
        let file = status("\(path).sln")
        #expect(file.st_size == 30 * 60 * 16_000)
        #expect(file.st_blocks * 512 < 1 << 16)
        // Nothing is written for the next call.
        #expect(Silence.path(in: folder, rate: 8000, from: 0) == path)
        #expect(status("\(path).sln").st_ino == file.st_ino)
        let wide = try #require(Silence.path(in: folder, rate: 16_000, from: 0))
        #expect(status("\(wide).sln16").st_size == 30 * 60 * 32_000)
        // Asterisk takes one format of a name.
        #expect(wide != path)
        #expect(try memory.names() == ["state"])
        #expect(try FolderListing.names(folder.path) == ["silence.sln", "silence16.sln16"])
    }

    @Test func aBrokenOneHeals() throws {
        let path = try #require(Silence.path(in: folder, rate: 8000, from: 0))
        truncate("\(path).sln", 100)
        #expect(Silence.path(in: folder, rate: 8000, from: 0) == path)
        #expect(status("\(path).sln").st_size == 30 * 60 * 16_000)
        unlink("\(path).sln")
        symlink("/dev/zero", "\(path).sln")
        #expect(Silence.path(in: folder, rate: 8000, from: 0) == path)
        #expect(status("\(path).sln").st_mode & S_IFMT == S_IFREG)
    }

    @Test func aCleanerMayTakeItAway() throws {
        _ = Silence.path(in: folder, rate: 8000, from: 0)
        var cleaner = try Subprocess(["rm", "-rf", folder.path])
        cleaner.wait()
        let path = try #require(Silence.path(in: folder, rate: 8000, from: 0))
        #expect(status("\(path).sln").st_size == 30 * 60 * 16_000)
    }

    @Test func onADiskItTakesNoRoomEither() throws {
        let disk = try TemporaryFolder(in: "/var/tmp")
        let folder = try #require(StateFolder(path: disk.path) { Issue.record("\($0)") })
        let path = try #require(Silence.path(in: folder, rate: 16_000, from: 100_000_000))
        #expect(status("\(path).sln16").st_size == 2 * (100_000_000 + 30 * 60 * 16_000))
        #expect(status("\(path).sln16").st_blocks * 512 < 1 << 16)
    }

    /// A file that somebody has filled, or a file system without holes.
    @Test func oneThatTakesRoomIsMadeAnew() throws {
        let path = try #require(Silence.path(in: folder, rate: 8000, from: 0))
        try AtomicFile.write([UInt8](repeating: 0, count: 30 * 60 * 16_000), to: "\(path).sln", durably: false)
        #expect(Silence.path(in: folder, rate: 8000, from: 0) == path)
        #expect(status("\(path).sln").st_blocks * 512 < 1 << 16)
    }

    @Test func otherRatesHaveNone() {
        #expect(Silence.path(in: folder, rate: 48_000, from: 0) == nil)
    }
}
