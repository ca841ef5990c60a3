import JSON
import Testing

@testable import SocketIO

/// Bytes as a server of Socket.IO 2 on Engine.IO 3 sent them, and what may be wrong with such bytes.
@Suite struct PacketTests {
    @Test func theOpeningTellsHowOftenIsPinged() {
        let text = #"0{"sid":"fc52ccaa","upgrades":[],"pingTimeout":5000,"pingInterval":3000,"maxPayload":1000000}"#
        #expect(Packet(text) == .open(pingInterval: .seconds(3), pingTimeout: .seconds(5)))
    }

    @Test(arguments: [
        #"0{"sid":"x"}"#, #"0{"pingInterval":null,"pingTimeout":"soon"}"#, #"0{"pingInterval":0,"pingTimeout":-1}"#,
    ])
    func anOpeningWithoutTimesHasTheUsualOnes(text: String) {
        #expect(Packet(text) == .open(pingInterval: .seconds(25), pingTimeout: .seconds(20)))
    }

    @Test func timesThatNobodyMeansAreBounded() {
        #expect(
            Packet(#"0{"pingInterval":1,"pingTimeout":1e300}"#)
                == .open(pingInterval: .seconds(1), pingTimeout: .seconds(600)))
    }

    @Test func wordsOfOneCharacter() {
        #expect(Packet("1") == .close)
        #expect(Packet("2") == .ping(""))
        #expect(Packet("2probe") == .ping("probe"))
        #expect(Packet("3") == .pong(""))
        #expect(Packet("5") == .upgrade)
        #expect(Packet("6") == .noop)
        #expect(Packet("40") == .connect)
        #expect(Packet(#"40{"sid":"_C6K"}"#) == .connect)
        #expect(Packet("40/,") == .connect)
        #expect(Packet("41") == .disconnect)
    }

    @Test func anEventHasANameAndValues() {
        #expect(Packet(#"42["endpoint-ready"]"#) == .event("endpoint-ready", [], ack: nil))
        #expect(
            Packet(#"421["output",{"type":"output","data":{"text":"hi"}}]"#)
                == .event("output", [["type": "output", "data": ["text": "hi"]]], ack: 1))
        #expect(Packet(#"42/,7["a",1,null]"#) == .event("a", [1, .null], ack: 7))
        #expect(Packet("42[\"a\",\"\u{2028}\"]") == .event("a", ["\u{2028}"], ack: nil))
    }

    @Test func aRefusalKeepsItsWords() {
        #expect(Packet(#"44"not you""#) == .refusal("not you"))
        #expect(Packet(#"44{"message":"missing"}"#) == .refusal(["message": "missing"]))
        #expect(Packet("44") == .refusal(.null))
    }

    @Test(arguments: [
        "", "x", "0", "0[]", "4", "42", "42[]", "42[1]", "42{}", #"42/other,["a"]"#, #"42["a""#, "43", "43[]",
        #"4299999999999999999999["a"]"#, #"451-["a",{"_placeholder":true,"num":0}]"#, "48", "7", "\u{0}", "4\u{ff}",
    ])
    func whatIsNoPacketOfOursIsNone(text: String) { #expect(Packet(text) == .unknown) }

    @Test func anAcknowledgementNeedsItsNumberOnly() {
        #expect(Packet("4312[]") == .ack(12, []))
        #expect(Packet("4312") == .ack(12, []))
    }

    @Test func whatThisSideWrites() {
        #expect(Packet.event("processInput", [["text": "hi"]], ack: nil).text == #"42["processInput",{"text":"hi"}]"#)
        #expect(Packet.ack(31, []).text == "4331[]")
        #expect(Packet.pong("probe").text == "3probe")
        #expect(Packet.disconnect.text == "41")
        #expect(ClientSide.ping == "2")
    }

    /// Every packet above, cut off anywhere, is a packet or none.
    @Test func noPrefixOfAPacketDoesHarm() {
        let text = #"421["output",{"type":"output","data":{"text":"h\u00e9 \" \\ ü","n":[1e3,-0.5,true]}}]"#
        for end in 0...text.count { _ = Packet(String(text.prefix(end))) }
    }
}
