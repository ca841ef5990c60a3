import Glibc
import JSON
import System
import Testbed
import Testing

@testable import Telephones

/// Telephones of which nobody speaks.
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

    /// Or a few of them would take every line.
    @Test func whoNeverFinishesTheHandshakeIsNotWaitedForForEver() throws {
        let client = try TCPClient.connect(to: port)
        try simulator.advance()
        #expect(!simulator.isIdle)
        #expect(try #require(simulator.timeout) <= Telephone.patience)
        simulator.hangUp()
        #expect(simulator.isIdle)
        _ = consume client
    }

    /// A program that calls again when it was hung up on must not keep the simulator from its end.
    @Test func whoCallsWhileAllHangUpIsNotAnswered() throws {
        simulator.hangUp()
        let client = try TCPClient.connect(to: port)
        try simulator.advance()
        #expect(simulator.isIdle)
        #expect(simulator.interests.isEmpty)
        _ = consume client
    }
}
