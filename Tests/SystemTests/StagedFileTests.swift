import Glibc
import System
import Testbed
import Testing

@Suite struct StagedFileTests {
    private func staged(_ text: String, _ folder: TemporaryFolder, mode: mode_t = 0o640) throws -> StagedFile {
        try StagedFile(text.utf8, for: folder.path("file"), owner: geteuid(), group: getegid(), mode: mode)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func itIsGoneWhereItTakesNoPlace() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try staged("new", folder)
            #expect(try folder.names().count == 1)
            #expect(mode(file.path) == 0o640)
        }
        #expect(try folder.names() == [])
    }

    @Test func whatWasThereIsKept() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "file", mode: 0o604)
        var file = try staged("new", folder, mode: 0o600)
        try file.takePlace(keeping: folder.path("file.old"))
        #expect(try folder.text("file") == "new" && mode(folder.path("file")) == 0o600)
        #expect(try folder.text("file.old") == "old" && mode(folder.path("file.old")) == 0o604)
        #expect(try Set(folder.names()) == ["file", "file.old"])
    }

    @Test func whereNothingWasThereNothingIsKept() throws {
        let folder = try TemporaryFolder()
        var file = try staged("new", folder)
        try file.takePlace(keeping: folder.path("file.old"))
        #expect(try folder.names() == ["file"])
    }

    @Test func anOldCopyIsNotLost() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "file")
        try folder.write("older", to: "file.old")
        do {
            var file = try staged("new", folder)
            #expect(throws: Errno.self) { try file.takePlace(keeping: folder.path("file.old")) }
        }
        #expect(try folder.text("file") == "old" && folder.text("file.old") == "older")
        #expect(try folder.names().count == 2)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away")) func itBelongsToWhomItIsFor() throws {
        let folder = try TemporaryFolder()
        var file = try StagedFile("x".utf8, for: folder.path("file"), owner: 12_345, group: 54_321, mode: 0o600)
        try file.takePlace(keeping: nil)
        var status = stat()
        #expect(lstat(folder.path("file"), &status) == 0 && status.st_uid == 12_345 && status.st_gid == 54_321)
    }

    @Test func whatAKilledOneHasLeftIsSweptAfterAnHour() throws {
        let folder = try TemporaryFolder()
        for name in ["file.1a2b.tmp", "file.old", "other.1a2b.tmp", "file"] { try folder.write("", to: name) }
        let now = WallClock.now()
        StagedFile.sweep(folder.path("file"), now: now)
        #expect(try folder.names().count == 4)
        StagedFile.sweep(folder.path("file"), now: now + 3700)
        #expect(try folder.names().sorted() == ["file", "file.old", "other.1a2b.tmp"])
    }

    @Test func aFolderThatIsMissingIsAnError() throws {
        #expect(throws: Errno.self) {
            _ = try StagedFile("x".utf8, for: "/nonexistent/file", owner: geteuid(), group: getegid(), mode: 0o600)
        }
    }
}
