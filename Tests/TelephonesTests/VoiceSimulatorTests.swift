import Glibc
import JSON
import System
import Testbed
import Testing

@testable import Telephones

/// The voice simulator with clients that say nothing.
@Suite struct VoiceSimulatorTests {
    private let folder: TemporaryFolder
    private let simulator: VoiceSimulator
    private let port: UInt16

    init() throws {
        folder = try TemporaryFolder()
        var options = VoiceSimulator.Options(program: "/bin/false", folder: folder.path)
        options.port = 0
        var url: String?
        simulator = try VoiceSimulator(options) { url = $0["url"]?.string }
        port = try #require(url.flatMap { UInt16($0.split(separator: ":").last ?? "") })
    }

    /// Otherwise a few such clients could take all connections.
    @Test func whoNeverFinishesTheHandshakeIsNotWaitedForForEver() throws {
        let client = try TCPClient.connect(to: port)
        try simulator.advance()
        #expect(!simulator.isIdle)
        #expect(try #require(simulator.timeout) <= Telephone.patience)
        simulator.hangUp()
        #expect(simulator.isIdle)
        _ = consume client
    }

    /// A client that connects again at once must not keep the simulator from ending.
    @Test func whoCallsWhileAllHangUpIsNotAnswered() throws {
        simulator.hangUp()
        let client = try TCPClient.connect(to: port)
        try simulator.advance()
        #expect(simulator.isIdle)
        #expect(simulator.interests.isEmpty)
        _ = consume client
    }
}
