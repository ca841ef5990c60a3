import Digests
import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct TicketCacheTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let now = 1_750_000_000.0
    let server = ["service.example:443", "/etc/ssl/certs"]

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func cache(_ identity: [String] = ["tenant"]) -> TicketCache {
        TicketCache(folder: folder, identity: identity)
    }

    private func ticket(_ text: String = "session", trusted: Double = 3600, life: Double = 3600) -> TicketCache.Ticket {
        TicketCache.Ticket(session: Array(text.utf8), trustedUntil: now + trusted, expiresAt: now + life)
    }

    private func found(after seconds: Double = 0) -> String? {
        cache().find(server, now: now + seconds).map { String(decoding: $0.session, as: UTF8.self) }
    }

    private func file() throws -> String { try #require(try temporary.names().first { TicketCache.isName($0) }) }

    private func bytes() throws -> [UInt8] {
        try AtomicFile.read(temporary.path(try file()), limit: 1 << 16).bytes
    }

    private func put(_ bytes: [UInt8]) throws { try AtomicFile.write(bytes, to: temporary.path(try file())) }

    @Test func nothingIsThereBeforeTheFirstAndTheNewestStays() {
        #expect(found() == nil)
        cache().keep(ticket("old"), of: server, now: now)
        cache().keep(ticket("new", trusted: 3000, life: 300), of: server, now: now)
        #expect(cache().find(server, now: now) == ticket("new", trusted: 3000, life: 300))
    }

    @Test func anotherServerTrustOrConfigurationDoesNotSeeIt() throws {
        cache().keep(ticket(), of: server, now: now)
        for other in [["service.example:8443", server[1]], [server[0], "/other"], [server[0]], server + [""]] {
            #expect(cache().find(other, now: now) == nil)
        }
        #expect(cache(["another"]).find(server, now: now) == nil)
        #expect(cache(["tenant", server[0]]).find([server[1]], now: now) != nil)
        #expect(found() == "session")
    }

    @Test func onlyWeMayReadItAndItsNameTellsNothing() throws {
        cache().keep(ticket(), of: server, now: now)
        let name = try file()
        #expect(name.dropFirst("tls-".count).allSatisfy { $0.isHexDigit })
        var status = stat()
        #expect(lstat(temporary.path(name), &status) == 0 && status.st_mode & 0o7777 == 0o600)
        #expect("\(ticket("s3cret"))" == "<TLS session>")
    }

    @Test func anExposedLinkedOrForeignFileIsAMissAndTheNextHealsIt() throws {
        cache().keep(ticket(), of: server, now: now)
        let path = temporary.path(try file())
        chmod(path, 0o640)
        #expect(found() == nil)
        cache().keep(ticket(), of: server, now: now)
        #expect(found() == "session")

        rename(path, temporary.path("elsewhere"))
        symlink("elsewhere", path)
        #expect(found() == nil)
        cache().keep(ticket(), of: server, now: now)
        #expect(found() == "session")

        if geteuid() == 0 {
            chown(path, 12_345, 0)
            #expect(found() == nil)
        }
    }

    @Test func itEndsWithTheServersMemoryAndWithTheTrustInItsCertificate() {
        cache().keep(ticket(trusted: 3600, life: 300), of: server, now: now)
        #expect(found(after: 299) == "session")
        #expect(found(after: 300) == nil)
        cache().keep(ticket(trusted: 3600, life: 3600), of: server, now: now)
        #expect(found(after: 3599) == "session")
        #expect(found(after: 3600) == nil)
    }

    @Test func aClockThatWasSetBackMakesAMiss() {
        cache().keep(ticket(), of: server, now: now)
        #expect(found(after: -5) == "session")
        #expect(found(after: -6) == nil)
    }

    @Test(
        arguments: [
            (3606, 3600), (3600, 3601), (100, 200), (3600, 0), (3600, -1), (.infinity, 10), (.infinity, .infinity),
            (.nan, 10), (10, .nan), (-1, -2),
        ] as [(Double, Double)])
    func whatNobodyCouldUseIsNotKept(trusted: Double, life: Double) throws {
        cache().keep(ticket(trusted: trusted, life: life), of: server, now: now)
        #expect(try temporary.names() == [])
    }

    @Test func aSessionThatIsEmptyOrTooLongIsNotKept() throws {
        let most = TicketRecord.largest - Digest.sha256Length - 16
        for count in [0, most + 1] {
            cache().keep(ticket(String(repeating: "x", count: count)), of: server, now: now)
            #expect(try temporary.names() == [])
        }
        cache().keep(ticket(String(repeating: "x", count: most)), of: server, now: now)
        #expect(found()?.utf8.count == most)
        try put(try bytes() + [0])
        #expect(found() == nil)
    }

    @Test func aDamagedFileIsAMissWhateverIsDamaged() throws {
        cache().keep(ticket(), of: server, now: now)
        let whole = try bytes()
        for index in whole.indices {
            try put(Array(whole[..<index]))
            #expect(found() == nil)
            var other = whole
            other[index] ^= 1
            try put(other)
            #expect(found() == nil)
        }
        try put(whole)
        #expect(found() == "session")
    }

    /// The digest is right, for the writer made it; the times are not.
    @Test func timesThatMakeNoSenseAreAMiss() throws {
        cache().keep(ticket(), of: server, now: now)
        let session = Array("session".utf8)
        let big = [UInt8](repeating: 255, count: 8)
        for times in [big + big, big + [UInt8](repeating: 0, count: 8), [UInt8](repeating: 0, count: 16)] {
            try put(Digest.sha256((times + session)[...]) + times + session)
            #expect(found() == nil)
        }
    }

    @Test func whatAHandshakeFailedWithIsGoneForAll() throws {
        cache().keep(ticket(), of: server, now: now)
        cache().drop(["another.example:443"])
        #expect(found() == "session")
        cache().drop(server)
        #expect(found() == nil)
        #expect(try temporary.names() == [])
        cache().drop(server)
    }

    @Test func withoutAFolderOrWhereNothingCanBeWrittenThereIsNone() throws {
        let nowhere = TicketCache(folder: nil, identity: [])
        nowhere.keep(ticket(), of: server, now: now)
        #expect(nowhere.find(server, now: now) == nil)
        nowhere.drop(server)

        rmdir(temporary.path)
        // Nor can it be made anew.
        symlink("/nowhere", temporary.path)
        cache().keep(ticket(), of: server, now: now)
        #expect(found() == nil)
        cache().drop(server)
    }

    @Test func aFolderThatACleanerRemovedIsMadeAnew() throws {
        rmdir(temporary.path)
        cache().keep(ticket(), of: server, now: now)
        #expect(found() == "session")
    }

    @Test func processesThatAreKilledLeaveWholeSessions() throws {
        let path = temporary.path
        for _ in 0..<5 {
            let probes = try [Probe](6) { try Probe("keep", path) }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0 == "started\n" })
            let cache = TicketCache(folder: folder, identity: ["probe"])
            for _ in 0..<Int.random(in: 1...200) {
                let session = cache.find(["host"], now: WallClock.now())?.session
                #expect(session.map { Set($0).count } == 1)
            }
            probes.kill()
            #expect(cache.find(["host"], now: WallClock.now()) != nil)
        }
        folder.sweep(now: WallClock.now() + 1000)
        #expect(try temporary.names().allSatisfy { TicketCache.isName($0) })
    }

    @Test func anOldFileIsSwept() throws {
        let now = WallClock.now()
        cache().keep(
            .init(session: [1], trustedUntil: now + 3600, expiresAt: now + 60), of: server, now: now)
        folder.sweepCalls(now: now + 3500)
        #expect(try temporary.names().count == 1)
        folder.sweepCalls(now: now + 3700)
        #expect(try temporary.names() == [])
    }
}
