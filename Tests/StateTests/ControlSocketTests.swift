import Digests
import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct ControlSocketTests {
    let temporary: TemporaryFolder
    let folder: StateFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func names() throws -> [String] { try FolderListing.names(temporary.path("control")) }

    private func onlyFile() throws -> String {
        try #require(try names().count == 1)
        return temporary.path("control/\(try names()[0])")
    }

    private func socket(_ session: String = "s") throws -> ControlSocket {
        guard let socket = ControlSocket(folder: folder, session: session, report: { Issue.record("\($0)") }) else {
            throw Errno("bind")
        }
        return socket
    }

    private func stop(_ session: String = "s") -> Bool { ControlSocket.stop(folder: folder, session: session) }

    private func setAge(_ age: Double, of path: String) {
        var times = [timespec(), timespec()]
        times[0].tv_sec = time_t(WallClock.now() - age)
        times[1].tv_sec = times[0].tv_sec
        utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW)
    }

    /// A call that was killed, and what it left.
    private func killedCall(_ session: String) throws {
        let probe = try Probe("control", temporary.path, session)
        #expect(try probe.line() == "listens\n")
        probe.kill()
    }

    @Test func aCallIsToldToStopAndOnlyTheOneOfThisSession() throws {
        let mine = try socket("a")
        let other = try socket("b")
        #expect(mine.next() == nil)
        #expect(stop("a"))
        #expect(!stop("c"))
        let ready = try Poll.wait(for: [.init(mine.descriptor, .readable)], timeout: .seconds(10))
        #expect(ready == [mine.descriptor: .readable])
        #expect(mine.next() == .stop)
        #expect(mine.next() == nil)
        #expect(other.next() == nil)
        #expect(try Poll.wait(for: [.init(mine.descriptor, .readable)], timeout: .zero).isEmpty)
    }

    @Test func theNameIsGoneWithTheCall() throws {
        let mine = try socket()
        #expect(try names().count == 1)
        _ = consume mine
        #expect(try names() == [])
        #expect(!stop())
    }

    @Test(arguments: ["", "..", "a/b", "a\u{0}b", String(repeating: "x", count: 100_000)])
    func theNameIsShortAndTellsNothing(session: String) throws {
        let mine = try socket(session)
        #expect(try names().allSatisfy { $0.count == 24 && $0.allSatisfy { $0.isHexDigit } })
        #expect(stop(session))
        #expect(mine.next() == .stop)
    }

    @Test func nobodyElseMaySend() throws {
        let mine = try socket()
        var status = stat()
        #expect(lstat(try onlyFile(), &status) == 0 && status.st_mode == S_IFSOCK | 0o600)
        #expect(lstat(temporary.path("control"), &status) == 0 && status.st_mode == S_IFDIR | 0o700)
        _ = consume mine
    }

    @Test func whatIsNoMessageIsPassedOver() throws {
        let mine = try socket()
        let path = try onlyFile()
        for text in ["", "STOP", "stop\n", "sto", "stopstopstopstopstop", "\u{0}stop", "{\"stop\":true}"] {
            try UnixDatagram.send(Array(text.utf8), to: path)
        }
        try UnixDatagram.send([UInt8](repeating: 0xFF, count: 60_000), to: path)
        #expect(stop())
        #expect(mine.next() == .stop)
        #expect(mine.next() == nil)
    }

    @Test func aCallThatDoesNotListenHoldsNobodyUpAndStopsLater() throws {
        let mine = try socket()
        for _ in 0..<2000 { #expect(stop()) }
        var count = 0
        while mine.next() == .stop { count += 1 }
        #expect(count > 0)
        #expect(stop())
        #expect(mine.next() == .stop)
    }

    @Test func aSecondCallOfTheSessionTakesOverAndKeepsItsName() throws {
        let first = try socket()
        let second = try socket()
        #expect(stop())
        #expect(first.next() == nil)
        #expect(second.next() == .stop)
        _ = consume first
        #expect(stop())
        #expect(second.next() == .stop)
        _ = consume second
        #expect(try names() == [])
    }

    @Test func whatStandsInThePlaceOfASocketGoes() throws {
        let mine = try socket()
        let path = try onlyFile()
        _ = consume mine
        for make in [
            { mkfifo(path, 0o600) }, { symlink("/dev/null", path) }, { open(path, O_CREAT, 0o600) },
        ] {
            _ = make()
            let mine = try socket()
            #expect(stop())
            #expect(mine.next() == .stop)
        }
        mkdir(path, 0o700)
        var reports: [String] = []
        let none = ControlSocket(folder: folder, session: "s") { reports.append($0) } == nil
        #expect(none)
        #expect(reports == ["no webhook can stop a prompt of this call: \(path): bind: Address already in use"])
    }

    @Test func aPathThatIsTooLongIsSaidOnceAndIsNoFailure() throws {
        let long = temporary.path(String(repeating: "x", count: 80))
        let folder = try #require(StateFolder(path: long) { Issue.record("\($0)") })
        var reports: [String] = []
        let none = ControlSocket(folder: folder, session: "s") { reports.append($0) } == nil
        #expect(none)
        let path = "\(long)/control/\(Fingerprint.short(of: ["s"]))"
        #expect(
            reports == [
                "no webhook can stop a prompt of this call: \(path): bind: File name too long; "
                    + "name a shorter folder as [paths] state"
            ])
        #expect(!ControlSocket.stop(folder: folder, session: "s"))
    }

    @Test func withoutAFolderThereIsNone() throws {
        let none = ControlSocket(folder: nil, session: "s") { Issue.record("\($0)") } == nil
        #expect(none)
        #expect(!ControlSocket.stop(folder: nil, session: "s"))
        // Who only wants to stop a call makes nothing.
        #expect(!stop())
        #expect(try temporary.names() == [])
    }

    @Test func aCallInAnotherProcessIsStopped() throws {
        let probe = try Probe("control", temporary.path, "s")
        #expect(try probe.line() == "listens\n")
        #expect(stop())
        #expect(try probe.line() == "stopped\n")
        probe.begin()
        #expect(try probe.rest() == "")
        #expect(try names() == [])
    }

    @Test func whatAKilledCallLeftGoesWithTheNextStop() throws {
        try killedCall("s")
        #expect(try names().count == 1)
        #expect(
            try eventually {
                let isStopped = stop()
                return try !isStopped && names() == []
            })
    }

    @Test func theCallAfterAKilledOneIsToldToStop() throws {
        try killedCall("s")
        let mine = try socket()
        #expect(stop())
        #expect(mine.next() == .stop)
    }

    @Test func whatKilledCallsLeftIsSweptAndTheLivingStay() throws {
        let living = try socket("living")
        setAge(1000, of: try onlyFile())
        try killedCall("old")
        for name in try names() { setAge(1000, of: temporary.path("control/\(name)")) }
        try killedCall("young")
        #expect(try names().count == 3)
        #expect(
            try eventually {
                folder.sweep(now: WallClock.now())
                return try names().count == 2
            })
        #expect(stop("living"))
        #expect(living.next() == .stop)
        #expect(!stop("old"))
    }

    @Test func callsThatComeGoAndAreKilledNeverTakeTheNameOfALivingOne() throws {
        let path = temporary.path
        for _ in 0..<5 {
            let living = try socket("living")
            let probes = try [Probe](4) { try Probe("controls", path, "other") }
            probes.begin()
            // One that waits too long for the lock may find its name taken, and says so.
            #expect(try probes.lines().allSatisfy { $0.hasPrefix("started\n") })
            for probe in probes.shuffled() {
                for _ in 0..<20 { _ = stop("other") }
                probe.kill()
                folder.sweep(now: WallClock.now() + 1000)
                #expect(stop("living"))
                #expect(living.next() == .stop)
            }
            _ = consume living
        }
        let after = try socket("other")
        #expect(stop("other"))
        #expect(after.next() == .stop)
        _ = consume after
        #expect(try names() == [])
    }
}
