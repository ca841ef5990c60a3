import Glibc
import System
import Testbed
import Testing

@Suite struct PrivateFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ path: String) -> String? {
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func aMissingFolderIsMadeForUsAlone() throws {
        try PrivateFolder.prepare(folder.path("state"))
        try PrivateFolder.prepare(folder.path("state"))
        var status = stat()
        #expect(lstat(folder.path("state"), &status) == 0)
        #expect(status.st_mode == S_IFDIR | 0o700)
    }

    @Test func aFolderThatOthersMayEnterIsRefusedWithTheCommandThatMendsIt() throws {
        let path = folder.path("state")
        mkdir(path, 0o700)
        chmod(path, 0o750)
        #expect(refusal(path) == "\(path): is open to other users; close it with: chmod 700 \(path)")
    }

    @Test func aMissingParentIsRefusedWithTheCommandThatMendsIt() {
        let path = folder.path("none/state")
        let remedy = "make it with: install -d -m 700 -o \(Account.word(geteuid())) \(path)"
        #expect(refusal(path) == "\(path): cannot be made: No such file or directory; \(remedy)")
    }

    @Test func aLinkAndAFileAreRefused() throws {
        try folder.write("x", to: "file")
        symlink(folder.path, folder.path("link"))
        #expect(refusal(folder.path("file"))?.contains("is not a folder") == true)
        #expect(refusal(folder.path("link"))?.contains("is a symbolic link") == true)
    }

    @Test(.enabled(if: geteuid() == 0)) func aFolderOfSomebodyElseIsRefused() throws {
        let path = folder.path("state")
        mkdir(path, 0o700)
        chown(path, 12_345, 0)
        #expect(refusal(path) == "\(path): belongs to user 12345, not to root, who runs this; run this as user 12345")
    }

    @Test func toCheckAFolderMakesNone() throws {
        let folder = try TemporaryFolder()
        #expect(throws: PrivateFolder.Refusal.self) { try PrivateFolder.check(folder.path("none")) }
        #expect(try folder.names() == [])
        #expect(throws: Never.self) { try PrivateFolder.check(folder.path) }
        chmod(folder.path, 0o755)
        #expect(throws: PrivateFolder.Refusal.self) { try PrivateFolder.check(folder.path) }
    }
}
