/// Converts a sound to what Asterisk plays, a slice at a time, so that the loop of its owner never stalls.
///
/// The room Audio works on sounds in memory: it reads and writes WAV files, resamples with libspeexdsp, for which it is
/// the doorway, and finds utterances in the voice of a caller. It does no I/O.
public struct Conversion: ~Copyable {
    private let recording: Recording
    private var resampler: Resampler
    private let rate: Int
    private let maximumRate: Int
    private var position = 0

    /// What is converted and not taken yet: headerless little-endian samples.
    public private(set) var output: [UInt8] = []
    /// How many bytes the whole sound will have.
    public let size: Int

    /// Of a WAV file.
    public init(_ bytes: [UInt8], as format: SampleFormat) throws(AudioRefusal) {
        try self.init(WAV.recording(bytes), as: format)
    }

    /// Of what a speech service sends: 16 kHz, 16 bits, mono, headerless.
    public init(raw16k bytes: [UInt8], as format: SampleFormat) throws(AudioRefusal) {
        try AudioFormat.refuse(asSamples: bytes)
        try self.init(Recording(raw: bytes, rate: 16_000), as: format)
    }

    private init(_ recording: Recording, as format: SampleFormat) throws(AudioRefusal) {
        self.recording = recording
        resampler = try Resampler(from: recording.rate, to: format.rate)
        rate = format.rate
        maximumRate = max(recording.rate, format.rate)
        size = (recording.frameCount * format.rate + recording.rate / 2) / recording.rate * 2
    }

    /// Hands over what is converted, so that the whole sound need not be in memory at once.
    public mutating func take() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Begins from the start again.
    public mutating func restart() throws(AudioRefusal) {
        resampler = try Resampler(from: recording.rate, to: rate)
        position = 0
        output = []
    }

    /// Converts at most `maxSamples` samples in or out, but at least one frame. True once everything is converted.
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
