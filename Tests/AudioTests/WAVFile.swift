/// Builds a WAV file, a good one unless told otherwise.
struct WAVFile {
    var riff = "RIFF"
    var tag = 1
    var channels = 1
    var rate = 8000
    var bits = 16
    var blockAlign: Int?
    /// Of WAVE_FORMAT_EXTENSIBLE; the codec is then in its GUID.
    var validBits: Int?
    var formatSize: Int?
    var before: [UInt8] = []
    var after: [UInt8] = []
    var riffSize: Int?
    var dataSize: Int?
    var data: [UInt8] = []

    static func little(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    static func chunk(_ name: String, _ body: [UInt8], size: Int? = nil) -> [UInt8] {
        Array(name.utf8) + little(size ?? body.count, 4) + body + (body.count % 2 == 0 ? [] : [0])
    }

    var format: [UInt8] {
        let align = blockAlign ?? channels * ((bits + 7) / 8)
        let fields = [
            (validBits == nil ? tag : 0xFFFE, 2), (channels, 2), (rate, 4), (rate * align, 4), (align, 2), (bits, 2),
        ]
        let plain = fields.flatMap { Self.little($0.0, $0.1) }
        guard let validBits else { return plain }
        return plain + Self.little(22, 2) + Self.little(validBits, 2) + Self.little(0, 4) + Self.little(tag, 2)
            + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    }

    var bytes: [UInt8] {
        let chunks =
            Array("WAVE".utf8) + before + Self.chunk("fmt ", format, size: formatSize)
            + Self.chunk("data", data, size: dataSize) + after
        return Array(riff.utf8) + Self.little(riffSize ?? chunks.count, 4) + chunks
    }

    init() {}

    /// Signed samples of `bits`, left-justified in whole bytes; 8 bits are unsigned.
    init(_ values: [Double], rate: Int, channels: Int = 1, bits: Int = 16) {
        (self.rate, self.channels, self.bits) = (rate, channels, bits)
        let width = (bits + 7) / 8
        data = values.flatMap { value -> [UInt8] in
            let sample = Int(value * Double((1 << (bits - 1)) - 1)) << (width * 8 - bits)
            return Self.little(bits == 8 ? sample + 128 : sample, width)
        }
    }

    /// Floating point.
    init(floats values: [Double], rate: Int, bits: Int) {
        (self.rate, self.bits, tag) = (rate, bits, 3)
        data = values.flatMap {
            bits == 32
                ? Self.little(Int(Float($0).bitPattern), 4) : Self.little(Int(bitPattern: UInt($0.bitPattern)), 8)
        }
    }
}
