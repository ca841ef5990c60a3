import JSON
import Testbed
import Testing
import WebSocket

@testable import StandIn

/// Nothing that a client sends may end the service.
@Suite struct NoiseTests {
    /// A copy with a few bytes changed, removed or doubled.
    private func spoiled(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(bytes[index], at: index)
            }
        }
        return bytes
    }

    @Test func spoiledScenariosAreReadOrRefused() {
        var random = SeededGenerator(seed: 1)
        let text =
            Scenario.demo + "\ntoken status 429 retry-after 1 times 2\nkey 5 frame 8180\nexpires-in \"90\"\n"
            + "handoff-session s {\"variables\":{\"a\":1}}\nmark processing 2\nrun status 500 body {\"b\":2}\n"
            + "suggest i say \"x\"\nassist-event update {\"interactionId\":\"i\"}\n"
            + "input 1 command [{\"say\":{}}]\nready packet 41\n"
        var refused = 0
        for _ in 0..<500 {
            let noise = String(decoding: spoiled(Array(text.utf8), &random), as: UTF8.self)
            do { _ = try Scenario(parsing: noise) } catch { refused += 1 }
        }
        #expect((100..<500).contains(refused))
    }

    @Test func spoiledRequestsAreAnsweredOrRefused() throws {
        var random = SeededGenerator(seed: 2)
        let stage = try Stage(Scenario.demo)
        let body = Request.client.serialized
        let head = "POST /api/v1/auth HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
        let whole = Array((head + "\(body.count)\r\n\r\n").utf8) + body
        var answered = 0
        for _ in 0..<2000 {
            var parser = RequestParser()
            parser.receive(spoiled(whole, &random))
            if let request = try? parser.next() {
                #expect(!stage.answer(request).isEmpty)
                answered += 1
            }
        }
        #expect(answered > 100)
    }

    @Test func spoiledPacketsAreTakenOrRefused() throws {
        var random = SeededGenerator(seed: 4)
        let packets = ["2", "430[]", EndpointStage.input("1", ["event": "E"]), "41", "1"]
        var taken = 0
        for round in 0..<500 {
            let stage = try EndpointStage("input any say a\nthen delay 10 again")
            _ = try stage.connect(EndpointStage.query(["emitWithAck": "true"]))
            let spoiled = Int.random(in: packets.indices, using: &random)
            for (index, packet) in packets.enumerated() {
                let bytes = index == spoiled ? self.spoiled(Array(packet.utf8), &random) : Array(packet.utf8)
                _ = stage.send(Frame(opcode: .text, payload: bytes))
            }
            _ = stage.wait(50_000)
            stage.lose()
            #expect(stage.entries.filter { $0.event == .closed }.count == 1, "round \(round)")
            if stage.violations.isEmpty { taken += 1 }
        }
        #expect(taken < 500)
    }

    @Test func spoiledAddressesOfTheEndpointAreAnsweredOrRefused() throws {
        var random = SeededGenerator(seed: 5)
        let stage = try EndpointStage()
        let query = Array(EndpointStage.query().utf8)
        var refused = 0
        for connection in 1...500 {
            let noise = String(decoding: spoiled(query, &random).filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
            if (try? stage.connect(noise, on: connection)) == nil { refused += 1 }
            stage.lose(connection)
        }
        #expect((50..<500).contains(refused))
        #expect(stage.entries.allSatisfy { !$0.line.contains(EndpointStage.token) })
    }

    @Test func spoiledFramesAreTakenOrRefused() throws {
        var random = SeededGenerator(seed: 3)
        let frames: [Frame] = [
            .text(#"{"type":"dtmf","dtmf":"5"}"#), .ping([1]), .text(#"{"type":"ping"}"#), .close(.normal),
        ]
        for _ in 0..<300 {
            let stage = try Stage(Scenario.demo)
            let (id, _) = try stage.openVoice()
            let encoded = frames.flatMap { frame in
                frame.encoded(mask: (0..<4).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            }
            let bytes = spoiled(encoded, &random)
            for chunk in stride(from: 0, to: bytes.count, by: 9) {
                _ = stage.service.receive(Array(bytes[chunk..<min(chunk + 9, bytes.count)]), on: 1)
            }
            stage.end()
            #expect(stage.entries.filter { $0.event == .closed && $0["id"]?.string == id }.count == 1)
        }
    }
}
