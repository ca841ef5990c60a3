import JSON
import SocketIO
import Testing

/// What the client answers, and when.
@Suite struct ClientSideTests {
    @Test func inProtocolThreeTheClientWaitsForTheServer() {
        var side = ClientSide(.three)
        let opening = side.receive(#"0{"sid":"a","pingInterval":3000,"pingTimeout":5000}"#)
        #expect(opening.answers.isEmpty)
        #expect(opening.news == .opened)
        #expect(side.pingInterval == .seconds(3))
        #expect(side.pingTimeout == .seconds(5))
        #expect(side.pings)
        #expect(side.receive("40").news == .joined)
    }

    @Test func inProtocolFourTheClientAsksToBeLetIn() {
        var side = ClientSide(.four)
        #expect(side.receive(#"0{"sid":"a"}"#).answers == ["40"])
        #expect(side.receive(#"40{"sid":"b"}"#).news == .joined)
        #expect(!side.pings)
        #expect(side.receive("2").answers == ["3"])
    }

    @Test func whatWantsToBeAcknowledgedIsAtOnce() {
        var side = ClientSide(.three)
        let output = side.receive(#"4217["output",{}]"#)
        #expect(output.answers == ["4317[]"])
        #expect(output.news == .event("output", [[:]]))
        #expect(side.receive(#"42["output",{}]"#).answers.isEmpty)
        #expect(side.receive(#"429["nobodyKnowsThis"]"#).answers == ["439[]"])
    }

    @Test func whoIsThereIsSaidWhenAsked() {
        var side = ClientSide(.three, introduction: ["userId": "u"])
        #expect(side.receive(#"420["handshake"]"#).answers == [#"430[{"userId":"u"}]"#])
        var silent = ClientSide(.three)
        #expect(silent.receive(#"420["handshake"]"#).answers == ["430[]"])
    }

    @Test(arguments: ["1", "41", #"44{"message":"missing"}"#])
    func theServerMayGo(text: String) throws {
        var side = ClientSide(.three)
        guard case .parted(let why) = side.receive(text).news else {
            Issue.record("\(text) ends nothing")
            return
        }
        #expect(why.contains("missing") == text.contains("missing"))
    }

    @Test func theWordsOfARefusalAreBounded() {
        var side = ClientSide(.three)
        guard case .parted(let why) = side.receive("44\"\(String(repeating: "x", count: 9000))\"").news else { return }
        #expect(why.count < 300)
    }

    @Test func anythingElseIsNoReasonToPart() {
        var side = ClientSide(.three)
        #expect(side.receive("6").news == .alive)
        #expect(side.receive("3").news == .alive)
        #expect(side.receive("2probe").answers == ["3probe"])
        #expect(side.receive("451-[]").news == .malformed)
    }
}
