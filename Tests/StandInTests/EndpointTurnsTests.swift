import JSON
import Testing
import WebSocket

@testable import StandIn

/// Inputs and outputs of the endpoint's socket.
@Suite struct EndpointTurnsTests {
    private static let final = #"42["finalPing",{"type":"regular"}]"#

    private func stage(_ scenario: String, acks: Bool = false) throws -> EndpointStage {
        let stage = try EndpointStage(scenario)
        let changes = ["emitWithAck": String(acks)]
        #expect(try stage.connect(EndpointStage.query(changes)) == ["40", EndpointStage.ready])
        return stage
    }

    private func texts(_ packets: [String]) throws -> [String?] {
        try packets.filter { $0.contains("\"output\"") }.map { try payload($0)["data"]?["text"]?.string }
    }

    @Test func aTurnWithoutARuleRepeatsTheText() throws {
        let stage = try stage("")
        let packets = try stage.input("Hi \u{2028} \"there\"", ["a": 1])
        #expect(packets.count == 2 && packets[1] == Self.final)
        let output = try payload(packets[0])
        #expect(output["type"] == "output")
        #expect(output["data"]?["text"] == "You said: Hi \u{2028} \"there\"")
        #expect(output["data"]?["source"] == "bot" && output["data"]?["data"] == [:])
        #expect(output["data"]?["traceId"]?.string?.count == "endpoint-realtimeClient-".count + 36)
        #expect(
            stage.last(.input)?.details == [
                "id": "s-1", "user": "u-1", "surface": "socketio", "channel": "asterisk", "test": false,
                "text": "Hi \u{2028} \"there\"", "data": ["a": 1],
            ])
        #expect(stage.entries.filter { $0.event == .sent }.map { $0["kind"] } == ["output", "finalPing"])
        #expect(try stage.input("") == [Self.final], "no text, no answer")
        #expect(stage.violations == [])
    }

    @Test func theRuleForTheEventComesBeforeTheOneForTheText() throws {
        let stage = try stage(
            """
            event RECOGNIZED_DTMF say digits times 1
            event CALL_CREATED    say Welcome
            input 12              say twelve
            input any             say other
            input ""              say nothing
            """)
        let digits: JSON = ["event": "RECOGNIZED_DTMF", "payload": ["digits": "12"]]
        #expect(try texts(stage.input("", ["event": "CALL_CREATED"])) == ["Welcome"])
        #expect(try texts(stage.input("12", digits)) == ["digits"])
        #expect(stage.last(.input)?["name"] == "RECOGNIZED_DTMF")
        #expect(stage.last(.input)?["digits"] == "12")
        #expect(try texts(stage.input("12", digits)) == ["twelve"])
        #expect(try texts(stage.input("13")) == ["other"])
        #expect(try texts(stage.input("", ["event": "OTHER"])) == ["nothing"])
    }

    @Test func aFlowSaysAllThatTheScenarioHas() throws {
        let stage = try stage(
            """
            input 1 output {"text":null,"data":{"audio":"/audio/a.wav"},"source":"agent"}
            then    command [{"play":{"url":["/audio/b-8k.wav","//localhost/audio/c.wav"]}},{"verb":"hangup"}]
            then    error "It failed."
            then    exception {"error":{"code":7}}
            then    packet 42["switchedFlow",{}]
            then    garbage
            then    frame 8100
            then    final cognigyStopFlow
            then    delay 100 say "after the end"
            """)
        let packets = try stage.input("1")
        #expect(packets.count == 8)
        let own = "http://127.0.0.1:80/audio"
        #expect(
            try payload(packets[0])
                == [
                    "type": "output",
                    "data": ["text": .null, "data": ["audio": .string("\(own)/a.wav")], "source": "agent"],
                ] as JSON)
        #expect(
            try payload(packets[1])["data"]?["data"]?["_cognigy"]?["_voiceGateway2"]?["json"] == [
                ["play": ["url": [.string("\(own)/b-8k.wav"), "http://localhost:80/audio/c.wav"]]],
                ["verb": "hangup"],
            ])
        #expect(
            try payload(packets[2])
                == ["type": "error", "data": ["error": ["code": 500, "message": "It failed."]]] as JSON)
        #expect(packets[3] == #"42["exception",{"error":{"code":7}}]"#)
        #expect(packets[4] == #"42["switchedFlow",{}]"#)
        #expect((try? payload(packets[5])) == nil)
        #expect(packets[6] == "")
        #expect(packets[7] == #"42["finalPing",{"type":"cognigyStopFlow"}]"#)
        #expect(try texts(stage.wait(100)) == ["after the end"])
        #expect(
            try Scenario(parsing: "input 1 command {\"play\":{\"url\":[\"/audio/b-8k.wav\"]}}").audioFiles
                == ["b-8k.wav"])
    }

    @Test func aSlowTurnEndsAfterItsLastStep() throws {
        let stage = try stage("input any delay 300 say a\nthen delay 200 say b")
        #expect(try stage.input("1") == [])
        #expect(try texts(stage.wait(300)) == ["a"])
        #expect(stage.wait(199) == [])
        #expect(try stage.wait(1).map { try payload($0)["type"] } == ["output", "regular"])
    }

    @Test func aTurnMayNeverEnd() throws {
        let stage = try stage("input 1 say a\nthen hang\ninput 2 hang")
        #expect(try texts(stage.input("1")) == ["a"])
        #expect(try stage.input("2") == [])
        #expect(stage.wait(4000) == [])
        #expect(stage.violations == [])
    }

    @Test func outputsComeUnasked() throws {
        let stage = try EndpointStage("ready ok\nthen delay 50 say Hello\nafter 200 say Later\nthen final regular")
        #expect(try stage.connect(EndpointStage.query()) == ["40", EndpointStage.ready])
        #expect(try texts(stage.wait(50)) == ["Hello"])
        #expect(try stage.wait(150).map { try payload($0)["type"] } == ["output", "regular"])
        #expect(stage.wait(3000) == [])
    }

    @Test func aClientThatSaidSoAcknowledgesInTime() throws {
        let stage = try stage("input any say a", acks: true)
        let packets = try stage.input("1")
        #expect(packets.map { String($0.prefix(3)) } == ["420", "421"])
        #expect(stage.send("430[]") == [])
        #expect(stage.last(.ack)?.details == ["id": "s-1", "ack": 0])
        #expect(stage.wait(1999) == [])
        #expect(stage.violations == [])
        _ = stage.wait(1)
        #expect(stage.violations == ["/socket.io/: event 1 was not acknowledged in time"])
        #expect(stage.send("430[]") == ["close 1008", "finish"], "twice")
    }

    @Test func anAcknowledgementHasNoValue() throws {
        let stage = try stage("input any say a", acks: true)
        _ = try stage.input("1")
        #expect(stage.send("430[1]") == ["close 1008", "finish"])
    }

    @Test func theLastOutputMayComeAgainOnTheNextSocket() throws {
        let stage = try EndpointStage("ready ok times 1\nready ok\nthen again\ninput any say a\nthen again\nthen drop")
        _ = try stage.connect(EndpointStage.query(["emitWithAck": "true"]))
        let packets = try stage.input("1")
        #expect(packets.count == 3 && packets[2] == "drop")
        #expect(try payload(packets[0]) == payload(packets[1]))
        #expect(packets[0].hasPrefix("420[") && packets[1].hasPrefix("421["))
        let next = try stage.connect(EndpointStage.query(), on: 2)
        #expect(next.count == 3)
        #expect(try payload(next[2]) == payload(packets[0]))
        #expect(stage.violations == [])
    }

    @Test func rulesAreCountedForEachSession() throws {
        let stage = try stage("input any say a times 1\nafter 100 drop times 1")
        #expect(try texts(stage.input("1")) == ["a"])
        #expect(stage.wait(100) == ["drop"])
        _ = try stage.connect(on: 2)
        #expect(try texts(stage.send(EndpointStage.input("1"), on: 2)) == ["You said: 1"])
        #expect(stage.wait(100) == [])
        _ = try stage.connect(EndpointStage.query(session: "s-2"), on: 3)
        #expect(stage.wait(100) == ["drop"])
    }

    @Test func aPacketMayAskForAnAcknowledgementOrAPong() throws {
        let stage = try stage(#"after 10 packet 429["news",{}]"# + "\nthen packet 2")
        #expect(stage.wait(10) == [#"429["news",{}]"#, "2"])
        #expect(stage.send("439[]") == [])
        #expect(stage.send("3") == [])
        #expect(stage.send("3") == ["close 1008", "finish"])
        #expect(stage.violations == ["/socket.io/: a pong without a ping"])
    }

    @Test func anInputIsJudged() throws {
        let changes: [[String: JSON?]] = [
            ["URLToken": nil], ["URLToken": .some("x")], ["userId": .some("u-2")], ["sessionId": .some("s-2")],
            ["source": .some("user")], ["resetFlow": .some("false")], ["resetFlow": .some(true)],
            ["passthroughIP": .some("127.0.0.1")], ["channel": .some("")], ["channel": nil], ["text": .some(1)],
            ["text": nil], ["data": .some([1])], ["data": .some("{}")], ["data": .some(.null)],
            ["urlToken": .some("x")],
        ]
        for change in changes {
            let stage = try stage("")
            #expect(stage.send(EndpointStage.input("Hi", [:], change)) == ["close 1008", "finish"], "\(change)")
            #expect(stage.violations.count == 1)
            #expect(!stage.entries.contains { $0.line.contains(EndpointStage.token) })
        }
        for change in [["passthroughIP": nil], ["data": nil]] as [[String: JSON?]] {
            let stage = try stage("")
            #expect(stage.send(EndpointStage.input("Hi", [:], change)).count == 3)
            #expect(stage.violations == [])
        }
        let stage = try stage("")
        _ = stage.send("41")
        #expect(stage.send(EndpointStage.input("Hi")) == ["close 1008", "finish"])
    }

    @Test func theDemoIsAFlow() throws {
        let stage = try stage(Scenario.demo)
        let greeting = try stage.input("", ["event": "CALL_CREATED"])
        #expect(try texts(greeting) == ["", ""])
        let activities = try payload(greeting[0])["data"]?["data"]?["_cognigy"]?["_voiceGateway"]?["json"]?[
            "activities"]
        #expect(
            activities?.array?.first?["activityParams"] == [
                "playUrlUrl": "http://127.0.0.1:80/audio/welcome-16k-700ms.wav",
                "playUrlAltText": "Welcome to the demo.",
            ])
        #expect(try texts(stage.input("2", ["event": "RECOGNIZED_DTMF"])) == ["42"])
        #expect(try stage.input("7")[0].contains("Sorry, I did not understand."))
        let end = try stage.input("9")
        #expect(end[0].contains("Goodbye."))
        #expect(end.count == 3 && end[1].contains("\"hangup\""))
        #expect(try stage.input("", ["event": "CALL_COMPLETED"]) == [Self.final])
    }
}
