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
}
