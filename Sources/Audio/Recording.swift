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
        case .unsigned8: mix(frames) { (Int($0.load(as: UInt8.self)) - 128) << 8 }
        case .signed: mix(frames) { Int(Int16(littleEndian: ($0 + (width - 2)).loadUnaligned(as: Int16.self))) }
        case .float32:
            mix(frames) {
                Self.level(Double(Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))))
            }
        case .float64:
            mix(frames) { Self.level(Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)))) }
        case .aLaw: mix(frames) { Int(G711.aLaw[Int($0.load(as: UInt8.self))]) }
        case .muLaw: mix(frames) { Int(G711.muLaw[Int($0.load(as: UInt8.self))]) }
        }
    }

    /// `sample` reads one sample of one channel. The bounds are checked once for all of them: a sound has a million.
    @inline(__always)
    private func mix(_ frames: Range<Int>, _ sample: (UnsafeRawPointer) -> Int) -> [Int16] {
        let block = channels * width
        let part = data.lowerBound + frames.lowerBound * block..<data.lowerBound + frames.upperBound * block
        // In a release, a buffer does not check it.
        precondition(part.lowerBound >= 0 && part.upperBound <= bytes.count)
        return bytes.withUnsafeBytes { all in
            [Int16](unsafeUninitializedCapacity: frames.count) { samples, count in
                guard var next = UnsafeRawBufferPointer(rebasing: all[part]).baseAddress else { return }
                while count < frames.count {
                    var sum = 0
                    for _ in 0..<channels {
                        sum += sample(next)
                        next += width
                    }
                    samples[count] = Int16(channels == 1 ? sum : sum / channels)
                    count += 1
                }
            }
        }
    }

    private static func level(_ value: Double) -> Int {
        value.isNaN ? 0 : Int(max(-32768, min(32767, value * 32768)))
    }
}
