import Testing

@testable import FakeAsterisk

@Suite struct FakeVoiceTests {
    @Test func aFrameComesEvery20Milliseconds() {
        var voice = FakeVoice(isWide: false)
        #expect(voice.next(at: .zero)?.count == 320)
        #expect(voice.next(at: .milliseconds(19)) == nil)
        #expect(voice.deadline == .milliseconds(20))
        #expect(voice.next(at: .milliseconds(45)) != nil)
        #expect(voice.next(at: .milliseconds(45)) != nil)
        #expect(voice.next(at: .milliseconds(45)) == nil)
    }

    @Test func speechStandsInSilence() {
        var voice = FakeVoice(isWide: true)
        voice.say([UInt8](repeating: 7, count: 800))
        voice.say([UInt8](repeating: 8, count: 100))
        #expect(voice.next(at: .seconds(1)) == [UInt8](repeating: 7, count: 640))
        let second =
            [UInt8](repeating: 7, count: 160) + [UInt8](repeating: 8, count: 100) + [UInt8](repeating: 0, count: 380)
        #expect(voice.next(at: .seconds(1)) == second)
        #expect(voice.next(at: .seconds(1)) == [UInt8](repeating: 0, count: 640))
    }

    @Test func aLineWithoutSilenceHasFramesForSpeechAlone() {
        var voice = FakeVoice(isWide: false, hasSilence: false)
        #expect(voice.next(at: .seconds(5)) == nil)
        voice.say([UInt8](repeating: 7, count: 640))
        #expect(voice.next(at: .milliseconds(5020)) == [UInt8](repeating: 7, count: 320))
        #expect(voice.next(at: .milliseconds(5020)) == nil)
        #expect(voice.next(at: .milliseconds(5040)) == [UInt8](repeating: 7, count: 320))
        #expect(voice.next(at: .milliseconds(5060)) == nil)
    }

    @Test func whatIsPlayedComesBackLaterAndFainter() {
        let bytes = (0..<3200).map { UInt8($0 % 2 == 0 ? 0xE8 : 0x03) }
        let file = FakeSounds.Sound(path: "/a.sln", bytes: bytes, rate: 8000, samples: 1600, audible: 1600)
        let sound = PlayingSound(
            name: "/a", file: file, rate: 8000, from: 0, samples: 1600, audible: 1600, began: .milliseconds(40))
        var voice = FakeVoice(isWide: true, echo: .init(delay: .milliseconds(60), share: 0.5))
        var frames: [Int] = []
        for frame in 0..<20 {
            let bytes = voice.next(at: .milliseconds(20 * frame), playing: sound)
            // 500 is 0x01F4.
            frames.append(bytes?.filter { $0 == 0x01 }.count ?? -1)
        }
        #expect(frames == (0..<20).map { (5..<15).contains($0) ? 320 : 0 })
    }
}
