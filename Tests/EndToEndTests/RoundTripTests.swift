import FakeAsterisk
import StandIn
import System
import TestService
import Testbed
import Testing

@Suite struct RoundTripTests {
    /// TCP, TLS, the session, the upgrade: the voice socket's own TCP and TLS cost nothing beside those.
    @Test func aSetUpWithACachedTokenCostsFourRoundTrips() throws {
        let pbx = try PBX(
            #"open send {"type":"response","text":"1","end":true}"#, tls: true,
            settings: ["COGNIGY_SPEECH_TTS": "none"])
        let relay = try Relay(to: pbx.service.port)
        pbx.environment["COGNIGY_BASE_URL"] = "https://127.0.0.1:\(relay.port)"
        // For the token.
        try Box(try pbx.start([])).run(through: relay) { _ in false }
        let before = relay.links.count

        // The session's answer is kept back until the voice socket's TLS stands, too: whoever opens that one after the
        // answer never sees it.
        let call = Box(try pbx.start([]))
        var isHeld = true
        try call.run(through: relay) { record in
            let links = relay.links.dropFirst(before)
            let standing = links.count { $0.flights == 2 }
            if isHeld { isHeld = standing < 2 || pbx.service.count(.session) < 2 }
            for link in links { link.isHeld = isHeld && link.flights == 2 }
            return record.commands.contains { $0.hasPrefix("SAY NUMBER") }
        }
        // One flight is a ClientHello, the second ends the handshake and asks for the session, the third is the upgrade.
        #expect(relay.links.dropFirst(before).map(\.flights).sorted() == [2, 3])
        try call.run(through: relay) { _ in false }
        #expect(call.asterisk.record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.count(.token) == 1)
        #expect(pbx.service.violations == [])
    }
}
