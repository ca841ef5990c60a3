import JSON
import Testing

@testable import FakeAsterisk
@testable import StandIn
@testable import Telephones

@Suite struct CallViewTests {
    private var view = CallView(isColoured: false)

    private mutating func left(_ what: CallRecord.What, at time: Duration = .milliseconds(1234)) -> String? {
        view.line(for: .init(at: time, what: what))
    }

    private mutating func right(_ event: Journal.Event, _ details: [String: JSON]) -> String? {
        view.line(for: Journal.Entry(time: 0, event: event, details: details), at: .milliseconds(1234))
            .map { $0.dropFirst(10).drop { $0 == " " } }.map(String.init)
    }

    private func sound(_ name: String, to: Int, _ end: CallRecord.Sound.End) -> CallRecord.What {
        .heard(
            .init(name: name, path: nil, bytes: [], rate: 8000, from: 0, to: to, began: .zero, ended: .zero, end: end))
    }

    private func key(_ fate: CallRecord.Key.Fate) -> CallRecord.What {
        .key(.init(digit: "5", began: .zero, ended: .zero, fate: fate))
    }

    @Test mutating func theCallersSideIsOnTheLeftWithItsTime() {
        #expect(left(.command("ANSWER")) == "   1.234  is answered")
        #expect(left(.command("NOOP")) == nil)
        let joined = "EXEC MSet \"COGNIGY_SESSION_ID=s1\""
        // A call that never was joined names its session, too.
        #expect(left(.command("EXEC MSet \"COGNIGY_STATUS=UNAVAILABLE,COGNIGY_SESSION_ID=s1\"")) == nil)
        #expect(
            left(.command("EXEC Log \"WARNING,cognigy-bridge: it is broken\""))?.contains(
                "| cognigy-bridge: it is broken") == true)
        #expect(left(.command(joined)) == "   1.234  is joined to session s1")
        #expect(left(.command(joined)) == nil)
        #expect(left(.reply("200 result=0")) == nil)
        #expect(left(.reply("510 Invalid or unknown command")) == "   1.234  Asterisk: 510 Invalid or unknown command")
        #expect(left(key(.returned)) == "   1.234  presses 5")
        #expect(left(key(.lost(.noCommandRunning)))?.contains("lost") == true)
        #expect(left(sound("gone", to: 0, .missing)) == "   1.234  hears nothing: no sound gone")
        #expect(left(sound("x", to: 3360, .key("5"))) == "   1.234    stopped by key 5 after 0.42 s")
        #expect(left(sound("x", to: 8000, .complete)) == nil)
        #expect(left(.exited(.code(0)), at: .seconds(123)) == " 123.000  the bridge has ended")
    }

    @Test mutating func theEndpointsSideIsOnTheRight() {
        #expect(right(.connect, ["status": 101, "id": "s"]) == "endpoint 101")
        #expect(right(.connect, ["status": "wrong token"]) == "endpoint wrong token")
        #expect(right(.ready, ["id": "s"]) == "-> ready")
        #expect(right(.input, ["text": "", "name": "CALL_CREATED"]) == "<- CALL_CREATED")
        #expect(right(.input, ["text": "1", "name": "RECOGNIZED_DTMF"]) == "<- RECOGNIZED_DTMF \"1\"")
        let commands: JSON = [["play": ["url": "/a"]], ["verb": "hangup"]]
        let output: JSON = ["text": "Bye", "data": ["_cognigy": ["_voiceGateway2": ["json": commands]]]]
        #expect(right(.sent, ["kind": "output", "message": output]) == "-> \"Bye\" + play + hangup")
        #expect(
            right(.sent, ["kind": "finalPing", "message": ["type": "regular"]]) == "-> end of the turn, regular")
        #expect(right(.ack, ["ack": 1]) == nil)
    }

    @Test mutating func theServicesSideIsOnTheRight() {
        #expect(right(.token, ["status": 200]) == "token 200")
        #expect(right(.session, ["status": 201, "id": "a.1", "caller": "49301"]) == "session 201 a.1 for 49301")
        #expect(right(.dtmf, ["digit": "5"]) == "<- key 5")
        #expect(right(.sent, ["message": ["text": "Hi", "audioUrl": "/a", "end": true]]) == "-> \"Hi\" + audio + end")
        #expect(right(.sent, ["message": ["type": "odd"]]) == "-> {\"type\":\"odd\"}")
        #expect(right(.closed, ["code": 1000, "by": "client"]) == "closed 1000 by the client")
        #expect(right(.violation, ["what": "no mask"]) == "! no mask")
        #expect(right(.stt, ["status": 200, "bytes": 640, "text": "Hi"]) == "heard 200 \"Hi\"")
        #expect(
            right(.dialog, ["status": 200, "text": "Hi", "answer": "Yes?"]) == "dialog 200 \"Hi\" -> \"Yes?\"")
        #expect(right(.dialog, ["status": "hang", "text": "Hi"]) == "dialog hang \"Hi\"")
        #expect(right(.bots, ["status": 403]) == "bots 403")
        #expect(right(.login, ["status": 200, "spelling": "camelCase"]) == "login 200")
        #expect(right(.look, ["status": 200, "session": "active"]) == "look 200 \"active\"")
        #expect(right(.reset, ["status": 429]) == "reset 429")
        #expect(right(.connected, [:]) == nil)
    }

    @Test mutating func aSoundIsCalledByWhatTheServiceSaid() {
        _ = right(.sent, ["message": ["text": "Welcome.", "audioUrl": "/a"]])
        _ = right(.sent, ["message": ["text": "42"]])
        _ = right(.sent, ["message": ["audioUrl": "/music.wav"]])
        let second: Duration = .seconds(1)
        #expect(left(.playing(name: "/tmp/1", length: second)) == "   1.234  hears \"Welcome.\", 1.00 s")
        #expect(left(.playing(name: "SAY NUMBER 42", length: second)) == "   1.234  hears SAY NUMBER 42, 1.00 s")
        #expect(left(.playing(name: "/tmp/2", length: second)) == "   1.234  hears /music.wav, 1.00 s")
        #expect(left(.playing(name: "/tmp/1", length: second)) == "   1.234  hears \"Welcome.\", 1.00 s")
        #expect(left(.playing(name: "/tmp/3", length: second)) == "   1.234  hears prompt 3, 1.00 s")
        #expect(left(.playing(name: "beep", length: .milliseconds(250))) == "   1.234  hears beep, 0.25 s")
    }

    @Test func theHeadingNamesTheServiceOnlyIfItIsThere() {
        #expect(view.heading(withService: false) == "       s  the caller")
        #expect(view.heading(withService: true).count == 10 + 54 + "the service".count)
    }

    @Test mutating func controlCharactersFromOutsideStayOutside() {
        #expect(right(.violation, ["what": "a\u{1b}[31mb\u{9b}c\n"]) == "! a [31mb c ")
        #expect(!view.line(saidByBridge: "\u{7}x", at: .zero).contains("\u{7}"))
    }

    @Test func coloursEndWhereTheyBegan() {
        var coloured = CallView(isColoured: true)
        let line = coloured.line(for: .init(at: .zero, what: key(.returned))) ?? ""
        #expect(line.contains("\u{1b}[33mpresses 5\u{1b}[0m"))
    }
}
