import Audio
import Testing

@Suite struct WAVTests {
    private static let second = Sound.tone(1000, rate: 8000, seconds: 1)

    private func expectTone(_ pcm: PCM, rate: Int = 8000, level: Double = 0.5) {
        #expect(pcm.rate == rate)
        #expect(abs(Sound.level(of: 1000, in: pcm.samples, rate: rate) - level) < 0.015)
        #expect(abs(Sound.loudness(pcm.samples) - level * 0.7071) < 0.01)
    }

    @Test(arguments: [8, 12, 16, 20, 24, 32])
    func everyWidthSoundsTheSame(_ bits: Int) throws {
        let pcm = try WAV.decode(WAVFile(Self.second, rate: 8000, bits: bits).bytes)
        #expect(pcm.samples.count == 8000)
        expectTone(pcm)
    }

    @Test(arguments: [(16, 12), (24, 20), (32, 24), (16, 16)])
    func extensibleIsReadByItsGUID(_ bits: Int, _ validBits: Int) throws {
        var file = WAVFile(Self.second, rate: 8000, bits: bits)
        file.validBits = validBits
        expectTone(try WAV.decode(file.bytes))
    }

    @Test func extensibleOfAnotherFamilyIsRefused() {
        var file = WAVFile(Self.second, rate: 8000)
        file.validBits = 16
        var bytes = file.bytes
        bytes[20 + 39] = 0
        #expect(throws: AudioRefusal.codec(0xFFFE)) { try WAV.decode(bytes) }
    }

    @Test(arguments: [32, 64])
    func floatsSoundTheSame(_ bits: Int) throws {
        expectTone(try WAV.decode(WAVFile(floats: Self.second, rate: 8000, bits: bits).bytes))
    }

    @Test(arguments: [32, 64])
    func floatsThatAreNoLevelAreMadeOne(_ bits: Int) throws {
        let odd: [Double] = [.nan, .infinity, -.infinity, 7, -7, 1, -1, 0]
        #expect(
            try WAV.decode(WAVFile(floats: odd, rate: 8000, bits: bits).bytes).samples
                == [0, 32767, -32768, 32767, -32768, 32767, -32768, 0])
    }

    @Test func theLawsAreExpanded() throws {
        var file = WAVFile()
        (file.tag, file.bits, file.data) = (7, 8, [0x80, 0xFF, 0x00])
        #expect(try WAV.decode(file.bytes).samples == [32124, 0, -32124])
        (file.tag, file.data) = (6, [0xAA, 0x2A])
        #expect(try WAV.decode(file.bytes).samples == [32256, -32256])
    }

    @Test func eightBitsAreUnsigned() throws {
        var file = WAVFile()
        (file.bits, file.data) = (8, [0x80, 0x00, 0xFF, 0x81])
        #expect(try WAV.decode(file.bytes).samples == [0, -32768, 32512, 256])
    }

    @Test func channelsAreAveraged() throws {
        let stereo = WAVFile([0.5, -0.5, 0.5, 0.5, 0, 0.5], rate: 44_100, channels: 2)
        #expect(try WAV.decode(stereo.bytes) == PCM(samples: [0, 16383, 8191], rate: 44_100))
        let six = WAVFile([0.6, 0, 0, 0, 0, 0], rate: 48_000, channels: 6)
        #expect(try WAV.decode(six.bytes).samples == [3276])
    }

    @Test func fullScaleOnEveryChannelDoesNotOverflow() throws {
        var file = WAVFile()
        (file.channels, file.data) = (2, [0x00, 0x80, 0x00, 0x80, 0xFF, 0x7F, 0xFF, 0x7F])
        #expect(try WAV.decode(file.bytes).samples == [-32768, 32767])
    }

    @Test func otherChunksArePassedOver() throws {
        var file = WAVFile([0.5], rate: 8000)
        file.before = WAVFile.chunk("LIST", [1, 2, 3]) + WAVFile.chunk("fact", [0, 0, 0, 0])
        file.after = WAVFile.chunk("data", [9, 9])
        #expect(try WAV.decode(file.bytes).samples == [16383])
    }

    @Test(arguments: [0, 0xFFFF_FFFF, 0x7FFF_F000, 5])
    func aStreamingEncodersSizeMeansAllThatIsThere(_ size: Int) throws {
        var file = WAVFile([0.5, 0.25], rate: 8000)
        file.dataSize = size
        file.riffSize = size == 0 ? 0 : 0xFFFF_FFFF
        // A size of five bytes is believed, and its half sample dropped.
        #expect(try WAV.decode(file.bytes).samples == [16383, 8191])
    }

    @Test func aFileCutShortPlaysAsFarAsItGoes() throws {
        let bytes = WAVFile([0.5, 0.25, 0.5], rate: 8000, channels: 1).bytes
        #expect(try WAV.decode(bytes.dropLast(3)).samples == [16383])
    }

    @Test func aFileWithoutASampleHoldsNoSound() {
        #expect(throws: AudioRefusal.noSound) { try WAV.decode(WAVFile().bytes) }
        var one = WAVFile()
        one.data = [1]
        #expect(throws: AudioRefusal.noSound) { try WAV.decode(one.bytes) }
        // A real end: what follows is no sound, so the size of 0 is believed.
        var tagged = WAVFile()
        tagged.after = WAVFile.chunk("LIST", [1, 2, 3, 4])
        #expect(throws: AudioRefusal.noSound) { try WAV.decode(tagged.bytes) }
        #expect(throws: AudioRefusal.noSound) { try WAV.decode(WAVFile().bytes.dropLast(8)) }
    }

    @Test func aFileThatIsSomethingElseIsNamed() {
        #expect(throws: AudioRefusal.notWAV(.mp3)) { try WAV.decode(Array("ID3".utf8)) }
        #expect(throws: AudioRefusal.notWAV(.unknown)) { try WAV.decode([]) }
        var file = WAVFile([0.5], rate: 8000)
        file.riff = "RIFX"
        #expect(throws: AudioRefusal.notWAV(.rifx)) { try WAV.decode(file.bytes) }
        file.riff = "RF64"
        #expect(throws: AudioRefusal.notWAV(.rf64)) { try WAV.decode(file.bytes) }
    }

    @Test func dataBeforeItsFormatIsRefused() {
        var file = WAVFile([0.5], rate: 8000)
        file.before = WAVFile.chunk("data", [1, 2])
        #expect(throws: AudioRefusal.dataBeforeFormat) { try WAV.decode(file.bytes) }
    }

    @Test func aFileWithoutAFormatIsRefused() {
        #expect(throws: AudioRefusal.noFormat) { try WAV.decode(Array("RIFF....WAVE".utf8)) }
        #expect(throws: AudioRefusal.noFormat) {
            try WAV.decode(Array("RIFF....WAVE".utf8) + WAVFile.chunk("LIST", [1, 2]))
        }
    }

    @Test func aChunkOfMinusEightBytesDoesNotLoop() {
        var file = WAVFile([0.5], rate: 8000)
        file.before = WAVFile.chunk("LIST", [], size: -8)
        #expect(throws: AudioRefusal.noFormat) { try WAV.decode(file.bytes) }
    }

    @Test(arguments: [0, 1, 15])
    func aShortFormatIsRefused(_ size: Int) {
        var file = WAVFile([0.5], rate: 8000)
        file.formatSize = size
        #expect(throws: AudioRefusal.shortFormat(bytes: size)) { try WAV.decode(file.bytes) }
    }

    @Test func anExtensibleFormatWithoutItsGUIDIsRefused() {
        var file = WAVFile([0.5], rate: 8000)
        file.tag = 0xFFFE
        #expect(throws: AudioRefusal.shortFormat(bytes: 16)) { try WAV.decode(file.bytes) }
    }

    @Test(arguments: [
        (0, 16, 2), (1, 16, 0), (2, 16, 3), (1, 16, 1), (1, 0, 2), (1, 16, 4), (1, 64, 8), (3, 16, 2), (65535, 16, 2),
    ])
    func aLayoutThatCannotBeIsRefused(_ channels: Int, _ bits: Int, _ blockAlign: Int) {
        var file = WAVFile([0.5, 0.5, 0.5, 0.5], rate: 8000)
        (file.channels, file.bits, file.blockAlign) = (channels, bits, blockAlign)
        #expect(throws: AudioRefusal.layout(channels: channels, bits: bits, blockAlign: blockAlign)) {
            try WAV.decode(file.bytes)
        }
    }

    @Test(arguments: [0x02, 0x11, 0x31, 0x55])
    func anotherCodecIsNamed(_ tag: Int) {
        var file = WAVFile([0.5], rate: 8000)
        file.tag = tag
        #expect(throws: AudioRefusal.codec(UInt16(tag))) { try WAV.decode(file.bytes) }
    }

    @Test(arguments: [0, 3999, 384_001, 0xFFFF_FFFF])
    func aRateBeyondReasonIsRefused(_ rate: Int) {
        var file = WAVFile([0.5], rate: 8000)
        file.rate = rate
        #expect(throws: AudioRefusal.rate(rate)) { try WAV.decode(file.bytes) }
    }

    @Test func aSmallFileOfALowRateMayNotBecomeAHugeOne() {
        var file = WAVFile()
        (file.rate, file.bits, file.data) = (4000, 8, [UInt8](repeating: 0x80, count: 2_408_000))
        #expect(throws: AudioRefusal.tooLong(seconds: 602)) { try WAV.decode(file.bytes) }
    }

    @Test func ourOwnHeaderIsReadAgain() throws {
        let bytes = WAV.header(forBytes: 4, rate: 16_000) + [0xFF, 0xFF, 0x34, 0x12]
        #expect(bytes.count == 48)
        #expect(try WAV.decode(bytes) == PCM(samples: [-1, 0x1234], rate: 16_000))
    }
}
