import FakeAsterisk
import JSON
import StandIn
import TestService
import Testing

/// Connections that stand before there is something to ask.
@Suite struct ConnectionsTests {
    /// The recogniser, the dialog and the voice are one host here, with TLS.
    private func pbx(_ scenario: String) throws -> PBX {
        let pbx = try PBX(scenario, tls: true)
        let speech = [
            "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            "COGNIGY_SPEECH_STT_URL": pbx.service.baseURL + "/stt", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
        ]
        pbx.environment.merge(speech) { $1 }
        return pbx
    }

    private func call(_ pbx: PBX, _ plan: CallPlan) throws -> CallRecord {
        try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment, plan: plan,
            channel: FakeChannel(), sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(40))
    }

    @Test func noTurnWaitsForAConnection() throws {
        let pbx = try pbx(#"stt say "My bill.""#)
        let speech = try Espeak.samples("My bill.")
        let record = try call(
            pbx,
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(200)),
            ])
        #expect(record.tells("COGNIGY_TURNS", "1"))
        let entries = pbx.service.entries().map(\.event)
        let heard = try #require(entries.firstIndex(of: .stt))
        #expect(entries[..<heard].count { $0 == .connected } == 1)
        #expect(entries[heard...].contains(.dialog) && entries[heard...].contains(.tts))
        #expect(!entries[heard...].contains(.connected))
        #expect(pbx.service.violations == [])
    }

    /// Whoever presses keys only needs no recogniser, and a call whose words nobody has to fetch needs nothing.
    @Test(arguments: ["", "COGNIGY_SPEECH_STT_URL", "COGNIGY_SPEECH_TTS_URL"])
    func onlyWhatIsNeededIsOpened(_ setting: String) throws {
        let pbx = try PBX("key 9 send {\"type\":\"response\",\"end\":true}")
        let other = try StandInService("", in: pbx.folder)
        if !setting.isEmpty { pbx.environment[setting] = other.baseURL }
        let record = try pbx.call([.press("9", when: .whenWaiting, after: .milliseconds(300))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(other.count(.connected) == (setting == "COGNIGY_SPEECH_TTS_URL" ? 1 : 0))
        #expect(other.violations == [])
    }
}
