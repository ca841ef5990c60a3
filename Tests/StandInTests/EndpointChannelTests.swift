import Cognigy
import HTTP
import JSON
import SocketIO
import Testing

@testable import StandIn

/// What the bridge says to an endpoint, judged by the stand-in.
@Suite struct EndpointChannelTests {
    private let endpoint: Endpoint
    private let parties = Endpoint.Parties(userID: "4930123456", sessionID: "1700000000.1-abc")

    init() throws { endpoint = try #require(Endpoint("http://127.0.0.1/" + Scenario.demoToken)) }

    @Test(arguments: [ClientSide.Version.three, .four], [false, true])
    func aConversationByTheContractBreaksNothing(version: ClientSide.Version, isIntroducedLater: Bool) throws {
        let stage = try EndpointStage("ping-interval 1000\nping-timeout 500\n" + Scenario.demo)
        var client = ClientSide(version, introduction: endpoint.introduction(parties, isTest: false))
        var events: [String] = []
        var texts: [String?] = []
        func hear(_ packets: [String]) {
            for packet in packets {
                let (answers, news) = client.receive(packet)
                if case .event(let name, let values)? = news {
                    events.append(name)
                    if name == "output" { texts.append(values.first?["data"]?["text"]?.string) }
                }
                for answer in answers { hear(stage.send(answer)) }
            }
        }
        let path = endpoint.socketPath(
            version: version.rawValue, parties, isTest: false, isIntroducedLater: isIntroducedLater)
        hear(try stage.open(String(path.dropFirst("/socket.io/?".count))))
        #expect(events == (isIntroducedLater ? ["handshake"] : []) + ["endpoint-ready"])
        for (text, data) in [("", ["event": "CALL_CREATED"]), ("2", nil)] as [(String, JSON?)] {
            let input = endpoint.input(parties, text: text, data: data)
            hear(stage.send(ClientSide.event(Endpoint.inputEvent, input)))
        }
        // The first two are sounds.
        #expect(texts == ["", "", "42"])
        #expect(events.suffix(3) == ["typingStatus", "output", "finalPing"])
        for _ in 1...5 {
            hear(stage.wait(1000))
            if client.pings { hear(stage.send(ClientSide.ping)) }
        }
        hear(stage.send(ClientSide.farewell))
        #expect(stage.send(.close(.goingAway)) == ["close 1001", "finish"])
        #expect(stage.last(.closed)?["said_goodbye"] == true)
        #expect(stage.entries.count { $0.event == .ack } == (isIntroducedLater ? 6 : 5))
        #expect(stage.violations == [])
    }

    @Test(arguments: [false, true]) func aTurnByRESTBreaksNothing(isTest: Bool) throws {
        let stage = try EndpointStage("input Hi say Hello\nthen say there\ninput Bye error \"It failed.\"")
        func answer(_ text: String) throws -> Endpoint.Answer {
            let asked = endpoint.request(parties, text: text, data: nil, isTest: isTest, timeout: .seconds(1))
            let (status, body) = try stage.reply(to: StandIn.Request(asked))
            #expect(status == 200)
            return try Endpoint.answer(try #require(body).serialized)
        }
        guard case .outputs(let outputs) = try answer("Hi") else { throw CancellationError() }
        #expect(outputs.map { $0["text"] } == ["Hello", "there"])
        #expect(try answer("Bye") == .error("It failed."))
        #expect(stage.entries.filter { $0.event == .input }.map { $0["test"] } == [.bool(isTest), .bool(isTest)])
        #expect(stage.violations == [])
    }
}
