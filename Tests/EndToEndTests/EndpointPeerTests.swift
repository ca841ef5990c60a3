import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// Socket.IO with peers that nobody here wrote: a server for the bridge, and a client that judges the stand-in.
@Suite struct EndpointPeerTests {
    @Test(arguments: [3, 4]) func theServerTakesAClientAndSaysThatItIsReady(version: Int) throws {
        let endpoint = try PythonEndpoint(version: version)
        let token = try #require(endpoint.endpointURL.split(separator: "/").last)
        let client = try VoiceClient(
            endpoint.baseURL,
            path: "/socket.io/?EIO=\(version)&transport=websocket&urlToken=\(token)&sessionId=s-1&userId=u-1")
        #expect(try client.text().hasPrefix("0{\"sid\":"))
        if version == 4 { try client.send("40") }
        #expect(try client.text().hasPrefix("40"))
        #expect(try client.text() == #"42["endpoint-ready"]"#)
        #expect(try endpoint.wait { $0.event == .ready }["id"] == "s-1")
        #expect(endpoint.violations == [])
    }

    @Test(arguments: [3, 4]) func aClientTalksToTheStandIn(version: Int) throws {
        let folder = try TemporaryFolder()
        let standIn = try StandInService(
            "ping-interval 200\nping-timeout 5000\ninput Bye say \"So long \u{2028}!\"\nthen final cognigyStopFlow",
            in: folder)
        let output = try FileDescriptor.open(folder.path("heard"), O_WRONLY | O_CREAT, mode: 0o600)
        var client = try Subprocess(
            [
                PythonEndpoint.interpreter, "-I", PythonEndpoint.folder + "client.py", String(version),
                standIn.endpointURL, "Hi", "Bye",
            ], output: output.raw, errors: 2)
        #expect(client.wait() == .code(0))
        let heard = try folder.text("heard").split(separator: "\n").map { try JSON(parsing: $0.utf8).array ?? [] }
        #expect(heard.map(\.first) == ["endpoint-ready", "output", "finalPing", "output", "finalPing"])
        #expect(heard.compactMap { $0.last?["data"]?["text"] } == ["You said: Hi", "So long \u{2028}!"])
        #expect(heard.last?.last == ["type": "cognigyStopFlow"])
        try standIn.wait { $0.event == .closed }
        #expect(standIn.count(.ack) == 4)
        #expect(standIn.violations == [])
    }
}
