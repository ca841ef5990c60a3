/// RIFF WAVE files from strangers.
package enum WAV {
    package static func decode(_ bytes: [UInt8]) throws(AudioRefusal) -> PCM {
        let recording = try recording(bytes)
        return PCM(samples: recording.mono(0..<recording.frameCount), rate: recording.rate)
    }

    /// Walks the chunks as far as the data. Sizes are claims: nothing is read past the end, and every step moves on.
    static func recording(_ bytes: [UInt8]) throws(AudioRefusal) -> Recording {
        let kind = AudioFormat.detect(bytes)
        if kind != .wav { throw .notWAV(kind) }
        var format: WAVFormat?
        var position = 12
        while position + 8 <= bytes.count {
            let name = bytes[position..<position + 4]
            let size = Int(bytes.unsigned32(at: position + 4))
            let start = position + 8
            let end = min(start + size, bytes.count)
            if name.elementsEqual("fmt ".utf8) {
                format = try WAVFormat(chunk: bytes[start..<end])
            } else if name.elementsEqual("data".utf8) {
                guard let format else { throw .dataBeforeFormat }
                return try Recording(bytes, start..<(isUnknown(size, bytes) ? bytes.count : end), format)
            }
            position = start + size + size % 2
        }
        throw format == nil ? .noFormat : .noSound
    }

    /// A streaming encoder cannot go back to write the size: it leaves 0 there, and a file that is longer than it says.
    private static func isUnknown(_ size: Int, _ bytes: [UInt8]) -> Bool {
        size == 0 && Int(bytes.unsigned32(at: 4)) + 8 != bytes.count
    }
}
