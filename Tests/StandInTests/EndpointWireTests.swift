import JSON
import Testing
import WebSocket

@testable import StandIn

/// The endpoint behind a real socket.
@Suite struct EndpointWireTests {
    private func text(_ client: TestClient) throws -> String {
        guard case .text(let text) = try client.message() else { throw TestClient.Failure.ended }
        return text
    }

    @Test(arguments: [false, true]) func aConversation(usesTLS: Bool) throws {
        let standIn = try RunningStandIn(Scenario.demo + "\nafter 30 say Unasked", usesTLS: usesTLS)
        #expect(try standIn.entry(.listening)["endpoint"]?.string?.hasSuffix("/" + Scenario.demoToken) == true)
        let authority = usesTLS ? standIn.authority : nil
        let client = try standIn.client(trusting: authority)
        client.send(EndpointStage.request(EndpointStage.query(["emitWithAck": "true"])))
        #expect(try client.reply().status == 101)
        #expect(try text(client).hasPrefix("0{\"maxPayload\":"))
        #expect(try text(client) == "40")
        #expect(try text(client) == EndpointStage.ready)
        #expect(try text(client).hasPrefix("420[\"output\",{\"data\":{\"data\":{},"))
        client.send(.text("430[]"))
        client.send(.text(EndpointStage.input("", ["event": "CALL_CREATED"])))
        #expect(try text(client) == EndpointStage.typing)
        #expect(try text(client).contains(#""playUrlAltText":"Welcome to the demo.""#))
        #expect(try text(client).contains(#""playUrlAltText":"Press 1, 2, 3 or 9.""#))
        #expect(try text(client) == #"423["finalPing",{"type":"regular"}]"#)
        for id in 1...3 { client.send(.text("43\(id)[]")) }
        client.send(.text("2"))
        #expect(try text(client) == "3")
        client.send(.text("41"))
        client.send(.close(.goingAway))
        #expect(try client.message() == .close(.goingAway, ""))
        #expect(try standIn.entry(.closed)["said_goodbye"] == true)

        let post: JSON = ["userId": "u", "sessionId": "r-1", "text": "2"]
        let answer = try standIn.client(trusting: authority)
            .json(Request("POST", "/\(Scenario.demoToken)", body: post))
        #expect(answer["text"] == "42")
        #expect(standIn.violations == [])
        standIn.end()
        #expect(standIn.entries.count { $0.line.contains(Scenario.demoToken) } == 1, "where it listens")
    }

    @Test func aClientThatDoesNotPingIsDropped() throws {
        let standIn = try RunningStandIn("ping-interval 20\nping-timeout 30")
        let client = try standIn.client()
        client.send(EndpointStage.request(EndpointStage.query()))
        _ = try client.reply()
        for _ in 1...3 { _ = try client.message() }
        #expect(throws: TestClient.Failure.ended) { try client.message() }
        #expect(standIn.violations == ["/socket.io/: no ping in time"])
        standIn.end()
    }
}
