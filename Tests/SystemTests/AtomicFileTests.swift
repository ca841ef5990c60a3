import Glibc
import System
import Testbed
import Testing

@Suite struct AtomicFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func whatWasWrittenIsReadBack() throws {
        try AtomicFile.write([1, 2, 3], to: folder.path("a"))
        try AtomicFile.write([4, 5], to: folder.path("a"))
        let content = try AtomicFile.read(folder.path("a"), limit: 2)
        #expect(content.bytes == [4, 5])
        #expect(content.permissions == 0o600)
    }

    @Test func anAbsentFileIsAMiss() {
        #expect(throws: AtomicFile.Refusal.absent) { try AtomicFile.read(folder.path("none"), limit: 10) }
        #expect(throws: AtomicFile.Refusal.absent) { try AtomicFile.read(folder.path("none/none"), limit: 10) }
    }

    @Test func aSymbolicLinkIsNotFollowed() throws {
        try folder.write("x", to: "target")
        symlink("target", folder.path("link"))
        #expect(throws: AtomicFile.Refusal.symbolicLink) { try AtomicFile.read(folder.path("link"), limit: 10) }
    }

    @Test func folderAndFIFOAreRefusedWithoutWaiting() throws {
        mkfifo(folder.path("fifo"), 0o600)
        #expect(throws: AtomicFile.Refusal.notRegular) { try AtomicFile.read(folder.path("fifo"), limit: 10) }
        #expect(throws: AtomicFile.Refusal.notRegular) { try AtomicFile.read(folder.path, limit: 10) }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o660] as [mode_t])
    func aFileThatOthersMayUseIsExposed(mode: mode_t) throws {
        try folder.write("x", to: "a", mode: mode)
        #expect(throws: AtomicFile.Refusal.exposed) { try AtomicFile.read(folder.path("a"), limit: 10) }
        #expect(try AtomicFile.read(folder.path("a"), limit: 10, forbidden: 0).permissions == mode)
    }

    @Test(.enabled(if: geteuid() == 0)) func aFileOfSomebodyElseIsForeign() throws {
        try folder.write("x", to: "a")
        chown(folder.path("a"), 12_345, 0)
        #expect(throws: AtomicFile.Refusal.foreign) { try AtomicFile.read(folder.path("a"), limit: 10) }
        #expect(throws: AtomicFile.Refusal.foreign) {
            try AtomicFile.read(folder.path("a"), limit: 10, owner: .usOrRoot)
        }
        #expect(try AtomicFile.read(folder.path("a"), limit: 10, owner: .anyone).bytes == Array("x".utf8))
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func theLimitIsExact(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        try AtomicFile.write(bytes, to: folder.path("a"))
        #expect(try AtomicFile.read(folder.path("a"), limit: size).bytes == bytes)
        if size > 0 {
            #expect(throws: AtomicFile.Refusal.tooLarge) { try AtomicFile.read(folder.path("a"), limit: size - 1) }
        }
    }

    @Test func aWriteThatFailsLeavesTheOldFileAndNoOther() throws {
        mkdir(folder.path("a"), 0o700)
        mkdir(folder.path("a/full"), 0o700)
        #expect(throws: Errno.self) { try AtomicFile.write([1], to: folder.path("a")) }
        #expect(try FolderListing.names(folder.path) == ["a"])
        #expect(throws: Errno.self) { try AtomicFile.write([1], to: folder.path("none/a")) }
    }
}
