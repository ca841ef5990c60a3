import Bridge
import FakeAsterisk
import JSON
import System
import TestService
import Testbed
import Testing

/// What the whole program writes down of a call whose flow is behind an endpoint.
@Suite struct EndpointTraceTests {
    /// It names commands that nobody knows, sends keys, and says why it ends.
    @Test(
        arguments: EndpointTests.surfaces,
        [##"command {"hangup":{"reason":"Jane is angry: bye"}}"##, ##"error "Jane: no such node""##])
    func noWordOfAFlowIsInATraceWithoutWords(surface: String, end: String) throws {
        let pbx = try EndpointTests.pbx(
            ##"""
            event CALL_CREATED command [{"verb":"jane"},{"verb":"fred"},{"verb":"config","bargeIn":{"enable":"true"}},{"verb":"dtmf","dtmf":"02*76"},{"play":{"url":"/audio/jane-8k-300ms.wav"}}]
            input 8 \##(end)
            """##, surface: surface)
        pbx.environment["COGNIGY_PATHS_TRACE"] = pbx.folder.path("traces")
        let record = try pbx.call([.press("8", when: .whenHeard(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == (end.hasPrefix("error") ? "UNAVAILABLE" : "COMPLETED"))
        #expect(record.commands.contains { $0.hasPrefix("EXEC SendDTMF \"02*76,") })
        let names = try FolderListing.names(pbx.folder.path("traces"))
        let text = try pbx.folder.text("traces/\(try #require(names.first))")
        for word in ["jane", "fred", "angry", "node", "02*76"] { #expect(!text.lowercased().contains(word), "\(word)") }
        guard case .same(let count) = try Replay.run(text) else {
            Issue.record("\(try Replay.run(text))")
            return
        }
        #expect(count > 10)
    }

    @Test(arguments: EndpointTests.surfaces, ["caller", "hashed", "random"])
    func metricsNameTheCallerAsCognigyDoes(surface: String, kind: String) throws {
        let pbx = try EndpointTests.pbx(
            surface: surface, settings: ["COGNIGY_USER_ID": kind, "COGNIGY_PATHS_METRICS_NUMBERS": "yes"])
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
        _ = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        let metrics = try pbx.folder.text("metrics")
        let users = try metrics.split(separator: "\n").map { try JSON(parsing: $0.utf8)["user_id"]?.string }
        let known = pbx.service.entries().compactMap { $0["user"]?.string }
        #expect(!users.isEmpty && !known.isEmpty)
        #expect(Set(users) == Set(known.map { Optional($0) }))
        #expect(metrics.contains(FakeChannel().callerID) == (kind == "caller"))
    }

    /// The same hash for the same caller, as Cognigy would know it.
    @Test(arguments: EndpointTests.surfaces) func metricsHoldNoNumberUnlessThatIsWished(surface: String) throws {
        func users(_ settings: [String: String]) throws -> Set<String?> {
            let pbx = try EndpointTests.pbx(surface: surface, settings: settings)
            pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
            _ = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
            let metrics = try pbx.folder.text("metrics")
            #expect(!metrics.contains(FakeChannel().callerID))
            return Set(try metrics.split(separator: "\n").map { try JSON(parsing: $0.utf8)["user_id"]?.string })
        }
        let hidden = try users([:])
        #expect(hidden.count == 1 && hidden.first??.count == 24)
        #expect(try users(["COGNIGY_USER_ID": "hashed"]) == hidden)
    }

    @Test func theVoiceAPIHasHashesToo() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"1","end":true}"#)
        for (number, file) in [(nil, "one"), (nil, "two"), ("yes", "three")] as [(String?, String)] {
            pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path(file)
            pbx.environment["COGNIGY_PATHS_METRICS_NUMBERS"] = number
            _ = try pbx.call([])
        }
        let users = try ["one", "two", "three"].map { try JSON(parsing: pbx.folder.text($0).utf8)["user_id"]?.string }
        #expect(users[0] == users[1] && users[0]?.count == 24)
        #expect(users[2] == FakeChannel().callerID)
    }
}
