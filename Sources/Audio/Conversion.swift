/// Turns a sound into what Asterisk plays, a slice at a time, so that the caller's loop never stalls.
public struct Conversion: ~Copyable {
    private let recording: Recording
    private var resampler: Resampler
    private let maximumRate: Int
    private var position = 0

    /// What is converted so far: headerless samples, little-endian.
    public private(set) var output: [UInt8] = []

    /// Of a WAV file.
    public init(_ bytes: [UInt8], as format: SampleFormat) throws(AudioRefusal) {
        try self.init(WAV.recording(bytes), as: format)
    }

    /// Of what a speech service sends: 16 kHz, 16 bits, mono, headerless.
    public init(raw16k bytes: [UInt8], as format: SampleFormat) throws(AudioRefusal) {
        try self.init(Recording(raw: bytes, rate: 16_000), as: format)
    }

    private init(_ recording: Recording, as format: SampleFormat) throws(AudioRefusal) {
        self.recording = recording
        resampler = try Resampler(from: recording.rate, to: format.rate)
        maximumRate = max(recording.rate, format.rate)
        output.reserveCapacity((recording.frameCount * format.rate / recording.rate + 1) * 2)
    }

    /// Goes on for at most so many samples in or out (but for one frame at least); true once all is done.
    public mutating func step(maxSamples: Int) -> Bool {
        if position == recording.frameCount { return true }
        let budget = min(maxSamples, 1 << 30) / recording.channels
        let frames = max(1, budget * recording.rate / maximumRate)
        let end = min(position + frames, recording.frameCount)
        output.append(littleEndian: resampler.process(recording.mono(position..<end)))
        position = end
        if position < recording.frameCount { return false }
        output.append(littleEndian: resampler.finish())
        return true
    }
}
