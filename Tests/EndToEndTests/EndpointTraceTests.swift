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
        let pbx = try EndpointTests.pbx(surface: surface, settings: ["COGNIGY_USER_ID": kind])
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
        _ = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        let metrics = try pbx.folder.text("metrics")
        let users = try metrics.split(separator: "\n").map { try JSON(parsing: $0.utf8)["user_id"]?.string }
        let known = pbx.service.entries().compactMap { $0["user"]?.string }
        #expect(!users.isEmpty && !known.isEmpty)
        #expect(Set(users) == Set(known.map { Optional($0) }))
        #expect(metrics.contains(FakeChannel().callerID) == (kind == "caller"))
    }
}
