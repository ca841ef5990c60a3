import Testbed
import Testing

@testable import Telephones

@Suite struct VoiceChunkTests {
    @Test(arguments: [("", []), ("00ff", [0, 255]), ("0A1b7F80", [10, 27, 127, 128])] as [(String, [UInt8])])
    func hexadecimalDigitsAreSamples(_ digits: String, _ samples: [UInt8]) throws {
        let message = #"{"type":"audio_chunk","pcm":"\#(digits)","timestamp":1.5,"seq":3}"#
        #expect(try VoiceChunk.samples(in: message) == samples)
    }

    /// The clients of the contract send them, and nothing depends on them.
    @Test func aChunkNeedsNeitherTimestampNorNumber() throws {
        #expect(try VoiceChunk.samples(in: #"{"type":"audio_chunk","pcm":"0100"}"#) == [1, 0])
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"type":"audio_chunk"}"#, #"{"type":"audio_chunk","pcm":7}"#,
        #"{"type":"audio_chunk","pcm":"0"}"#, #"{"type":"audio_chunk","pcm":"00"}"#,
        #"{"type":"audio_chunk","pcm":"zz00"}"#, #"{"type":"audio_chunk","pcm":"é00"}"#,
        #"{"type":"audio_chunk","pcm":"0000","timestamp":"soon"}"#, #"{"type":"tts_audio","pcm":"0000"}"#,
    ])
    func anythingElseIsRefused(_ message: String) {
        #expect(throws: VoiceChunk.Mistake.self) { try VoiceChunk.samples(in: message) }
    }

    /// Sixteen seconds are the most that one message holds.
    @Test func whatIsTooLongIsSaidSo() {
        let message = #"{"type":"audio_chunk","pcm":"\#(String(repeating: "0", count: 1 << 20))"}"#
        let mistake = VoiceChunk.Mistake(description: "the message is larger than 1 MiB; send the sound in parts")
        #expect(throws: mistake) { try VoiceChunk.samples(in: message) }
    }

    @Test func anAnswerComesBackAsItWas() throws {
        var random = SeededGenerator(seed: 1)
        let samples = (0..<1000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let answer = VoiceChunk.answer(samples, intent: #"a "quoted" one"#)
        let chunk = answer.split(separator: #""tts_audio""#).joined(separator: #""audio_chunk""#)
        #expect(try VoiceChunk.samples(in: chunk) == samples)
    }
}
