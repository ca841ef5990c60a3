import JSON
import Testing
import WebSocket

@testable import StandIn

/// How a client comes to the endpoint's socket, stays and goes.
@Suite struct EndpointSocketTests {
    @Test func aClientIsTakenAndToldToBegin() throws {
        let stage = try EndpointStage()
        #expect(try stage.connect() == ["40", EndpointStage.ready])
        #expect(stage.entries.map(\.event) == [.connect, .ready])
        #expect(
            stage.entries[0].details == [
                "status": 101, "id": "s-1", "user": "u-1", "eio": 3, "inner": false, "test": false, "acks": false,
            ])
        #expect(stage.send("41") == [])
        #expect(stage.send(.close(.goingAway)) == ["close 1001", "finish"])
        #expect(
            stage.last(.closed)?.details == ["id": "s-1", "code": 1001, "by": "client", "said_goodbye": true])
        #expect(stage.violations == [])
    }

    @Test func theOpenPacketTellsTheTimes() throws {
        let stage = try Stage("ping-interval 300\nping-timeout 200")
        let effects = stage.service.openEndpoint(Introduction(isInner: true), on: 1)
        guard case .text(let text)? = stage.frames(effects).first else { throw CancellationError() }
        let open = try JSON(parsing: text.utf8.dropFirst())
        #expect(text.hasPrefix("0{") && open["sid"]?.string?.isEmpty == false)
        #expect(open["pingInterval"] == 300 && open["pingTimeout"] == 200)
        #expect(open["upgrades"] == [] && open["maxPayload"] == 1_000_000)
    }

    @Test func inVersion4TheClientAsksForTheNamespace() throws {
        let stage = try EndpointStage("ping-interval 300\nping-timeout 200")
        #expect(try stage.connect(EndpointStage.query(["EIO": "4"])) == [])
        let packets = stage.send("40")
        #expect(packets.count == 2 && packets[0].hasPrefix("40{\"sid\":") && packets[1] == EndpointStage.ready)
        #expect(stage.wait(300) == ["2"])
        #expect(stage.send("3") == [])
        #expect(stage.wait(300) == ["2"])
        _ = try stage.connect(EndpointStage.query(["EIO": "4"], session: "s-2"), on: 2)
        #expect(stage.send("40{}", on: 2).last == EndpointStage.ready)
        stage.lose(2)
        #expect(stage.violations == [])
        #expect(stage.wait(200) == ["drop"])
        #expect(stage.violations == ["/socket.io/: no pong in time"])
    }

    @Test func inVersion3TheClientPings() throws {
        let stage = try EndpointStage("ping-interval 300\nping-timeout 200")
        _ = try stage.connect()
        #expect(stage.wait(400) == [])
        #expect(stage.send("2") == ["3"])
        #expect(stage.send("2probe") == ["3probe"])
        #expect(stage.wait(499) == [])
        #expect(stage.violations == [])
        #expect(stage.wait(1) == ["drop"])
        #expect(stage.violations == ["/socket.io/: no ping in time"])
        #expect(stage.last(.closed)?["code"] == 1006)
    }

    @Test func theInnerHandshakeKeepsTheTokenOutOfTheAddress() throws {
        let stage = try EndpointStage()
        let query = "EIO=3&transport=websocket&handshake=true"
        #expect(try stage.connect(query) == ["40", #"420["handshake"]"#])
        let own: JSON = [
            "userId": "u-1", "sessionId": "s-1", "urlToken": .string(EndpointStage.token), "testMode": true,
            "emitWithAck": true,
        ]
        #expect(stage.send("430" + JSON.array([own]).text) == [EndpointStage.ready])
        #expect(stage.last(.connect)?["inner"] == true)
        #expect(stage.last(.connect)?["test"] == true)
        #expect(try stage.input("Hi").first?.hasPrefix("421[\"output\"") == true)
        #expect(stage.violations == [])
        #expect(!stage.entries.contains { $0.line.contains(EndpointStage.token) })

        _ = try stage.connect("EIO=4&transport=websocket&handshake=true", on: 4)
        #expect(stage.send("40", on: 4).last == #"420["handshake"]"#)
        #expect(stage.send("430" + JSON.array([own.with("sessionId", "s-4")]).text, on: 4) == [EndpointStage.ready])
        stage.lose(4)

        #expect(try stage.connect(query, on: 2) == ["40", #"420["handshake"]"#])
        #expect(stage.send("430[]", on: 2) == ["close 1008", "finish"])
        #expect(try stage.connect(query, on: 3).count == 2)
        #expect(stage.wait(2000).isEmpty)
        #expect(stage.violations.last == "/socket.io/: event 0 was not acknowledged in time")
    }

    @Test func anOldServerDoesNotKnowTheInnerHandshake() throws {
        let stage = try EndpointStage("inner-handshake no")
        #expect(try stage.connect("EIO=3&transport=websocket&handshake=true") == ["40", "close 1000"])
        #expect(stage.last(.connect)?["status"] == "missing ids")
        #expect(stage.violations == [])
    }

    @Test func aWrongTokenIsSentAwayAndIsNoBreach() throws {
        let stage = try EndpointStage()
        let query = EndpointStage.query(["urlToken": String(repeating: "0", count: 64)])
        #expect(try stage.connect(query) == ["40", "41", "close 1000"])
        #expect(stage.last(.connect)?["status"] == "wrong token")
        #expect(stage.send(.close(.normal)) == ["finish"])
        #expect(stage.violations == [])
    }

    @Test(
        arguments: [
            ["userId": ""], ["sessionId": ""], ["userId": nil], ["urlToken": nil], ["sessionId": "a%2Fb"],
            ["userId": "%2B49"], ["userId": String(repeating: "1", count: 129)],
        ] as [[String: String?]])
    func aClientWithoutProperIdsIsSentAway(changes: [String: String?]) throws {
        let stage = try EndpointStage()
        #expect(try stage.connect(EndpointStage.query(changes)) == ["40", "close 1000"])
        #expect(stage.violations == ["/socket.io/: an id is missing, or has characters that are escaped"])
    }

    @Test func whatIsWrongInTheAddressIsRefusedWithEngineIOsNumber() throws {
        let cases: [([String: String?], Int)] = [
            (["EIO": "2"], 5), (["EIO": nil], 5), (["transport": "polling"], 0), (["transport": nil], 0),
            (["testMode": "yes"], 3), (["emitWithAck": "1"], 3), (["token": "x"], 3), (["handshake": "true"], 3),
            (["handshake": "false"], 3), (["userId": "a=b"], 3),
        ]
        for (changes, code) in cases {
            let stage = try EndpointStage()
            let (status, body) = try stage.reply(to: EndpointStage.query(changes))
            #expect(status == 400 && body?["code"] == .integer(code), "\(changes)")
            #expect(stage.violations.count == 1, "\(changes)")
        }
        let stage = try EndpointStage()
        try stage.expectBreach(EndpointStage.request("EIO=3&EIO=3&transport=websocket"), 400)
        try stage.expectBreach(EndpointStage.request(EndpointStage.query()).with("authorization", "Bearer x"), 400)
        try stage.expectBreach(EndpointStage.request(EndpointStage.query()).with("upgrade", nil), 400)
        try stage.expectBreach(EndpointStage.request(EndpointStage.query()).with("x-token", EndpointStage.token), 400)
        try stage.expectBreach(Request("GET", "/socket.io/"), 404)
        try stage.expectBreach(Request("GET", "/audio/\(EndpointStage.token)"), 400)
        #expect(!stage.entries.contains { $0.line.contains(EndpointStage.token) })
    }

    @Test func theScenarioSpoilsTheUpgrade() throws {
        func effects(_ fault: String) throws -> [Timed] {
            try Stage("connect \(fault)").answer(EndpointStage.request(EndpointStage.query()))
        }
        func text(_ fault: String) throws -> String {
            String(decoding: try effects(fault).compactMap(\.sent).flatMap(\.self), as: UTF8.self)
        }
        #expect(try effects("drop") == [Timed(effect: .drop)])
        #expect(try effects("hang") == [])
        #expect(try effects("slow").count > 100)
        #expect(try effects("delay 300").map(\.delay) == [.milliseconds(300), .milliseconds(300)])
        #expect(try text("garbage").hasPrefix("HTTP/1.1 200 "))
        #expect(try text("extension").contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"))
        #expect(try text("bad-accept") != text("ok"))
    }

    @Test func theScenarioRefusesTheHandshake() throws {
        let stage = try EndpointStage("connect status 503 retry-after 1 times 1\nconnect status 401 times 1")
        #expect(try stage.reply(to: EndpointStage.query()).status == 503)
        #expect(try stage.reply(to: EndpointStage.query()).status == 401)
        #expect(try stage.connect() == ["40", EndpointStage.ready])
        #expect(stage.entries.map { $0["status"] } == [503, 401, 101, nil])
        #expect(stage.violations == [])
    }

    @Test func aSecondSocketOfASessionIsABreach() throws {
        let stage = try EndpointStage()
        _ = try stage.connect()
        #expect(try stage.connect(on: 2) == ["40", "41", "close 1000"])
        #expect(stage.last(.connect)?["status"] == "in use")
        #expect(stage.violations.count == 1)
        stage.lose()
        #expect(try stage.connect(on: 3) == ["40", EndpointStage.ready])
        #expect(try stage.connect(EndpointStage.query(session: "s-2"), on: 4) == ["40", EndpointStage.ready])
        stage.lose(4)
        _ = try stage.connect(EndpointStage.query(session: "s-2", user: "u-2"), on: 5)
        #expect(stage.violations.count == 2)
    }

    @Test(arguments: [
        "", "9", "0{}", "1x", "40", "40/x,", "41/x,", "42", "42{}", "42[]", "42[7]", "42x[\"processInput\"]", "43[]",
        "437[]", "44\"x\"", "5", "6", "3", "451-[\"x\",{}]", "42[\"processInput\"]", "42[\"reset\",{}]",
        "424[\"processInput\",{}]", #"42["processInput",{},{}]"#,
    ])
    func otherPacketsAreABreach(packet: String) throws {
        let stage = try EndpointStage()
        _ = try stage.connect()
        #expect(stage.send(packet) == ["close 1008", "finish"])
        #expect(stage.violations.count == 1)
    }

    @Test func version4HasItsOwnBreaches() throws {
        for packets in [["2"], ["40", "40"], ["41"], [EndpointStage.input("Hi")], ["43[]"]] {
            let stage = try EndpointStage()
            _ = try stage.connect(EndpointStage.query(["EIO": "4"]))
            #expect(packets.flatMap { stage.send($0) }.suffix(2) == ["close 1008", "finish"], "\(packets)")
            #expect(stage.violations.count == 1)
        }
        let stage = try EndpointStage()
        _ = try stage.connect()
        #expect(stage.send(.binary([1])) == ["close 1003", "finish"])
    }

    @Test func nobodyBeginsBeforeTheEndpointIsReadyOrASecondHasPassed() throws {
        let early = try EndpointStage("ready delay 500")
        #expect(try early.connect() == ["40"])
        #expect(early.send(EndpointStage.input("Hi")) == ["close 1008", "finish"])
        #expect(early.violations == ["/socket.io/: an event before the endpoint is ready"])

        let late = try EndpointStage("ready delay 500")
        _ = try late.connect()
        #expect(late.wait(500) == [EndpointStage.ready])
        #expect(try late.input("Hi").count == 2)

        let never = try EndpointStage("ready hang")
        _ = try never.connect()
        #expect(never.wait(1000) == [])
        #expect(try never.input("Hi").count == 2)
        #expect(never.violations == [] && never.last(.ready) == nil)
    }

    @Test func theEndpointMayEndItAtOnce() throws {
        let stage = try EndpointStage(
            "ready packet 41 times 1\nthen close 1000\nready drop times 1\nready ok\nthen silence")
        #expect(try stage.connect() == ["40", "41", "close 1000"])
        #expect(stage.send(.close(.normal)) == ["finish"])
        #expect(stage.last(.closed)?["by"] == "server")
        #expect(try stage.connect(on: 2) == ["40", "drop"])
        #expect(try stage.connect(on: 3) == ["40", EndpointStage.ready])
        #expect(stage.send("2", on: 3) == [])
        #expect(stage.send(EndpointStage.input("Hi"), on: 3) == [])
        #expect(stage.last(.input)?["text"] == "Hi")
        #expect(stage.violations == [])
    }
}
