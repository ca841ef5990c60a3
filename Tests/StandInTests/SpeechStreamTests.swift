import JSON
import Testbed
import Testing
import WebSocket

@testable import StandIn

@Suite struct SpeechStreamTests {
    private static let path = "/tts/stream?voice=anna&sampleRate=16000"

    private func handshake(_ target: String = path, key: String = "demo-tts-key") -> Request {
        var request = Request.voice("x", token: key)
        request.target = target
        request.headers.removeAll { $0.name == "x-cognigy-session-id" }
        return request
    }

    private func open(_ scenario: String = "") throws -> Stage {
        let stage = try Stage(scenario)
        #expect(stage.answer(handshake()).last?.effect == .openSpeech(voice: "anna"))
        let greeting = stage.frames(stage.service.openSpeech(voice: "anna", on: 1))
        #expect(greeting == [.text(#"{"type":"connect","data":{"sample_rate":16000,"base64_encoding":false}}"#)])
        return stage
    }

    private func say(_ words: String, to stage: Stage) -> [Timed] {
        stage.receive(.text(JSON.object(["type": "stream", "text": .string(words)]).text))
            + stage.receive(.text(#"{"type":"flush"}"#))
    }

    @Test func whatIsFlushedIsSpoken() throws {
        let stage = try open()
        let frames = stage.frames(say("Hello.", to: stage))
        #expect(frames == [.binary(Tone(milliseconds: 320, rate: 16_000).samples)])
        #expect(stage.entries.last?.details == ["text": "Hello.", "voice": "anna", "status": 200])
        #expect(stage.violations == [])
        #expect(stage.receive(.text(#"{"type":"stop"}"#)).last?.effect == .finish)
        stage.end()
        #expect(stage.violations == [])
    }

    @Test func aPacedVoiceSendsThePiecesOfTheWhole() throws {
        let stage = try open("tts paced 100 pause 500")
        let effects = say("Hello.", to: stage)
        #expect(effects.map(\.delay) == [0, 100, 700, 800].map { Duration.milliseconds($0) })
        let bytes = stage.frames(effects).flatMap { if case .binary(let bytes) = $0 { bytes } else { [UInt8]() } }
        #expect(bytes == Tone(milliseconds: 320, rate: 16_000).samples)
    }

    @Test(arguments: [
        "/tts/stream?sampleRate=16000", "/tts/stream?voice=&sampleRate=16000", "/tts/stream?voice=anna",
        "/tts/stream?voice=anna&sampleRate=8000", "/tts/stream?voice=anna&sampleRate=16000&x=1",
    ]) func anotherQueryIsABreach(_ target: String) throws {
        let stage = try Stage()
        _ = stage.answer(handshake(target))
        #expect(stage.violations.count == 1)
    }

    @Test func anotherKeyIsABreach() throws {
        try Stage().expectBreach(handshake(key: "other"), 401)
    }

    @Test(arguments: [
        "x", "{}", #"{"type":"flush"}"#, #"{"type":"stream"}"#, #"{"type":"stream","text":""}"#,
        #"{"type":"stream","text":"x","y":1}"#, #"{"type":"stop","y":1}"#,
    ]) func anotherMessageIsABreach(_ message: String) throws {
        let stage = try open()
        #expect(stage.receive(.text(message)).last?.effect == .finish)
        #expect(stage.violations.count == 1)
    }
}
