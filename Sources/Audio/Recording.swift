/// Encoded sound in memory, and how to read it.
struct Recording: Sendable {
    /// In seconds. No caller listens longer, and a small file of a low rate would become a huge one.
    static let longest = 10 * 60

    let bytes: [UInt8]
    let data: Range<Int>
    let encoding: SampleEncoding
    let channels: Int
    /// The bytes of one sample of one channel.
    let width: Int
    let rate: Int

    /// Headerless signed 16-bit mono. An odd byte at the end is dropped.
    init(raw bytes: [UInt8], rate: Int) throws(AudioRefusal) {
        try self.init(bytes, 0..<bytes.count, WAVFormat(encoding: .signed, channels: 1, width: 2, rate: rate))
    }

    init(_ bytes: [UInt8], _ data: Range<Int>, _ format: WAVFormat) throws(AudioRefusal) {
        self.bytes = bytes
        self.data = data
        encoding = format.encoding
        channels = format.channels
        width = format.width
        rate = format.rate
        if frameCount == 0 { throw .noSound }
        if frameCount / rate > Recording.longest { throw .tooLong(seconds: frameCount / rate) }
    }

    var frameCount: Int { data.count / (channels * width) }

    /// The given frames, all channels averaged into one.
    func mono(_ frames: Range<Int>) -> [Int16] {
        switch encoding {
        case .unsigned8: mix(frames) { (Int(bytes[$0]) - 128) << 8 }
        case .signed:
            mix(frames) { Int(Int16(bitPattern: bytes.unsigned16(at: $0 + width - 2))) }
        case .float32: mix(frames) { Self.level(Double(Float(bitPattern: bytes.unsigned32(at: $0)))) }
        case .float64: mix(frames) { Self.level(Double(bitPattern: bytes.unsigned64(at: $0))) }
        case .aLaw: mix(frames) { Int(G711.aLaw[Int(bytes[$0])]) }
        case .muLaw: mix(frames) { Int(G711.muLaw[Int(bytes[$0])]) }
        }
    }

    @inline(__always)
    private func mix(_ frames: Range<Int>, _ sample: (Int) -> Int) -> [Int16] {
        var position = data.lowerBound + frames.lowerBound * channels * width
        var samples: [Int16] = []
        samples.reserveCapacity(frames.count)
        for _ in frames {
            var sum = 0
            for _ in 0..<channels {
                sum += sample(position)
                position += width
            }
            samples.append(Int16(channels == 1 ? sum : sum / channels))
        }
        return samples
    }

    private static func level(_ value: Double) -> Int {
        value.isNaN ? 0 : Int(max(-32768, min(32767, value * 32768)))
    }
}
