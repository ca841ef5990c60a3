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
        let endpoint = try PythonPeer.endpoint(version: version)
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

    /// The server drops the caller's socket in the middle of the turn of 5, and pushes what an agent says after 7.
    @Test(arguments: [3, 4]) func aCallTalksToTheFlowBehindTheServer(version: Int) throws {
        let endpoint = try PythonPeer.endpoint(version: version)
        let pbx = try PBX(settings: [
            "COGNIGY_ENDPOINT_URL": endpoint.endpointURL, "COGNIGY_ENGINE_IO": String(version),
            "COGNIGY_CALL_EVENTS": "yes",
        ])
        let record = try pbx.call([
            .press("1", when: .whenHeard(1), after: .milliseconds(100)),
            .press("5", when: .whenHeard(2), after: .milliseconds(100)),
            .press("7", when: .whenHeard(3), after: .milliseconds(100)),
            .press("9", when: .whenHeard(5), after: .milliseconds(100)),
        ])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.exit == .code(0))
        // The greeting, three numbers, the agent, and the farewell.
        #expect(record.sounds.map { $0.name.hasPrefix("SAY") } == [false, true, true, true, false, false])
        #expect(record.sounds.map(\.name).filter { $0.hasPrefix("SAY") } == [1, 5, 7].map { "SAY NUMBER \($0)" })
        #expect(record.sounds.allSatisfy { $0.end == .complete })

        #expect(endpoint.texts == ["", "1", "5", "7", "9", ""])
        #expect(
            endpoint.entries().filter { $0.event == .input }.map { $0["name"]?.string }
                == ["CALL_CREATED"] + Array(repeating: "RECOGNIZED_DTMF", count: 4) + ["CALL_COMPLETED"])
        let connects = endpoint.entries().filter { $0.event == .connect }
        #expect(connects.count == 2 && connects[0]["id"] == connects[1]["id"])
        #expect(endpoint.violations == [])
        #expect(pbx.leftovers() == [])
        let token = try #require(endpoint.endpointURL.split(separator: "/").last)
        #expect(!pbx.log.contains(token))
    }

    @Test(arguments: [3, 4]) func aClientTalksToTheStandIn(version: Int) throws {
        let folder = try TemporaryFolder()
        let standIn = try StandInService(
            "ping-interval 200\nping-timeout 5000\ninput Bye say \"So long \u{2028}!\"\nthen final cognigyStopFlow",
            in: folder)
        let output = try FileDescriptor.open(folder.path("heard"), O_WRONLY | O_CREAT, mode: 0o600)
        var client = try Subprocess(
            [
                PythonPeer.interpreter, "-I", PythonPeer.folder + "endpoint/client.py", String(version),
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
