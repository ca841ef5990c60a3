import Cognigy
import Glibc
import JSON
import System
import Testbed
import Testing

@testable import State

@Suite struct DeadLettersTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let letters: DeadLetters
    let now = 1_750_000_000.0

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
        letters = DeadLetters(folder: folder)
    }

    private func letter(
        _ session: String, _ steps: [BargeIn.Step] = [.stop, .reset], after seconds: Double = 0
    ) -> DeadLetter {
        DeadLetter(sessionID: session, steps: steps, confidence: 0.89, time: now + seconds)
    }

    private func names() throws -> [String] { try FolderListing.names(temporary.path("dead-letters")) }

    /// What a delivery did, with one outcome for all; the lock of another test's fork may be in the way for a moment.
    private func deliver(
        at time: Double? = nil, _ send: (DeadLetter) -> DeadLetters.Outcome = { _ in .delivered }
    ) throws -> DeadLetters.Report {
        var report: DeadLetters.Report?
        _ = eventually {
            if case .done(let done) = letters.deliver(now: time ?? now, send) { report = done }
            return report != nil
        }
        return try #require(report)
    }

    private func report(
        delivered: Int = 0, refused: Int = 0, tooOld: Int = 0, broken: Int = 0, left: Int = 0
    ) -> DeadLetters.Report {
        var report = DeadLetters.Report()
        (report.delivered, report.refused, report.tooOld) = (delivered, refused, tooOld)
        (report.broken, report.left) = (broken, left)
        return report
    }

    @Test func lettersAreDeliveredOldestFirstAndAreGone() throws {
        for session in ["c", "a", "b"] {
            #expect(letters.add(letter(session, after: session == "a" ? -0.001 : session == "b" ? 0 : 0.001)) == .kept)
        }
        var sent: [DeadLetter] = []
        let done = try deliver {
            sent.append($0)
            return .delivered
        }
        #expect(sent == [letter("a", after: -0.001), letter("b"), letter("c", after: 0.001)])
        #expect(done == report(delivered: 3))
        #expect(try names() == [])
        #expect(try deliver() == report())
    }

    @Test func aFileIsOursAloneAndHoldsNothingElse() throws {
        #expect(letters.add(letter("s\"\n/..", [.reset])) == .kept)
        let name = "dead-letters/\(try #require(try names().first))"
        var status = stat()
        #expect(lstat(temporary.path(name), &status) == 0 && status.st_mode == S_IFREG | 0o600)
        #expect(
            try temporary.text(name)
                == #"{"confidence":0.89,"session_id":"s\"\n/..","steps":["reset"],"time":1750000000.0}"#)
    }

    @Test func aLetterThatWasDeliveredByHalfComesAgainWithTheOtherHalf() throws {
        for (index, session) in ["a", "b", "c"].enumerated() {
            #expect(letters.add(letter(session, after: Double(index))) == .kept)
        }
        let before = try names()
        #expect(
            try deliver { $0.sessionID == "a" ? .delivered : .later(left: [.reset]) } == report(delivered: 1, left: 2))
        #expect(try names() == Array(before.dropFirst()))
        var sent: [DeadLetter] = []
        _ = try deliver {
            sent.append($0)
            return .delivered
        }
        #expect(sent == [letter("b", [.reset], after: 1), letter("c", after: 2)])
    }

    @Test func aLetterThatIsSetAsideStaysAndTheOthersGo() throws {
        for (index, session) in ["a", "b", "c"].enumerated() {
            #expect(letters.add(letter(session, after: Double(index))) == .kept)
        }
        let done = try deliver { $0.sessionID == "b" ? .setAside(left: [.reset]) : .delivered }
        #expect(done == report(delivered: 2, left: 1))
        var sent: [DeadLetter] = []
        _ = try deliver {
            sent.append($0)
            return .delivered
        }
        #expect(sent == [letter("b", [.reset], after: 1)])
    }

    @Test func theFirstThatMustWaitKeepsTheOthersInTheirOrder() throws {
        for index in 0..<5 { #expect(letters.add(letter("\(index)", after: Double(index))) == .kept) }
        var asked: [String] = []
        for _ in 0..<2 {
            #expect(
                try deliver {
                    asked.append($0.sessionID)
                    return .later(left: $0.steps)
                } == report(left: 5))
        }
        #expect(asked == ["0", "0"])
        #expect(try names().count == 5)
    }

    @Test func whatTheServiceNeverTakesIsGoneAndTheNextIsSent() throws {
        for (index, session) in ["a", "b", "c"].enumerated() {
            #expect(letters.add(letter(session, after: Double(index))) == .kept)
        }
        #expect(try deliver { $0.sessionID == "b" ? .refused : .delivered } == report(delivered: 2, refused: 1))
        #expect(try names() == [])
    }

    @Test func aLetterOfYesterdayIsOfNoUse() throws {
        for (index, age) in [86_401.0, 86_400, 0, -86_400, -86_401].enumerated() {
            #expect(letters.add(letter("\(index)", after: -age)) == .kept)
        }
        var sent: [String] = []
        let done = try deliver {
            sent.append($0.sessionID)
            return .delivered
        }
        #expect(sent == ["1", "2", "3"])
        #expect(done == report(delivered: 3, tooOld: 2))
        #expect(try names() == [])
    }

    @Test func theOldestOfTooManyGoes() throws {
        #expect(letters.add(letter("first")) == .kept)
        for index in 1..<DeadLetters.limit {
            let name = "0\(1_750_000_000_000_000 + index)-x"
            try AtomicFile.write(
                letter("\(index)", after: Double(index) / 1e6).file.serialized,
                to: temporary.path("dead-letters/\(name)"),
                durably: false)
        }
        #expect(try names().count == 1000)
        #expect(letters.add(letter("last", after: 1)) == .keptInPlaceOf(1))
        #expect(try names().count == 1000)
        var sent: [String] = []
        let done = try deliver {
            sent.append($0.sessionID)
            return .delivered
        }
        #expect(done == report(delivered: 1000))
        #expect(sent == (1..<1000).map { "\($0)" } + ["last"])
    }

    @Test(arguments: [
        "", "{", "null", "[]", "{}", "\u{0}\u{0}",
        #"{"session_id":"","steps":["stop"],"confidence":1,"time":1750000000}"#,
        #"{"session_id":"s","steps":[],"confidence":1,"time":1750000000}"#,
        #"{"session_id":"s","steps":"stop","confidence":1,"time":1750000000}"#,
        #"{"session_id":"s","steps":["stop","stop"],"confidence":1,"time":1750000000}"#,
        #"{"session_id":"s","steps":["stop","play"],"confidence":1,"time":1750000000}"#,
        #"{"session_id":"s","steps":["stop",{}],"confidence":1,"time":1750000000}"#,
        #"{"session_id":"s","steps":["stop"],"confidence":1.1,"time":1750000000}"#,
        #"{"session_id":"s","steps":["stop"],"confidence":1}"#,
        #"{"session_id":"s","steps":["stop"],"confidence":1,"time":"soon"}"#,
        #"{"session_id":{},"steps":["stop"],"confidence":1,"time":1750000000}"#,
        "{\"session_id\":\"\(String(repeating: "x", count: 70_000))\",\"steps\":[\"stop\"],\"confidence\":1,\"time\":1}",
    ])
    func aBrokenFileIsRemovedAndTheNextIsSent(text: String) throws {
        #expect(letters.add(letter("good")) == .kept)
        try temporary.write(text, to: "dead-letters/0")
        var sent: [DeadLetter] = []
        let done = try deliver {
            sent.append($0)
            return .delivered
        }
        #expect(sent == [letter("good")])
        #expect(done == report(delivered: 1, broken: 1))
        #expect(try names() == [])
    }

    @Test func anExposedLinkedOrForeignFileIsNotSent() throws {
        #expect(letters.add(letter("s")) == .kept)
        let good = temporary.path("dead-letters/\(try #require(try names().first))")
        rename(good, temporary.path("elsewhere"))
        symlink(temporary.path("elsewhere"), temporary.path("dead-letters/1"))
        mkfifo(temporary.path("dead-letters/2"), 0o600)
        try temporary.write(letter("exposed").file.text, to: "dead-letters/3", mode: 0o644)
        if geteuid() == 0 {
            try temporary.write(letter("foreign").file.text, to: "dead-letters/4")
            chown(temporary.path("dead-letters/4"), 12_345, 0)
        }
        let count = try names().count
        #expect(
            try deliver { _ in
                Issue.record("sent")
                return .delivered
            } == report(broken: count))
        #expect(try names() == [])
        #expect(try temporary.names().contains("elsewhere"))
    }

    @Test(arguments: [.nan, .infinity, -.infinity, -1, 1e300] as [Double])
    func aTimeThatMakesNoSenseIsALetterThatIsNotSent(time: Double) throws {
        #expect(letters.add(DeadLetter(sessionID: "s", steps: [.stop], confidence: 1, time: time)) == .kept)
        let done = try deliver()
        #expect(done.broken + done.tooOld == 1)
        #expect(try names() == [])
    }

    @Test func whileAnotherProcessDeliversNothingIsSentTwice() throws {
        #expect(letters.add(letter("s")) == .kept)
        let lock = try FileLock.tryLock(temporary.path("dead-letters.lock"))
        let isHeld = lock != nil
        #expect(isHeld)
        #expect(
            letters.deliver(now: now) { _ in
                Issue.record("sent")
                return .delivered
            } == .underWay)
        // A letter can be added all the while.
        #expect(letters.add(letter("t")) == .kept)
        _ = consume lock
        #expect(try deliver() == report(delivered: 2))
    }

    @Test func whereWhatIsDeliveredCouldNotBeRememberedNothingIsSent() throws {
        #expect(letters.add(letter("s")) == .kept)
        symlink("/dev/null", temporary.path("dead-letters.lock"))
        for letters in [letters, DeadLetters(folder: nil)] {
            guard
                case .impossible = letters.deliver(
                    now: now,
                    { _ in
                        Issue.record("sent")
                        return .delivered
                    })
            else {
                Issue.record("delivered")
                continue
            }
        }
        #expect(DeadLetters(folder: nil).add(letter("s")) == .lost("there is no state folder"))
    }

    @Test func aFullDiskLosesALetterAndSaysSo() throws {
        let probe = try Probe("interrupted", temporary.path, prelude: "trap '' XFSZ; ulimit -f 0")
        #expect(try probe.rest() == "lost\nseen\nstopped\n")
        #expect(try names() == [])
        #expect(try Probe("interrupted", temporary.path).rest() == "kept\nseen\nstopped\n")
    }

    @Test(.enabled(if: geteuid() == 0)) func aFolderOfSomebodyElseIsNotUsed() throws {
        chown(temporary.path, 12_345, 0)
        #expect(try Probe("interrupted", temporary.path).rest() == "lost\nunknown\nnot stopped\n")
    }

    @Test func whatNobodySendsAgainIsSwept() throws {
        let now = WallClock.now()
        #expect(letters.add(letter("s")) == .kept)
        try temporary.write("{", to: "dead-letters/0.x.tmp")
        folder.sweep(now: now + 290)
        #expect(try names().count == 2)
        folder.sweep(now: now + 310)
        #expect(try names().count == 1)
        folder.sweep(now: now + 86_390)
        #expect(try names().count == 1)
        folder.sweep(now: now + 86_410)
        #expect(try names() == [])
    }

    @Test func anUnfinishedFileIsNoLetter() throws {
        try temporary.write("x", to: "x")
        #expect(letters.add(letter("s")) == .kept)
        try temporary.write("{", to: "dead-letters/0.x.tmp")
        #expect(try deliver() == report(delivered: 1))
        #expect(try names() == ["0.x.tmp"])
    }

    @Test func ofManyThatDeliverAtOnceOneSendsEachLetterOnce() throws {
        let path = temporary.path
        let now = WallClock.now()
        for index in 0..<50 {
            #expect(
                letters.add(
                    .init(sessionID: "\(index)", steps: [.stop], confidence: 1, time: now + Double(index) / 1000))
                    == .kept)
        }
        let probes = try [Probe](10) { try Probe("deliver", path) }
        probes.begin()
        let outputs = try probes.outputs()
        #expect(outputs.allSatisfy { ["started\ndone\n", "started\nunder way\n"].contains($0) })
        #expect(outputs.contains("started\ndone\n"))
        #expect(outputs.contains("started\nunder way\n"))
        #expect(try temporary.text("sent") == (0..<50).map { "\($0)\n" }.joined())
        #expect(try names() == [])
    }

    @Test func whoeverIsKilledSendsOnlyTheLetterInHandTwice() throws {
        let path = temporary.path
        let now = WallClock.now()
        for index in 100..<160 {
            #expect(
                letters.add(
                    .init(sessionID: "\(index)", steps: [.stop], confidence: 1, time: now + Double(index) / 1000))
                    == .kept)
        }
        var kills = 0
        while try !names().isEmpty {
            // Too few for the two of one round to send all.
            let probes = try [Probe](2) { try Probe("deliver", path, "\(Int.random(in: 1...20))") }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0.hasPrefix("started\n") })
            usleep(.random(in: 0...15_000))
            probes.kill()
            kills += 1
        }
        let sent = try temporary.text("sent").split(separator: "\n").map(String.init)
        #expect(sent == sent.sorted())
        #expect(Set(sent).count == 60)
        #expect(sent.count - 60 <= 2 * kills)
        #expect(kills > 1)
    }

    @Test func whoeverIsKilledWhileAddingLeavesWholeLettersAndNotTooMany() throws {
        let path = temporary.path
        for index in 0..<DeadLetters.limit {
            try AtomicFile.write(
                letter("\(index)").file.serialized, to: temporary.path("dead-letters/0\(index)"), durably: false)
        }
        for _ in 0..<5 {
            let probes = try [Probe](6) { try Probe("letters", path) }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0 == "started\n" })
            for probe in probes.shuffled() {
                usleep(.random(in: 0...10_000))
                probe.kill()
            }
            #expect(try probes.outputs().allSatisfy { $0 == "" })
            #expect(letters.add(letter("last", after: 1e6)) != .kept)
            #expect(try names().filter { !$0.hasSuffix(".tmp") }.count == DeadLetters.limit)
        }
        let done = try deliver(at: WallClock.now())
        #expect(done.broken == 0)
        #expect(done.delivered + done.tooOld == DeadLetters.limit)
    }
}
