import FakeAsterisk
import System
import TestService
import Testbed

/// What a minute of a call takes in which the program listens: whether somebody speaks, and his echo.
enum Spoken {
    static func measure(_ effort: Effort) throws {
        Report.section("A spoken call of \(Int(effort.listening / .seconds(1))) s, CPU")
        Report.figure("the caller is silent", try minute(effort.listening, said: []), "ms")
        Report.figure(
            "the caller speaks, all the time", try minute(effort.listening, said: voice(effort.listening)), "ms")
    }

    /// 8 kHz.
    private static func voice(_ length: Duration) -> [UInt8] {
        let samples = Babbler.samples(16_000 * Int(length / .seconds(1)))
        return stride(from: 0, to: samples.count, by: 2).flatMap { index in
            let sample = UInt16(bitPattern: Int16(max(-1, min(1, samples[index] * 0.1)) * 32_000))
            return [UInt8(sample & 0xFF), UInt8(sample >> 8)]
        }
    }

    private static func minute(_ length: Duration, said: [UInt8]) throws -> Double {
        Report.progress("listening")
        let pbx = try PBX(
            #"stt say "Yes.""#,
            settings: [
                "COGNIGY_PATHS_LOG": "off", "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot",
                "COGNIGY_DIALOG_ID": "demo-dialog", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
                "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
            ])
        pbx.environment["COGNIGY_SPEECH_STT_URL"] = pbx.service.baseURL + "/stt"
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        let before = childrensCPU()
        // Nobody says nothing.
        let plan: CallPlan = [
            .say(said, when: .whenWaiting, after: .zero), .hangUp(when: .whenWaiting, after: length),
        ]
        let call = Box(
            try FakeCall(
                program: Binary.path, arguments: ["voice"], environment: pbx.environment, plan: plan,
                sounds: pbx.folder.path("sounds"), speed: 10, enhanced: true))
        try call.run { _ in
            _ = pbx.service.entries()
            return false
        }
        return childrensCPU() - before
    }
}
