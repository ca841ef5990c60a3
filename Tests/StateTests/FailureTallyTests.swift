import Glibc
import Testbed
import Testing

@testable import State

@Suite struct FailureTallyTests {
    let temporary: TemporaryFolder
    let tally: FailureTally
    let now = 1_750_000_000.0

    init() throws {
        temporary = try TemporaryFolder()
        tally = FailureTally(path: temporary.path("failures"))
    }

    @Test func fourFailuresAreForgivenAndTheFifthIsTooMany() {
        #expect((1...5).map { _ in tally.add(now: now) } == [false, false, false, false, true])
    }

    @Test func failuresCountForAMinute() {
        for _ in 0..<4 { #expect(!tally.add(now: now)) }
        #expect(!tally.add(now: now + 60))
        for _ in 0..<3 { #expect(!tally.add(now: now + 60)) }
        #expect(tally.add(now: now + 119))
    }

    @Test func failuresFromAClockThatWasSetBackDoNotCount() {
        for _ in 0..<4 { #expect(!tally.add(now: now + 10_000)) }
        #expect(!tally.add(now: now))
    }

    @Test(arguments: ["", "\n\n\n\n\n\n", "x\ny\nz\n1\n2\n", "nan\nnan\nnan\nnan\nnan\n", "1750000000"])
    func linesThatMakeNoSenseDoNotCount(text: String) {
        #expect(!tally.isTooMany(Array(text.utf8), now: now))
    }

    @Test func aTallyThatGrewForWeeksStartsAgain() throws {
        try temporary.write(String(repeating: "1749000000\n", count: 2000), to: "failures")
        #expect(!tally.add(now: now))
        #expect(try temporary.names() == [])
        #expect((1...5).map { _ in tally.add(now: now) }.last == true)
    }

    @Test func aTallyThatOthersCouldWriteStartsAgain() throws {
        try temporary.write(String(repeating: "1750000000\n", count: 9), to: "failures", mode: 0o666)
        #expect(!tally.add(now: now))
        #expect((1...5).map { _ in tally.add(now: now) }.last == true)
    }

    @Test func withoutAFolderNothingIsTooMany() {
        let tally = FailureTally(path: temporary.path("none/failures"))
        #expect((1...9).allSatisfy { _ in !tally.add(now: now) })
    }
}
