import Call
import Cognigy
import HTTP
import State
import Testbed
import Testing

@testable import Bridge

@Suite struct SharedTokenTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func token() throws -> SharedToken {
        let base = try #require(Location("https://service.invalid"))
        let state = try #require(StateFolder(path: folder.path("state")) { Issue.record("\($0)") })
        return SharedToken(
            .call, base: base, clientID: "id", secret: "secret", folder: state, log: Log(target: .off, level: .error))
    }

    @Test func whoHasWaitedLongEnoughForAnotherProcessFetchesATokenOfItsOwn() throws {
        let stuck = try token()
        #expect(stuck.find(rejected: nil) == .mayFetch)
        let waiting = try token()
        #expect(waiting.find(rejected: nil) == .busy)
        #expect(waiting.find(rejected: nil, alone: true) == .mayFetch)
        let grant = try #require(Token.grant(Array(#"{"access_token":"own","expires_in":3600}"#.utf8)))
        waiting.store(grant)
        #expect(waiting.find(rejected: nil) == .found("own", ahead: false))
        // The other one, when it wakes up, has the use of it, too.
        #expect(stuck.find(rejected: nil) == .found("own", ahead: false))
    }
}
