/// Converts a sound to what Asterisk plays while its bytes are still arriving: headerless samples of 16 bits, mono, or a WAV
/// file.
public struct ArrivingSound: ~Copyable {
    private enum Input {
        /// Nothing tells what it is, or where its samples begin, yet.
        case unknown
        /// So many bytes of samples are left; nil: until the last byte.
        case samples(WAVFormat, left: Int?)
    }

    /// More than this before the samples is no header.
    private static let longestHead = 64 << 10
    /// Where AudioFormat tells what a file is.
    private static let mark = 12

    private let format: SampleFormat
    private let raw: WAVFormat
    private var input = Input.unknown
    private var resampler: Resampler?
    /// What has arrived and is not converted yet.
    private var pending: [UInt8] = []
    private var frames = 0

    /// `rate`: of samples without a header.
    public init(as format: SampleFormat, from rate: Int = 16_000) {
        self.format = format
        raw = WAVFormat(encoding: .signed, channels: 1, width: 2, rate: rate)
    }

    /// Of what has arrived.
    public var length: Duration {
        if case .samples(let format, _) = input { .seconds(frames) / format.rate } else { .zero }
    }

    /// Takes the bytes that have arrived, and returns what can be played of them.
    public mutating func take(_ bytes: [UInt8]) throws(AudioRefusal) -> [UInt8] {
        pending += bytes
        if case .unknown = input, pending.count >= Self.mark { try recognize() }
        return try convert()
    }

    /// Nothing more arrives: returns the rest.
    public mutating func finish() throws(AudioRefusal) -> [UInt8] {
        if case .unknown = input {
            if AudioFormat.detect(pending) == .wav { throw .noSound }
            try AudioFormat.refuse(asSamples: pending)
            try begin(raw, left: nil)
        }
        var output = try convert()
        if frames == 0 { throw .noSound }
        if let rest = resampler?.finish() { output.append(littleEndian: rest) }
        return output
    }

    private mutating func recognize() throws(AudioRefusal) {
        guard AudioFormat.detect(pending) == .wav else {
            try AudioFormat.refuse(asSamples: pending)
            return try begin(raw, left: nil)
        }
        guard let head = try WAV.head(of: pending) else {
            if pending.count > Self.longestHead { throw .noSound }
            return
        }
        pending.removeFirst(head.start)
        // A streaming encoder cannot go back to write the size.
        try begin(head.format, left: head.size == 0 ? nil : head.size)
    }

    private mutating func begin(_ format: WAVFormat, left: Int?) throws(AudioRefusal) {
        resampler = try Resampler(from: format.rate, to: self.format.rate)
        input = .samples(format, left: left)
    }

    private mutating func convert() throws(AudioRefusal) -> [UInt8] {
        guard case .samples(let format, let left) = input else { return [] }
        let block = format.channels * format.width
        let count = min(pending.count, left ?? .max) / block * block
        if count == 0 { return [] }
        let recording = try Recording(pending, 0..<count, format)
        frames += recording.frameCount
        if frames / format.rate > Recording.longest { throw .tooLong(seconds: frames / format.rate) }
        var output: [UInt8] = []
        if let samples = resampler?.process(recording.mono(0..<recording.frameCount)) {
            output.append(littleEndian: samples)
        }
        pending.removeFirst(count)
        input = .samples(format, left: left.map { $0 - count })
        return output
    }
}
