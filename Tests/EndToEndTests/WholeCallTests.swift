import FakeAsterisk
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

@Suite struct WholeCallTests {
    @Test func theDemoCallIsHeardAnsweredAndEnded() throws {
        let pbx = try PBX()
        let record = try pbx.call([
            .press("1", when: .whenHeard(2), after: .milliseconds(200)),
            .press("2", when: .whenHeard(3), after: .milliseconds(200)),
            .press("3", when: .whenHeard(4), after: .milliseconds(200)),
            .press("9", when: .whenPlaying(5), after: .milliseconds(300)),
        ])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.variables["COGNIGY_REASON"] == "end")
        #expect(record.variables["COGNIGY_TURNS"] == "4")
        #expect(record.variables["COGNIGY_SESSION_ID"]?.hasPrefix("s-") == true)
        #expect(record.exit == .code(0))
        #expect(pbx.service.keys == "1239")
        #expect(pbx.service.violations == [])
        #expect(try pbx.service.wait { $0.event == .closed }["code"]?.number == 1000)
        #expect(pbx.leftovers() == [])
        #expect(record.sounds.map(\.end) == [.complete, .complete, .complete, .complete, .key("9"), .complete])
    }

    @Test func theSameOverHTTPSWithItsOwnAuthority() throws {
        let pbx = try PBX(Scenario.demo, tls: true)
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.sounds.count == 2)
        #expect(pbx.service.violations == [])
    }

    @Test func messagesInARowArePlayedInOrderThoughTheFirstTakesLongest() throws {
        let pbx = try PBX(
            """
            audio slow-8k-300ms delay 400
            open send {"type":"response","audioUrl":"/audio/slow-8k-300ms.wav"}
            open send {"type":"response","text":"7"}
            open send {"type":"response","audioUrl":"/audio/third-16k-200ms.wav"}
            open send {"type":"response"}
            open send {"type":"response","text":"8","end":true}
            """, settings: ["COGNIGY_SPEECH_TTS": "none"])
        let record = try pbx.call([])
        #expect(record.sounds.map(\.bytes.count) == [4800, 0, 3200, 0])
        #expect(record.sounds.map(\.name).filter { $0.hasPrefix("SAY") } == ["SAY NUMBER 7", "SAY NUMBER 8"])
        #expect(record.sounds.allSatisfy { $0.end == .complete })
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func aWidebandChannelGetsWidebandSound() throws {
        let pbx = try PBX(#"open send {"type":"response","audioUrl":"/audio/a-44k-stereo-500ms.wav","end":true}"#)
        var channel = FakeChannel()
        channel.nativeFormat = "g722"
        let record = try pbx.call([], channel: channel)
        let sound = try #require(record.sounds.first)
        #expect(sound.path?.hasSuffix(".sln16") == true)
        #expect(abs(sound.bytes.count - 16_000) <= 8)
    }

    @Test func aKeyStopsThePromptAndWhatWasQueuedBehindIt() throws {
        let pbx = try PBX(
            """
            open send {"type":"response","audioUrl":"/audio/a-8k-2000ms.wav"}
            open send {"type":"response","audioUrl":"/audio/b-8k-2000ms.wav"}
            key 5 send {"type":"response","audioUrl":"/audio/c-8k-200ms.wav","end":true}
            """)
        let record = try pbx.call([.press("5", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.sounds.map(\.end) == [.key("5"), .complete])
        #expect(pbx.service.keys == "5")
    }

    @Test func withoutBargeInTheKeyIsSentAndThePromptGoesOnFromWhereItWas() throws {
        let pbx = try PBX(
            """
            open send {"type":"response","audioUrl":"/audio/a-8k-1500ms.wav"}
            key 5 send {"type":"response","text":"5"}
            key 6 send {"type":"response","text":"6","end":true}
            """, settings: ["COGNIGY_CALL_BARGE_IN": "no", "COGNIGY_SPEECH_TTS": "none"])
        let record = try pbx.call([
            .press("5", when: .whenPlaying(1), after: .milliseconds(200)),
            .press("6", when: .whenPlaying(2), after: .milliseconds(200)),
        ])
        #expect(pbx.service.keys == "56")
        let prompt = record.sounds.prefix(3)
        #expect(prompt.map(\.end) == [.key("5"), .key("6"), .complete])
        #expect(prompt.dropFirst().map(\.from) == Array(prompt.map(\.to).dropLast()))
        #expect(prompt.last?.to == 12_000)
        #expect(record.sounds.suffix(2).map(\.name) == ["SAY NUMBER 5", "SAY NUMBER 6"])
    }

    @Test func endPlaysToItsEndWhateverTheCallerPresses() throws {
        let pbx = try PBX(#"open send {"type":"response","audioUrl":"/audio/bye-8k-800ms.wav","end":true}"#)
        let record = try pbx.call([.press("1", when: .whenPlaying(1), after: .milliseconds(100))])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.status == .hangup)
    }

    @Test func onEndContinueLeavesTheCallerToTheDialplan() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"1","end":true}"#)
        let record = try pbx.call([], arguments: ["on_end=continue"])
        #expect(record.isChannelThere)
        #expect(record.status == .success)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func aMessageThatAsksForPeopleIsHeardAndThenTheDialplanKnows() throws {
        let pbx = try PBX(
            #"open send {"type":"response","audioUrl":"/audio/a-8k-300ms.wav","handoffTrigger":true,"transferTarget":"sales"}"#
        )
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.isChannelThere)
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "sales")
    }

    @Test func aCallerWhoIsSilentForTooLongIsLetGo() throws {
        let pbx = try PBX(
            #"open send {"type":"response","text":"1"}"#, settings: ["COGNIGY_CALL_IDLE_TIMEOUT": "2"])
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_REASON"] == "idle_timeout")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func theLocaleOfTheDialplanReachesTheFlowAndTheFlowCanBeChosenThere() throws {
        let pbx = try PBX("flow other\nopen send {\"type\":\"response\",\"end\":true}")
        let record = try pbx.call([], arguments: ["flow_id=other", "locale=de-DE"])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.entries().first { $0.event == .session }?["flowId"]?.string == "other")
    }
}
