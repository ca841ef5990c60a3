@testable import Audio

/// What Asterisk plays, made in one go.
enum Prompt {
    /// Headerless samples, little-endian.
    static func render(_ pcm: PCM, as format: SampleFormat) throws(AudioRefusal) -> [UInt8] {
        var resampler = try Resampler(from: pcm.rate, to: format.rate)
        var bytes: [UInt8] = []
        bytes.append(littleEndian: resampler.process(pcm.samples))
        bytes.append(littleEndian: resampler.finish())
        return bytes
    }

    /// What a speech service sends: 16 kHz, 16 bits, mono, headerless. An odd byte at the end is dropped.
    static func decode(raw16k bytes: [UInt8]) throws(AudioRefusal) -> PCM {
        let recording = try Recording(raw: bytes, rate: 16_000)
        return PCM(samples: recording.mono(0..<recording.frameCount), rate: recording.rate)
    }
}
