import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// What the processes of one machine share on disk, with many of them at once.
@Suite(.serialized) struct TokenSharingTests {
    private static let goodbye = #"open send {"type":"response","text":"1","end":true}"#

    private func tokenFile(_ pbx: PBX) throws -> String {
        let names = try FolderListing.names(pbx.sharedPath(""))
        return pbx.sharedPath(try #require(names.first { $0.hasPrefix("token-") && !$0.hasSuffix(".lock") }))
    }

    @Test func twoHundredCallsAtOnceWithAnEmptyCacheMakeOneTokenRequest() throws {
        let pbx = try PBX("token delay 500\n" + Self.goodbye, settings: ["COGNIGY_CALL_SETUP_TIMEOUT": "300"])
        let records = try pbx.calls(200, deadline: .seconds(400))
        let reasons = records.map { $0.variables["COGNIGY_REASON"] ?? "\($0.status) \(String(describing: $0.exit))" }
        #expect(reasons == Array(repeating: "end", count: 200))
        #expect(pbx.service.count(.token) == 1)
        #expect(pbx.service.count(.session) == 200)
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }

    @Test func aTokenNearItsEndMakesNobodyWaitAndIsFetchedOnce() throws {
        let pbx = try PBX("token ok times 1\ntoken delay 3000\nkey 9 send {\"type\":\"response\",\"end\":true}")
        _ = try pbx.call([.press("9", when: .whenWaiting, after: .milliseconds(300))])
        let file = try tokenFile(pbx)
        let stored = try JSON(parsing: Array(pbx.folder.text(file).utf8))
        var members = try #require(stored.object)
        members["fetched_at"] = .number(WallClock.now() - 3000)
        members["expires_at"] = .number(WallClock.now() + 30)
        try pbx.folder.write(JSON.object(members).text, to: file)

        // Each of them stays long enough for a refresh to come back.
        let records = try pbx.calls(10, [.press("9", when: .whenWaiting, after: .milliseconds(4500))])
        #expect(records.allSatisfy { $0.variables["COGNIGY_STATUS"] == "COMPLETED" })
        #expect(pbx.service.count(.token) == 2)
        let entries = pbx.service.entries()
        let refreshed = try #require(entries.lastIndex { $0.event == .token })
        // The sessions were made while the refresh was under way.
        let begun = entries[refreshed].time
        #expect(entries.filter { $0.event == .session }.dropFirst().allSatisfy { $0.time < begun + 3 })
        #expect(
            try JSON(parsing: Array(pbx.folder.text(file).utf8))["expires_at"]?.number ?? 0 > WallClock.now() + 3000)
    }

    @Test func aStateFolderThatCannotBeUsedCostsATokenACallAndNothingElse() throws {
        let pbx = try PBX(Self.goodbye, settings: ["COGNIGY_PATHS_STATE": "/proc/none"])
        #expect(try pbx.call([]).variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func fiftyCallsOfThreeKeysLoseNone() throws {
        let pbx = try PBX(
            """
            open send {"type":"response","audioUrl":"/audio/a-8k-300ms.wav"}
            key 1 send {"type":"response","audioUrl":"/audio/b-16k-300ms.wav"}
            key 2 send {"type":"response","text":"2"}
            key 3 send {"type":"response","audioUrl":"/audio/c-44k-stereo-200ms.wav","end":true}
            """)
        let records = try pbx.calls(
            50,
            [
                .press("1", when: .whenPlaying(1), after: .milliseconds(50)),
                .press("2", when: .whenPlaying(2), after: .milliseconds(50)),
                .press("3", when: .whenPlaying(3), after: .milliseconds(50)),
            ], deadline: .seconds(100))
        #expect(records.allSatisfy { $0.variables["COGNIGY_STATUS"] == "COMPLETED" && $0.lostKeys == "" })
        var keys: [String: String] = [:]
        for entry in pbx.service.entries() where entry.event == .dtmf {
            keys[entry["id"]?.string ?? "", default: ""] += entry["digit"]?.string ?? ""
        }
        #expect(keys.count == 50)
        #expect(keys.values.allSatisfy { $0 == "123" })
        #expect(pbx.leftovers() == [])
    }
}
