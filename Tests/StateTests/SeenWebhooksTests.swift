import Digests
import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct SeenWebhooksTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let webhooks: SeenWebhooks
    let now = WallClock.now()

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
        webhooks = SeenWebhooks(folder: folder)
    }

    private func names() throws -> [String] { try FolderListing.names(temporary.path("webhooks")) }

    private func path(_ id: String) -> String { temporary.path("webhooks/\(Fingerprint.of([id]))") }

    private func setAge(_ age: Double, of id: String) {
        var times = [timespec(), timespec()]
        times[0].tv_sec = time_t(now - age)
        times[1].tv_sec = times[0].tv_sec
        utimensat(AT_FDCWD, path(id), times, 0)
    }

    @Test func aWebhookIsNewOnce() {
        #expect(webhooks.see("msg_1", now: now) == .new)
        #expect(webhooks.see("msg_1", now: now) == .replayed)
        #expect(webhooks.see("msg_1", now: now + 590) == .replayed)
        #expect(webhooks.see("msg_2", now: now) == .new)
        #expect(SeenWebhooks(folder: folder).see("msg_2", now: now) == .replayed)
    }

    @Test(arguments: ["", "..", "../../etc/passwd", "a\u{0}b", "/", String(repeating: "x", count: 100_000)])
    func noIdLeadsOutOfTheFolder(id: String) throws {
        #expect(webhooks.see(id, now: now) == .new)
        #expect(webhooks.see(id, now: now) == .replayed)
        #expect(try names().count == 1)
        #expect(try names().allSatisfy { $0.count == 64 && $0.allSatisfy { $0.isHexDigit } })
        #expect(try temporary.names() == ["webhooks"])
    }

    @Test func idsAreTheSameByteByByte() {
        for id in ["é", "e\u{301}", "É", "msg", "MSG", "msg "] { #expect(webhooks.see(id, now: now) == .new) }
    }

    @Test func aFileIsEmptyAndOursAlone() throws {
        #expect(webhooks.see("msg_1", now: now) == .new)
        var status = stat()
        #expect(lstat(path("msg_1"), &status) == 0 && status.st_mode == S_IFREG | 0o600 && status.st_size == 0)
    }

    @Test(arguments: [610.0, -610, 86_400]) func whatIsFromAnotherTimeIsNewOnce(age: Double) throws {
        #expect(webhooks.see("msg_1", now: now) == .new)
        setAge(age, of: "msg_1")
        #expect(eventually { webhooks.see("msg_1", now: now) == .new })
        #expect(webhooks.see("msg_1", now: now) == .replayed)
        #expect(try names().count == 1)
    }

    @Test func whatStandsInThePlaceOfAFileIsAReplayAndHoldsNobodyUp() throws {
        #expect(webhooks.see("other", now: now) == .new)
        mkfifo(path("fifo"), 0o600)
        mkdir(path("folder"), 0o700)
        symlink("/dev/null", path("link"))
        symlink("nowhere", path("dangling"))
        for id in ["fifo", "folder", "link", "dangling"] { #expect(webhooks.see(id, now: now) == .replayed) }
    }

    @Test func withoutAFolderNobodyKnows() throws {
        #expect(SeenWebhooks(folder: nil).see("msg_1", now: now) == .unknown("there is no state folder"))
        rmdir(temporary.path("webhooks"))
        guard case .unknown(let reason) = webhooks.see("msg_1", now: now) else {
            Issue.record("known")
            return
        }
        #expect(reason == "\(temporary.path)/webhooks: open: No such file or directory")
    }

    @Test func whatCannotBeReplayedAnyMoreIsSwept() throws {
        for id in ["old", "young", "future"] { #expect(webhooks.see(id, now: now) == .new) }
        setAge(610, of: "old")
        setAge(590, of: "young")
        setAge(-610, of: "future")
        #expect(
            try eventually {
                folder.sweep(now: now)
                return try names().count == 1
            })
        #expect(webhooks.see("young", now: now) == .replayed)
    }

    @Test func oneSweepLooksAtFifty() throws {
        for number in 1...120 { #expect(webhooks.see("\(number)", now: now) == .new) }
        #expect(
            try eventually {
                folder.sweep(now: now + 1000)
                return try names().count == 70
            })
    }

    @Test func ofManyAtOnceOneIsNew() throws {
        let path = temporary.path
        for round in 0..<4 {
            // In every other round there is a file of another time.
            if round % 2 == 1 {
                #expect(webhooks.see("\(round)", now: now) == .new)
                setAge(1000, of: "\(round)")
            }
            let probes = try [Probe](20) { try Probe("see", path, "\(round)") }
            probes.begin()
            let outputs = try probes.outputs()
            #expect(outputs.count { $0 == "new\n" } == 1)
            #expect(outputs.count { $0 == "replayed\n" } == 19)
        }
    }

    @Test func ofManyThatWaitToMakeAnOldFileNewOneDoes() throws {
        let path = temporary.path
        for round in 0..<6 {
            #expect(webhooks.see("\(round)", now: now) == .new)
            setAge(1000, of: "\(round)")
            let probes = try [Probe](10) { try Probe("see", path, "\(round)") }
            let lock = folder.lock("webhooks", patience: .seconds(10))
            probes.begin()
            usleep(8000)
            _ = consume lock
            // None at all where the lock was given back too late for those who waited.
            #expect(try probes.outputs().count { $0 == "new\n" } <= 1)
        }
    }
}
