import Cognigy
import Glibc
import JSON
import System
import Testbed
import Testing

@testable import State

@Suite struct DialogStateTests {
    let temporary: TemporaryFolder
    let folder: StateFolder
    let now = 1_750_000_000.0
    let saved = DialogMemory(lastIntent: "book", sessionData: ["city": "Köln", "nights": [1, 2.5, .null]])

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func dialog(
        _ caller: String? = "15551234567", _ identity: [String] = ["bot", "key"], window: Double = 3600
    ) -> DialogState {
        DialogState(folder: folder, caller: caller, identity: identity, window: window)
    }

    private func names() throws -> [String] { try FolderListing.names(temporary.path("dialogs")) }

    private func onlyFile() throws -> String {
        try #require(try names().count == 1)
        return "dialogs/\(try names()[0])"
    }

    @Test func theNextCallResumesAndTheOneAfterItBeginsAnew() throws {
        #expect(dialog().take(now: now) == nil)
        #expect(dialog().save(saved, now: now))
        #expect(dialog().take(now: now + 60)?.memory == saved)
        #expect(dialog().take(now: now + 60) == nil)
        #expect(try names() == [])
    }

    @Test func anIntentMayBeUnknownAndDataEmpty() {
        for data in [JSON.null, [:], [], "text", false, 0] {
            let empty = DialogMemory(lastIntent: nil, sessionData: data)
            dialog().save(empty, now: now)
            #expect(dialog().take(now: now)?.memory == empty)
        }
    }

    @Test func theLastStateCounts() {
        dialog().save(.init(lastIntent: "old", sessionData: [:]), now: now)
        dialog().save(saved, now: now + 1)
        #expect(dialog().take(now: now + 2)?.memory == saved)
    }

    @Test func theFileSaysWhenAndWhatAndIsOurs() throws {
        dialog().save(saved, now: now)
        let file = try JSON(parsing: Array(try temporary.text(try onlyFile()).utf8))
        #expect(file["timestamp"]?.number == now)
        #expect(file["last_intent"] == "book")
        #expect(file["session_data"] == saved.sessionData)
        var status = stat()
        #expect(lstat(temporary.path(try onlyFile()), &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func theNameTellsNothingAboutTheCaller() throws {
        dialog().save(saved, now: now)
        let name = try names()[0]
        #expect(name.count == 64 && name.allSatisfy { $0.isHexDigit })
        #expect(!name.contains("15551234567"))
    }

    @Test func anotherCallerOrBotBeginsAnew() {
        dialog().save(saved, now: now)
        #expect(dialog("15551234568").take(now: now) == nil)
        #expect(dialog("15551234567", ["other", "key"]).take(now: now) == nil)
        #expect(dialog("15551234567b", ["ot", "key"]).take(now: now) == nil)
        #expect(dialog().take(now: now)?.memory == saved)
    }

    @Test(arguments: [nil, "", "unknown", "anonymous", "Anonymous", "asterisk", "0", "000000"])
    func aCallerWhoMayBeAnybodyIsNeverResumed(caller: String?) throws {
        #expect(!dialog(caller).save(saved, now: now))
        #expect(dialog(caller).take(now: now) == nil)
        #expect(try temporary.names() == [])
    }

    @Test func aCallerWhoIsTooLateBeginsAnewAndTheFileIsGone() throws {
        for (age, window, isResumed) in [(3600.0, 3600.0, true), (3601, 3600, false), (61, 60, false), (-5, 60, true)] {
            dialog().save(saved, now: now)
            #expect((dialog(window: window).take(now: now + age) != nil) == isResumed)
            #expect(try names() == [])
        }
    }

    @Test func aTimeInTheFutureIsNotTrusted() throws {
        dialog().save(saved, now: now)
        #expect(dialog().take(now: now - 6) == nil)
        #expect(try names() == [])
    }

    @Test(arguments: [
        "", "{", "null", "[]", "{}", "{\"timestamp\":{}}", "{\"timestamp\":1e999,\"session_data\":{}}",
        "{\"timestamp\":\"soon\",\"session_data\":{}}", "\u{0}\u{0}\u{0}",
    ])
    func aBrokenFileIsAFreshStartAndDoesNotStay(text: String) throws {
        dialog().save(saved, now: now)
        try temporary.write(text, to: try onlyFile())
        #expect(dialog().take(now: now) == nil)
        #expect(try names() == [])
        #expect(dialog().save(saved, now: now))
        #expect(dialog().take(now: now)?.memory == saved)
    }

    @Test func anExposedLinkedOrForeignFileIsAFreshStart() throws {
        dialog().save(saved, now: now)
        let path = temporary.path(try onlyFile())
        chmod(path, 0o644)
        #expect(dialog().take(now: now) == nil)

        dialog().save(saved, now: now)
        rename(path, temporary.path("elsewhere"))
        symlink(temporary.path("elsewhere"), path)
        #expect(dialog().take(now: now) == nil)
        #expect(try temporary.names().contains("elsewhere"))

        mkfifo(path, 0o600)
        #expect(dialog().take(now: now) == nil)

        if geteuid() == 0 {
            dialog().save(saved, now: now)
            chown(path, 12_345, 0)
            #expect(dialog().take(now: now) == nil)
        }
        #expect(try names() == [])
    }

    @Test func moreThan64KiBAreNotSaved() throws {
        let large = JSON.string(String(repeating: "x", count: 1 << 16))
        #expect(!dialog().save(.init(lastIntent: nil, sessionData: large), now: now))
        #expect(try names() == [])
        let allowed = DialogMemory(
            lastIntent: nil, sessionData: .string(String(repeating: "x", count: (1 << 16) - 100)))
        #expect(dialog().save(allowed, now: now))
        #expect(dialog().take(now: now)?.memory == allowed)
    }

    @Test func aFolderThatOthersMayEnterIsNotUsed() throws {
        mkdir(temporary.path("dialogs"), 0o700)
        chmod(temporary.path("dialogs"), 0o755)
        #expect(!dialog().save(saved, now: now))
        #expect(dialog().take(now: now) == nil)
    }

    @Test func whatNobodyCameBackForIsSwept() throws {
        let now = WallClock.now()
        dialog().save(saved, now: now)
        try temporary.write("{", to: "dialogs/unfinished.tmp")
        folder.sweep(now: now + 3595)
        #expect(try names().count == 2)
        folder.sweep(now: now + 3595, dialogsOlderThan: 60)
        #expect(try names() == [])
        dialog().save(saved, now: now)
        folder.sweep(now: now - 3605)
        #expect(try names() == [])
    }

    @Test func oneSweepLooksAtFiftyAndAFewAtAll() throws {
        let now = WallClock.now()
        for number in 1...120 { dialog("\(number)").save(saved, now: now) }
        folder.sweep(now: now + 3605)
        #expect(try names().count == 70)
        folder.sweep(now: now + 3605)
        folder.sweep(now: now + 3605)
        #expect(try names() == [])
    }

    @Test func ofManyCallsAtOnceOneResumes() throws {
        let path = temporary.path
        for _ in 0..<3 {
            // So much takes a while to read, and more than one call is at it.
            let long = JSON.string(String(repeating: "x", count: 60_000))
            dialog("15551234567", ["probe"]).save(.init(lastIntent: nil, sessionData: long), now: WallClock.now())
            let probes = try [Probe](30) { try Probe("resume", path) }
            probes.begin()
            let outputs = try probes.outputs()
            #expect(outputs.count { $0 == "resumed\n" } == 1)
            #expect(outputs.count { $0 == "fresh\n" } == 29)
        }
    }

    @Test func callsThatAreKilledLeaveWholeStatesAndNothingForLong() throws {
        let path = temporary.path
        for _ in 0..<10 {
            let probes = try [Probe](6) { try Probe("dialogs", path) }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0 == "started\n" })
            let dialog = dialog("15551234567", ["probe"])
            for _ in 0..<Int.random(in: 1...200) {
                if let taken = dialog.take(now: WallClock.now())?.memory {
                    #expect(taken.sessionData.string.map { Set($0) } == taken.lastIntent.map { Set($0) })
                }
            }
            probes.kill()
            #expect(try probes.outputs().allSatisfy { $0 == "" })
            #expect(dialog.save(saved, now: WallClock.now()))
            #expect(dialog.take(now: WallClock.now())?.memory == saved)
        }
        while try names().count > Sweep.most { folder.sweep(now: WallClock.now() + 3601) }
        folder.sweep(now: WallClock.now() + 3601)
        #expect(try names() == [])
    }
}
