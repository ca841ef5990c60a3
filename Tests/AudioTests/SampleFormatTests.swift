import Audio
import Testing

@Suite struct SampleFormatTests {
    @Test(arguments: [
        "(ulaw)", "(alaw)", "(gsm|ulaw|alaw)", "(slin)", "(slin12)", "(silk8)", "(silk12)", "(speex)", "(g729)",
        "(nothing)", "()", "", "unknown",
    ])
    func telephoneFormatsGetTheTelephonesRate(_ formats: String) {
        #expect(SampleFormat(channelFormats: formats) == .sln)
    }

    @Test(arguments: [
        "(g722)", "(ulaw|g722)", "(g722|ulaw)", "(slin16)", "(slin48)", "(slin192)", "(opus)", "(OPUS)", "opus",
        "(silk16)", "(speex32)", "(siren7)", "(siren14)", "(g719)", "(ulaw|alaw|slin16)",
    ])
    func betterFormatsGetTheBetterRate(_ formats: String) {
        #expect(SampleFormat(channelFormats: formats) == .sln16)
    }

    @Test func theNameAndTheRateAreAsterisks() {
        #expect(SampleFormat.sln.fileExtension == "sln")
        #expect(SampleFormat.sln.rate == 8000)
        #expect(SampleFormat.sln16.fileExtension == "sln16")
        #expect(SampleFormat.sln16.rate == 16_000)
    }
}
