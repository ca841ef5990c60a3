/// RIFF WAVE files: reads those of strangers and writes the header of our own.
public enum WAV {
    /// The header for `count` bytes of samples of 16 bits, mono, little-endian.
    public static func header(forBytes count: Int, rate: Int) -> [UInt8] {
        let width = 2
        var bytes = Array("RIFF".utf8)
        bytes.append(littleEndian: UInt32(36 + count))
        bytes += "WAVEfmt ".utf8
        bytes.append(littleEndian: 16 as UInt32)
        bytes.append(littleEndian: 1 as UInt16)
        bytes.append(littleEndian: 1 as UInt16)
        bytes.append(littleEndian: UInt32(rate))
        bytes.append(littleEndian: UInt32(rate * width))
        bytes.append(littleEndian: UInt16(width))
        bytes.append(littleEndian: UInt16(8 * width))
        bytes += "data".utf8
        bytes.append(littleEndian: UInt32(count))
        return bytes
    }

    /// What stands before the samples.
    struct Head {
        let format: WAVFormat
        /// Where the samples begin, and how many bytes they are said to have.
        let start: Int
        let size: Int
    }

    static func recording(_ bytes: [UInt8]) throws(AudioRefusal) -> Recording {
        let kind = AudioFormat.detect(bytes)
        if kind != .wav { throw .notWAV(kind) }
        let (format, found) = try walk(bytes, isWhole: true)
        guard let head = found else { throw format == nil ? .noFormat : .noSound }
        let end = isUnknown(head.size, bytes) ? bytes.count : min(head.start + head.size, bytes.count)
        return try Recording(bytes, head.start..<end, head.format)
    }

    /// Whether these first bytes of a file reach to its samples, and say that they can be read.
    public static func hasReadableHead(_ bytes: [UInt8]) -> Bool {
        guard AudioFormat.detect(bytes) == .wav else { return false }
        return ((try? head(of: bytes)) ?? nil) != nil
    }

    /// What these first bytes of a file say of the samples behind them; nil where they do not reach so far yet.
    static func head(of bytes: [UInt8]) throws(AudioRefusal) -> Head? {
        try walk(bytes, isWhole: false).head
    }

    /// Walks the chunks as far as the data. Their sizes may be wrong, so nothing is read past the end and every step moves
    /// on.
    private static func walk(
        _ bytes: [UInt8], isWhole: Bool
    ) throws(AudioRefusal) -> (format: WAVFormat?, head: Head?) {
        var format: WAVFormat?
        var position = 12
        while position + 8 <= bytes.count {
            let name = bytes[position..<position + 4]
            let size = Int(bytes.unsigned32(at: position + 4))
            let start = position + 8
            let end = min(start + size, bytes.count)
            if name.elementsEqual("fmt ".utf8) {
                if !isWhole, end < start + size { break }
                format = try WAVFormat(chunk: bytes[start..<end])
            } else if name.elementsEqual("data".utf8) {
                guard let format else { throw .dataBeforeFormat }
                return (format, Head(format: format, start: start, size: size))
            }
            position = start + size + size % 2
        }
        return (format, nil)
    }

    /// Whether a streaming encoder left the size open: it cannot go back to write it, so it leaves 0 there and the file is
    /// longer than its header says.
    private static func isUnknown(_ size: Int, _ bytes: [UInt8]) -> Bool {
        size == 0 && Int(bytes.unsigned32(at: 4)) + 8 != bytes.count
    }
}
