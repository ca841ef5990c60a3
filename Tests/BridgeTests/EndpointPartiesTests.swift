import AGI
import Cognigy
import Configuration
import Testing

@testable import Bridge

/// The names of a caller and a call in Cognigy, whatever Asterisk calls the channel.
@Suite struct EndpointPartiesTests {
    private func parties(uniqueID: String) throws -> Endpoint.Parties {
        let text = "[cognigy]\nendpoint_url = https://endpoint.test/0e77b9a10e77b9a1\n"
        let settings = try Settings.parse(text, fileName: "f.conf")
        let endpoint = try #require(settings.cognigy.endpoint)
        var environment = AGI.Environment()
        environment.receive(line: "agi_uniqueid: \(uniqueID)")
        var random = SplitMix(seed: 1)
        return Endpoint.Parties(settings, endpoint, environment, &random)
    }

    @Test func theyBeginWithTheNameOfTheChannel() throws {
        let parties = try parties(uniqueID: "pbx/1-1700000000.1")
        #expect(parties.sessionID.hasPrefix("pbx1-1700000000.1-"))
        #expect(parties.userID == "asterisk-\(parties.sessionID)")
    }

    /// Originate of the manager may name a channel, by up to 149 characters (AST_MAX_PUBLIC_UNIQUEID).
    @Test func theNameOfAChannelMayBeLong() throws {
        let parties = try parties(uniqueID: String(repeating: "x", count: 130) + "-1700000000.1")
        #expect(Endpoint.isUsable(parties.sessionID))
        #expect(Endpoint.isUsable(parties.userID))
        #expect(parties.sessionID.contains("x-1700000000.1-"))
    }
}
