import Glibc
import StandIn
import System
import TestService
import Testbed
import Testing

@Suite struct ResumptionTests {
    private let pbx: PBX

    init() throws {
        pbx = try PBX(
            #"open send {"type":"response","text":"1","end":true}"#, tls: true,
            settings: ["COGNIGY_SPEECH_TTS": "none"])
    }

    private func sessions() throws -> [String] {
        try FolderListing.names(pbx.sharedPath("")).filter { $0.hasPrefix("tls-") }
    }

    /// How much the service said in the handshakes of a call.
    private func handshakes(_ relay: Relay) throws -> [Int] {
        let before = relay.links.count
        let call = Box(try pbx.start([]))
        try call.run(through: relay) { _ in false }
        #expect(call.asterisk.record.variables["COGNIGY_STATUS"] == "COMPLETED")
        return relay.links.dropFirst(before).map(\.firstAnswer)
    }

    @Test func theNextCallSeesNoCertificate() throws {
        let relay = try Relay(to: pbx.service.port)
        pbx.environment["COGNIGY_BASE_URL"] = "https://127.0.0.1:\(relay.port)"
        let whole = try handshakes(relay)
        let resumed = try handshakes(relay)
        #expect(try #require(resumed.max()) * 2 < #require(whole.max()))
        let name = try #require(try sessions().first)
        var status = stat()
        #expect(lstat(pbx.sharedPath(name), &status) == 0 && status.st_mode & 0o7777 == 0o600)
        #expect(try sessions().count == 1)
    }

    @Test func anotherConfigurationHasSessionsOfItsOwn() throws {
        for id in ["demo", "demo", "other"] {
            pbx.environment["COGNIGY_API_KEY"] = id
            _ = try pbx.call([])
        }
        #expect(try sessions().count == 2)
    }
}
