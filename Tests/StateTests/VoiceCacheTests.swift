import Digests
import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct VoiceCacheTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let now = WallClock.now()
    let samples = [UInt8](0...255)

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func cache(_ identity: [String] = ["voice", "16000", "service"], limit: Int = 64 << 20) -> VoiceCache {
        VoiceCache(folder: folder, identity: identity, limit: limit)
    }

    private func names() throws -> [String] { try FolderListing.names(temporary.path("voices")) }

    private func onlyFile() throws -> String {
        try #require(try names().count == 1)
        return "voices/\(try names()[0])"
    }

    /// Stores a sentence and says when it was last used.
    private func store(_ text: String, age: Double, in cache: VoiceCache) throws {
        let before = Set(try names())
        // The lock of another test's fork may be in the way for a moment.
        #expect(
            eventually {
                cache.store(samples, of: text, now: now)
                return cache.samples(of: text) != nil
            })
        for name in try names() where !before.contains(name) { setAge(age, of: "voices/\(name)") }
    }

    private func setAge(_ age: Double, of name: String) {
        var times = [timespec(), timespec()]
        times[0].tv_sec = time_t(now - age)
        times[1].tv_sec = times[0].tv_sec
        utimensat(AT_FDCWD, temporary.path(name), times, 0)
    }

    /// What all files take, with no writer at work.
    private func total() throws -> Int {
        let lock = folder.lock("voices", patience: .seconds(60))
        var total = 0
        for name in try names() {
            var status = stat()
            if lstat(temporary.path("voices/\(name)"), &status) == 0 { total += Int(status.st_size) }
        }
        _ = consume lock
        return total
    }

    @Test func aSentenceIsSynthesizedOnce() {
        #expect(cache().samples(of: "Hello.") == nil)
        cache().store(samples, of: "Hello.", now: now)
        #expect(cache().samples(of: "Hello.") == samples)
        #expect(cache().samples(of: "Hello!") == nil)
    }

    @Test func anotherVoiceRateOrServiceIsAnotherSound() {
        cache().store(samples, of: "Hello.", now: now)
        for identity in [
            ["voice2", "16000", "service"], ["voice", "8000", "service"], ["voice", "16000", "service2"],
            ["voice", "16000", "servic", "e"],
        ] {
            #expect(cache(identity).samples(of: "Hello.") == nil)
        }
    }

    @Test func namesTellNothingAndOthersCannotRead() throws {
        cache().store(samples, of: "Dear Ms. Miller.", now: now)
        #expect(try names().allSatisfy { $0.count == 64 && $0.allSatisfy { $0.isHexDigit } })
        var status = stat()
        #expect(lstat(temporary.path(try onlyFile()), &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func nothingAndWhatIsNoSentenceAreNotKept() throws {
        cache().store([], of: "Hello.", now: now)
        cache().store([UInt8](repeating: 1, count: (1 << 20) + 1), of: "Hello.", now: now)
        #expect(try names() == [])
        let longest = [UInt8](repeating: 1, count: 1 << 20)
        cache().store(longest, of: "Hello.", now: now)
        #expect(cache().samples(of: "Hello.") == longest)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 287])
    func aFileThatWasCutIsAMissAndTheNextStoreHealsIt(length: Int) throws {
        cache().store(samples, of: "Hello.", now: now)
        truncate(temporary.path(try onlyFile()), length)
        #expect(cache().samples(of: "Hello.") == nil)
        try store("Hello.", age: 0, in: cache())
        #expect(cache().samples(of: "Hello.") == samples)
    }

    @Test func aFileWithZerosInPlaceOfSamplesIsAMiss() throws {
        cache().store(samples, of: "Hello.", now: now)
        truncate(temporary.path(try onlyFile()), 100)
        truncate(temporary.path(try onlyFile()), 32 + samples.count)
        #expect(cache().samples(of: "Hello.") == nil)
    }

    @Test func anExposedLinkedOrForeignFileIsAMissAndTheNextStoreHealsIt() throws {
        cache().store(samples, of: "Hello.", now: now)
        let path = temporary.path(try onlyFile())
        chmod(path, 0o644)
        #expect(cache().samples(of: "Hello.") == nil)
        try store("Hello.", age: 0, in: cache())

        rename(path, temporary.path("elsewhere"))
        symlink(temporary.path("elsewhere"), path)
        #expect(cache().samples(of: "Hello.") == nil)
        try store("Hello.", age: 0, in: cache())

        unlink(path)
        mkfifo(path, 0o600)
        #expect(cache().samples(of: "Hello.") == nil)
        try store("Hello.", age: 0, in: cache())

        if geteuid() == 0 {
            chown(path, 12_345, 0)
            #expect(cache().samples(of: "Hello.") == nil)
            try store("Hello.", age: 0, in: cache())
        }
        #expect(cache().samples(of: "Hello.") == samples)
    }

    @Test func whatWasNotUsedForTheLongestTimeMakesRoom() throws {
        let cache = cache(limit: 3 * VoiceCache.smallestShare)
        try store("a", age: 300, in: cache)
        try store("b", age: 200, in: cache)
        try store("c", age: 100, in: cache)
        // Used again, so the oldest no longer.
        #expect(cache.samples(of: "a") != nil)
        try store("d", age: 0, in: cache)
        #expect(try names().count == 3)
        #expect(cache.samples(of: "b") == nil)
        #expect(["a", "c", "d"].allSatisfy { cache.samples(of: $0) != nil })
    }

    @Test func whatDoesNotFitAtAllIsNotKept() throws {
        let cache = cache(limit: VoiceCache.smallestShare - 1)
        cache.store(samples, of: "a", now: now)
        #expect(try names() == [])
    }

    @Test func unusedForADayFromTheFutureOrUnfinishedIsRemovedByTheNextStore() throws {
        let cache = cache()
        let ages = ["day": 86_500.0, "future": -86_500, "hour": 3600]
        for text in ages.keys { try store(text, age: 0, in: cache) }
        for (text, age) in ages { setAge(age, of: "voices/\(Fingerprint.of(["voice", "16000", "service", text]))") }
        try temporary.write("x", to: "voices/x.tmp")
        #expect(try names().count == 4)
        #expect(
            try eventually {
                cache.store(samples, of: "new", now: now)
                return try names().count == 2
            })
        #expect(cache.samples(of: "hour") == samples)
        #expect(cache.samples(of: "new") == samples)
    }

    @Test func whileAnotherProcessKeepsASentenceNobodyWaits() throws {
        let lock = folder.lock("voices")
        cache().store(samples, of: "Hello.", now: now)
        #expect(cache().samples(of: "Hello.") == nil)
        _ = consume lock
        try store("Hello.", age: 0, in: cache())
    }

    @Test func withoutAFolderEverySentenceIsNew() {
        let cache = VoiceCache(folder: nil, identity: [])
        cache.store(samples, of: "Hello.", now: now)
        #expect(cache.samples(of: "Hello.") == nil)
    }

    @Test func manyProcessesThatAreKilledHearWholeSentencesAndStayWithinTheLimit() throws {
        let path = temporary.path
        // Room for a few of the forty, so that they are evicted all the time.
        let limit = 4 * VoiceCache.smallestShare
        for _ in 0..<8 {
            let probes = try [Probe](8) { try Probe("sentences", path, "\(limit)") }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0 == "started\n" })
            for probe in probes.shuffled() {
                for _ in 0..<Int.random(in: 1...20) { #expect(try total() <= limit) }
                probe.kill()
            }
            #expect(try probes.outputs().allSatisfy { $0 == "" })
            #expect(try total() <= limit)
        }
        let cache = VoiceCache(folder: folder, identity: ["probe"], limit: limit)
        try store("after them", age: 0, in: cache)
        // The last that was killed may have made room for what it did not write any more.
        #expect(try names().count > 1)
        #expect(try names().allSatisfy { !$0.hasSuffix(".tmp") })
    }
}
