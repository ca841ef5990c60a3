import Glibc
import JSON
import System
import Testbed
import Testing

@testable import State

@Suite struct TokenCacheTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let now = 1_750_000_000.0

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func cache(jitter: Double = 0) -> TokenCache {
        TokenCache(folder: folder, identity: ["https://x", "/auth", "id", "secret"], jitter: jitter)
    }

    private func state(_ lookup: TokenCache.Lookup) -> String {
        switch lookup {
        case .fresh(let token): "fresh \(token.text)"
        case .refreshDue(let token): "due \(token.text)"
        case .missing: "missing"
        }
    }

    private func stateAfter(_ seconds: Double, expiresIn: Double, jitter: Double = 0) -> String {
        cache().store("t", expiresIn: expiresIn, now: now)
        return state(cache(jitter: jitter).lookup(now: now + seconds))
    }

    private func tokens() throws -> Int { try temporary.names().count { TokenCache.isName($0) } }

    private func fileName() throws -> String {
        try #require(try temporary.names().first { $0.hasPrefix("token-") && !$0.hasSuffix(".lock") })
    }

    @Test func nothingIsThereBeforeTheFirstStore() {
        #expect(state(cache().lookup(now: now)) == "missing")
    }

    @Test func refreshIsDueAMinuteBeforeTheEndAndUseEndsFiveSecondsBefore() {
        #expect(stateAfter(0, expiresIn: 3600) == "fresh t")
        #expect(stateAfter(3539, expiresIn: 3600) == "fresh t")
        #expect(stateAfter(3540, expiresIn: 3600) == "due t")
        #expect(stateAfter(3594, expiresIn: 3600) == "due t")
        #expect(stateAfter(3595, expiresIn: 3600) == "missing")
    }

    @Test func processesRefreshAtDifferentTimes() {
        #expect(stateAfter(3509, expiresIn: 3600, jitter: 1) == "fresh t")
        #expect(stateAfter(3510, expiresIn: 3600, jitter: 1) == "due t")
        #expect(stateAfter(3524, expiresIn: 3600, jitter: 0.5) == "fresh t")
        #expect(stateAfter(3525, expiresIn: 3600, jitter: 0.5) == "due t")
    }

    @Test func aShortLifeIsUsedForItsFirstHalfAtLeast() {
        #expect(stateAfter(4.9, expiresIn: 10, jitter: 1) == "fresh t")
        #expect(stateAfter(5, expiresIn: 10, jitter: 1) == "due t")
        #expect(stateAfter(8.9, expiresIn: 10) == "due t")
        #expect(stateAfter(9, expiresIn: 10) == "missing")
    }

    @Test func anEndlessTokenIsFetchedAnewAfterADay() {
        #expect(stateAfter(86_000, expiresIn: 1e12) == "fresh t")
        #expect(stateAfter(86_400, expiresIn: 1e12) == "missing")
        #expect(stateAfter(0, expiresIn: .infinity) == "fresh t")
    }

    @Test(arguments: [0, -1, -.infinity, .nan] as [Double])
    func aTokenWithoutLifeIsNotKept(expiresIn: Double) {
        #expect(stateAfter(0, expiresIn: expiresIn) == "missing")
    }

    @Test func aClockThatWasSetBackMakesAMiss() {
        #expect(stateAfter(-5, expiresIn: 3600) == "fresh t")
        #expect(stateAfter(-6, expiresIn: 3600) == "missing")
    }

    @Test func otherCredentialsHaveOtherTokensAndNamesTellNothing() throws {
        cache().store("t", expiresIn: 3600, now: now)
        for identity in [["https://x", "/auth", "id", "other"], ["https://x", "/auth", "ids", "ecret"], []] {
            #expect(TokenCache(folder: folder, identity: identity).lookup(now: now) == .missing)
        }
        #expect(try fileName().dropFirst("token-".count).allSatisfy { $0.isHexDigit })
        var status = stat()
        #expect(lstat(temporary.path(try fileName()), &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test(arguments: [
        "", "{", "null", "[]", "{}", "{\"access_token\":\"t\"}",
        "{\"access_token\":\"t\",\"fetched_at\":1750000000,\"expires_at\":1750000000}",
        "{\"access_token\":\"t\",\"fetched_at\":1750000100,\"expires_at\":1750003600}",
        "{\"access_token\":\"t\",\"fetched_at\":1750000000,\"expires_at\":9999999999}",
        "{\"access_token\":\"t\",\"fetched_at\":1750000000,\"expires_at\":1e999}",
        "{\"access_token\":\"\",\"fetched_at\":1750000000,\"expires_at\":1750003600}",
        "{\"access_token\":{},\"fetched_at\":1750000000,\"expires_at\":1750003600}",
    ])
    func aBrokenFileIsAMissAndTheNextStoreHealsIt(text: String) throws {
        cache().store("t", expiresIn: 3600, now: now)
        try temporary.write(text, to: try fileName())
        #expect(state(cache().lookup(now: now)) == "missing")
        #expect(stateAfter(0, expiresIn: 3600) == "fresh t")
    }

    @Test func anExposedLinkedOrForeignFileIsAMissAndTheNextStoreHealsIt() throws {
        cache().store("t", expiresIn: 3600, now: now)
        let path = temporary.path(try fileName())
        chmod(path, 0o644)
        #expect(state(cache().lookup(now: now)) == "missing")
        #expect(stateAfter(0, expiresIn: 3600) == "fresh t")

        rename(path, temporary.path("elsewhere"))
        symlink("elsewhere", path)
        #expect(state(cache().lookup(now: now)) == "missing")
        #expect(stateAfter(0, expiresIn: 3600) == "fresh t")

        if geteuid() == 0 {
            chown(path, 12_345, 0)
            #expect(state(cache().lookup(now: now)) == "missing")
            #expect(stateAfter(0, expiresIn: 3600) == "fresh t")
        }
    }

    @Test func aRefusedTokenIsGoneForAll() throws {
        var mine = cache()
        mine.store("t", expiresIn: 3600, now: now)
        let token = try #require(mine.lookup(now: now).token)
        mine.drop(token)
        #expect(state(mine.lookup(now: now)) == "missing")
        #expect(
            eventually {
                mine.drop(token)
                return state(cache().lookup(now: now)) == "missing"
            })
    }

    @Test func aNewerTokenOfAnotherProcessSurvivesTheDropOfTheOld() throws {
        var mine = cache()
        mine.store("old", expiresIn: 3600, now: now)
        let token = try #require(mine.lookup(now: now).token)
        cache().store("new", expiresIn: 3600, now: now)
        mine.drop(token)
        #expect(state(mine.lookup(now: now)) == "fresh new")
    }

    @Test func aRefusedTokenIsNotUsedAgainWhileAnotherProcessFetches() throws {
        var mine = cache()
        mine.store("old", expiresIn: 3600, now: now)
        let token = try #require(mine.lookup(now: now).token)
        let other = cache()
        let lock = other.tryLock()
        mine.drop(token)
        #expect(state(mine.lookup(now: now)) == "missing")
        #expect(state(other.lookup(now: now)) == "fresh old")
        other.store("new", expiresIn: 3600, now: now)
        #expect(state(mine.lookup(now: now)) == "fresh new")
        _ = consume lock
    }

    @Test func onlyOneMayFetchAtATime() {
        let first = cache().tryLock()
        let second = cache().tryLock()
        let isSecond = second != nil
        #expect(!isSecond)
        _ = consume first
        #expect(eventually { cache().tryLock() != nil })
    }

    @Test func withoutAFolderEverybodyFetchesForHimself() throws {
        for folder in [nil, StateFolder(path: temporary.path) { _ in }] {
            if folder != nil {
                rmdir(temporary.path)
                // Nor can it be made anew.
                symlink("/nowhere", temporary.path)
            }
            var cache = TokenCache(folder: folder, identity: [])
            let first = cache.tryLock()
            let second = cache.tryLock()
            let areBoth = first != nil && second != nil
            #expect(areBoth)
            cache.store("t", expiresIn: 3600, now: now)
            #expect(cache.lookup(now: now) == .missing)
            cache.drop(TokenCache.Token(text: "t", fetchedAt: now, expiresAt: now + 1))
        }
    }

    @Test func aTokenShowsInNoMessage() {
        #expect("\(TokenCache.Token(text: "t0ken", fetchedAt: 0, expiresAt: 1))" == "<token>")
    }

    @Test func ofTwoHundredProcessesOneFetches() throws {
        let path = temporary.path
        let probes = try [Probe](200) { try Probe("refresh", path) }
        probes.begin()
        let outputs = try probes.outputs()
        #expect(outputs.count { $0.contains("fetched\n") } == 1)
        #expect(outputs.allSatisfy { $0.hasSuffix("has token\n") })
    }

    @Test func writersThatAreKilledLeaveWholeFiles() throws {
        let path = temporary.path
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10 {
            let probes = try [Probe](6) { try Probe("store", path) }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0 == "started\n" })
            let cache = TokenCache(folder: folder, identity: ["probe"])
            // Each read is a moment of its own; after a random number of them the writers die.
            for _ in 0..<Int.random(in: 1...200, using: &generator) {
                let text = cache.lookup(now: WallClock.now()).token?.text
                #expect(text.map { Set($0).count } == 1)
            }
            probes.kill()
            #expect(cache.lookup(now: WallClock.now()).token != nil)
        }
        folder.sweep(now: WallClock.now() + 1000)
        #expect(try temporary.names().filter { $0.hasSuffix(".tmp") } == [])
    }

    @Test func aTokenThatIsOverIsSweptAndItsLockStays() throws {
        cache().store("t", expiresIn: 3600, now: now)
        try temporary.write("{", to: "token-broken")
        folder.sweepCalls(now: now + 3599)
        #expect(try tokens() == 1)
        folder.sweepCalls(now: now + 3600)
        #expect(try tokens() == 0)
        #expect(try temporary.names().contains { $0.hasPrefix("token-") && $0.hasSuffix(".lock") })
    }

    @Test func aTokenThatSomebodyIsAboutToReplaceIsNotSwept() throws {
        cache().store("t", expiresIn: 3600, now: now)
        let lock = cache().tryLock()
        folder.sweepCalls(now: now + 10_000)
        #expect(try tokens() == 1)
        _ = consume lock
    }
}

extension TokenCache.Lookup {
    fileprivate var token: TokenCache.Token? {
        switch self {
        case .fresh(let token), .refreshDue(let token): token
        case .missing: nil
        }
    }
}
