@testable import Audio

/// Sound as samples, one channel.
struct PCM: Equatable, Sendable {
    var samples: [Int16]
    var rate: Int

    init(samples: [Int16], rate: Int) {
        self.samples = samples
        self.rate = rate
    }
}

extension WAV {
    static func decode(_ bytes: [UInt8]) throws(AudioRefusal) -> PCM {
        let recording = try recording(bytes)
        return PCM(samples: recording.mono(0..<recording.frameCount), rate: recording.rate)
    }
}
