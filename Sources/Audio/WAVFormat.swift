/// The content of the `fmt ` chunk of a WAV file.
struct WAVFormat: Equatable, Sendable {
    /// A rate below 4 kHz carries no speech, and such a file grows much when it is converted.
    static let rates = 4000...384_000

    let encoding: SampleEncoding
    let channels: Int
    let width: Int
    let rate: Int

    init(encoding: SampleEncoding, channels: Int, width: Int, rate: Int) {
        self.encoding = encoding
        self.channels = channels
        self.width = width
        self.rate = rate
    }

    init(chunk: ArraySlice<UInt8>) throws(AudioRefusal) {
        let chunk = Array(chunk)
        if chunk.count < 16 { throw .shortFormat(bytes: chunk.count) }
        let channels = Int(chunk.unsigned16(at: 2))
        let rate = Int(chunk.unsigned32(at: 4))
        let blockAlign = Int(chunk.unsigned16(at: 12))
        let bits = Int(chunk.unsigned16(at: 14))
        let tag = try Self.codec(chunk)

        if channels == 0 || blockAlign == 0 || blockAlign % channels != 0 {
            throw .layout(channels: channels, bits: bits, blockAlign: blockAlign)
        }
        let width = blockAlign / channels
        let encoding: SampleEncoding? =
            switch (tag, width) {
            case (1, 1) where (1...8).contains(bits): .unsigned8
            case (1, 2...4) where (bits + 7) / 8 == width: .signed
            case (3, 4) where bits == 32: .float32
            case (3, 8) where bits == 64: .float64
            case (6, 1): .aLaw
            case (7, 1): .muLaw
            case (1, _), (3, _), (6, _), (7, _): nil
            default: throw .codec(tag)
            }
        guard let encoding else { throw .layout(channels: channels, bits: bits, blockAlign: blockAlign) }
        if !Self.rates.contains(rate) { throw .rate(rate) }
        self.init(encoding: encoding, channels: channels, width: width, rate: rate)
    }

    /// WAVE_FORMAT_EXTENSIBLE puts the codec at the start of a GUID whose rest is always the same.
    private static func codec(_ chunk: [UInt8]) throws(AudioRefusal) -> UInt16 {
        let tag = chunk.unsigned16(at: 0)
        if tag != 0xFFFE { return tag }
        if chunk.count < 40 { throw .shortFormat(bytes: chunk.count) }
        let family: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        if !chunk[26..<40].elementsEqual(family) { throw .codec(tag) }
        return chunk.unsigned16(at: 24)
    }
}
