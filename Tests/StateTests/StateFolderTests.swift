import Glibc
import JSON
import System
import Testbed
import Testing

@testable import State

@Suite struct StateFolderTests {
    let temporary: TemporaryFolder
    let nothingKept = "fetches\nno token\nallowed\nno prompt\nnot saved\nfresh\nslot\nunknown\n"

    init() throws { temporary = try TemporaryFolder() }

    @Test func aFolderThatOthersMayEnterIsNoStateAndOneLineSaysWhy() throws {
        chmod(temporary.path, 0o755)
        var reports: [String] = []
        let folder = StateFolder(path: temporary.path) { reports.append($0) }
        #expect(folder == nil)
        #expect(
            reports == [
                "no state is kept: \(temporary.path): is open to other users; close it with: chmod 700 \(temporary.path)"
            ])
    }

    @Test func whatIsWrittenIsReadBackAndALockIsAFileBesideIt() throws {
        let folder = try #require(StateFolder(path: temporary.path("state")) { Issue.record("\($0)") })
        #expect(folder.read("a") == nil)
        #expect(folder.write(["x": 1], "a"))
        #expect(folder.read("a") == ["x": 1])
        let lock = folder.lock("a")
        #expect(try FolderListing.names(folder.path) == ["a", "a.lock"])
        _ = consume lock
    }

    @Test func whatWouldBeTooLargeToReadIsNotWritten() throws {
        let folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
        let largest = JSON.string(String(repeating: "x", count: (1 << 16) - 2))
        #expect(folder.write(largest, "a"))
        #expect(!folder.write(.string(String(repeating: "x", count: (1 << 16) - 1)), "a"))
        #expect(folder.read("a") == largest)
    }

    @Test func patienceEnds() throws {
        let folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
        let lock = folder.lock("a")
        let start = MonotonicClock.now()
        let second = folder.lock("a", patience: .milliseconds(20))
        let isSecond = second != nil
        #expect(!isSecond)
        #expect(MonotonicClock.now() - start >= .milliseconds(20))
        _ = consume lock
    }

    @Test func aCallFindsAndKeepsItsState() throws {
        #expect(
            try Probe("everything", temporary.path).rest()
                == "fetches\ntoken\nrefused\nprompt\nsaved\nresumed\nslot\nknown\n")
    }

    @Test func aFullDiskCostsACallNothingButItsPromptsAndLeavesNoRemains() throws {
        // No file may grow, as on a full disk.
        let probe = try Probe("everything", temporary.path, prelude: "trap '' XFSZ; ulimit -f 0")
        #expect(try probe.rest() == nothingKept)
        #expect(try temporary.names().allSatisfy { !$0.hasSuffix(".tmp") })
        #expect(try temporary.names().contains("calls"))
        #expect(try FolderListing.names(temporary.path("calls")) == [])
    }

    @Test(.enabled(if: geteuid() == 0)) func aFolderOfSomebodyElseCostsACallNothingButItsPrompts() throws {
        chown(temporary.path, 12_345, 0)
        let probe = try Probe("everything", temporary.path)
        #expect(try probe.rest() == nothingKept)
    }
}
