import JSON
import Testbed
import Testing
import WebSocket

@testable import StandIn

@Suite struct OpenSocketTests {
    private func key(_ digit: String) -> Frame { .text("{\"type\":\"dtmf\",\"dtmf\":\"\(digit)\"}") }

    private func texts(_ incoming: [Assembler.Incoming]) -> [JSON] {
        incoming.compactMap { if case .text(let text) = $0 { try? JSON(parsing: text.utf8) } else { nil } }
    }

    @Test func anOpeningIsGreetedInOrderAndUrlsAreCompleted() throws {
        let stage = try Stage(Scenario.demo)
        let messages = texts(stage.frames(try stage.openVoice().effects))
        #expect(messages.count == 2)
        #expect(messages[0]["text"] == "Welcome to the demo.")
        #expect(messages[0]["audioUrl"] == "http://127.0.0.1:80/audio/welcome-16k-700ms.wav")
        #expect(stage.entries.last?.event == .sent)
        #expect(stage.entries.last?["message"] == messages[1])
    }

    @Test func eachKeyHasItsAnswer() throws {
        let stage = try Stage(Scenario.demo)
        let (id, _) = try stage.openVoice()
        #expect(texts(stage.frames(stage.receive(key("2")))) == [["type": "response", "text": "42"]])
        #expect(texts(stage.frames(stage.receive(key("9"))))[0]["end"] == true)
        #expect(texts(stage.frames(stage.receive(key("#"))))[0]["text"] == "Sorry, I did not understand.")
        #expect(
            stage.entries.filter { $0.event == .dtmf }.map(\.details)
                == ["2", "9", "#"].map { ["id": .string(id), "digit": $0] })
        #expect(stage.violations == [])
    }

    @Test func rulesAreCountedForEachSession() throws {
        let stage = try Stage("open say \"Hello.\" times 1")
        #expect(texts(stage.frames(try stage.openVoice().effects)).count == 1)
        stage.end()
        #expect(texts(stage.frames(try stage.openVoice().effects)).count == 1)
        let token = try stage.token()
        let id = try stage.session(token)
        stage.end()
        #expect(stage.openVoice(id).count == 1)
        stage.end()
        #expect(stage.openVoice(id).count == 0)
    }

    @Test func waitsAddUp() throws {
        let stage = try Stage("after 500 delay 20 garbage\nthen delay 30 drop\nopen delay 10 garbage")
        #expect(
            try stage.openVoice().effects.map(\.delay) == [.milliseconds(520), .milliseconds(550), .milliseconds(10)])
    }

    @Test func pingsOfBothKindsAreNoted() throws {
        let stage = try Stage()
        _ = try stage.openVoice()
        #expect(stage.receive(.text(#"{"type":"ping"}"#)) == [])
        #expect(stage.frames(stage.receive(.ping([1, 2]))) == [.pong([1, 2])])
        #expect(stage.receive(.pong([])) == [])
        #expect(stage.entries.suffix(3).map(\.event) == [.ping, .wsPing, .wsPong])
    }

    @Test(arguments: [
        #"{"type":"dtmf","dtmf":"A"}"#, #"{"type":"dtmf","dtmf":"12"}"#, #"{"type":"dtmf","dtmf":5}"#,
        #"{"type":"dtmf"}"#, #"{"type":"dtmf","dtmf":"5","x":1}"#, #"{"type":"ping","t":1}"#, #"{"type":"text"}"#,
        "5", "", "nonsense",
    ])
    func anyOtherMessageIsABreach(text: String) throws {
        let stage = try Stage()
        _ = try stage.openVoice()
        #expect(stage.frames(stage.receive(.text(text))) == [.close(.policyViolation, "")])
        #expect(stage.violations == ["a message that is neither dtmf nor ping"])
        #expect(stage.entries.last?.details["by"] == "server")
    }

    @Test func nothingCountsAfterABreachInTheSameRead() throws {
        let stage = try Stage()
        _ = try stage.openVoice()
        let bytes = [Frame.text("nonsense"), key("1"), .close(.normal)].flatMap {
            $0.encoded(mask: freshMask())
        }
        #expect(stage.frames(stage.service.receive(bytes, on: 1)) == [.close(.policyViolation, "")])
        #expect(stage.entries.suffix(2).map(\.event) == [.violation, .closed])
    }

    @Test func framesThatBreakTheProtocolAreABreach() throws {
        for bytes in [[0x81, 0x00], [0xC1, 0x80], [0x83, 0x80]] as [[UInt8]] {
            let stage = try Stage()
            _ = try stage.openVoice()
            #expect(stage.frames(stage.service.receive(bytes, on: 1)) == [.close(.protocolError, "")])
            #expect(stage.violations.count == 1)
        }
        let stage = try Stage()
        _ = try stage.openVoice()
        #expect(stage.frames(stage.receive(.binary([1]))) == [.close(.unsupportedData, "")])
        #expect(stage.violations == ["a binary message"])
    }

    @Test func theSameMaskTwiceIsABreach() throws {
        let stage = try Stage()
        _ = try stage.openVoice()
        _ = stage.receive(.ping(), mask: [1, 2, 3, 4])
        #expect(stage.violations == [])
        _ = stage.receive(.ping(), mask: [1, 2, 3, 4])
        #expect(stage.violations == ["two frames in a row with the same mask"])
    }

    @Test func theClientsCloseEndsTheSession() throws {
        let stage = try Stage()
        let (id, _) = try stage.openVoice()
        let effects = stage.receive(.close(.normal))
        #expect(effects.last?.effect == .finish)
        #expect(stage.frames(effects) == [.close(.normal, "")])
        #expect(stage.entries.last?.details == ["id": .string(id), "code": 1000, "by": "client"])
        _ = stage.receive(.ping())
        #expect(stage.violations == ["bytes after the close frame"])
        stage.end()
        #expect(try stage.reply(to: .voice(id, token: try stage.token())).status == 409)
        #expect(stage.violations.last == "a voice socket for a session that has ended")
    }

    @Test func aDroppedSocketMayComeBack() throws {
        let stage = try Stage()
        let (id, _) = try stage.openVoice()
        stage.end()
        #expect(stage.entries.last?.details == ["id": .string(id), "code": 1006, "by": "dropped"])
        #expect(stage.answer(.voice(id, token: try stage.token())).last?.effect == .openVoice(session: id))
        #expect(stage.violations == [])
    }

    @Test func theServersCloseWaitsForTheClients() throws {
        let stage = try Stage()
        let (id, _) = try stage.openVoice()
        let effects = stage.perform(.close(1011))
        #expect(stage.frames(effects) == [.close(.internalError, "")])
        #expect(effects.last == Timed(delay: .seconds(5), effect: .drop))
        #expect(stage.perform(.garbage) == [], "nothing follows a close frame")
        _ = stage.receive(key("1"))
        #expect(stage.violations == [], "a key may be on its way")
        #expect(stage.receive(.close(.internalError)) == [Timed(effect: .finish)])
        #expect(stage.entries.last?.details == ["id": .string(id), "code": 1011, "by": "server"])
    }

    @Test func silenceAnswersNothingButStillListens() throws {
        let stage = try Stage("key 5 silence\nkey 1 garbage")
        _ = try stage.openVoice()
        #expect(stage.frames(stage.receive(key("5"))) == [])
        #expect(stage.receive(.ping()) == [])
        #expect(stage.frames(stage.receive(key("1"))) == [])
        #expect(stage.entries.last?.event == .dtmf)
        #expect(stage.receive(.close(.normal)) == [])
        #expect(stage.entries.last?.details["by"] == "client")
    }

    @Test func otherFaultsDoWhatTheySay() throws {
        let stage = try Stage()
        let (id, _) = try stage.openVoice()
        guard case .text(let text)? = stage.frames(stage.perform(.garbage)).first else {
            Issue.record("garbage is a text message")
            return
        }
        #expect((try? JSON(parsing: text.utf8)) == nil)
        #expect(stage.perform(.frame([0x81, 0x80])).first?.sent == [0x81, 0x80])
        #expect(stage.perform(.drop) == [Timed(effect: .drop)])
        #expect(stage.entries.last?.details == ["id": .string(id), "code": 1006, "by": "dropped"])
    }
}
