import Audio
import Testing

@Suite struct PromptTests {
    @Test func samplesAreLittleEndianWithoutAHeader() throws {
        #expect(
            try Prompt.render(PCM(samples: [1, -2, 0x1234], rate: 8000), as: .sln) == [1, 0, 0xFE, 0xFF, 0x34, 0x12])
    }

    @Test(arguments: [SampleFormat.sln, .sln16])
    func aToneIsHeardAtTheFormatsRate(_ format: SampleFormat) throws {
        let tone = PCM(samples: Sound.samples(Sound.tone(1000, rate: 44_100, seconds: 1)), rate: 44_100)
        let heard = Sound.samples(littleEndian: try Prompt.render(tone, as: format))
        #expect(heard.count == format.rate)
        #expect(abs(Sound.pitch(heard, rate: format.rate) - 1000) <= 2)
    }

    @Test func aVoicesRawSamplesAreRead() throws {
        #expect(try Prompt.decode(raw16k: [1, 0, 0xFE, 0xFF, 7]) == PCM(samples: [1, -2], rate: 16_000))
        #expect(throws: AudioRefusal.noSound) { try Prompt.decode(raw16k: [7]) }
    }
}
