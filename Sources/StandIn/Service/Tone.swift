import Glibc

/// A sound with the rhythm of speech, computed from its description, as 16-bit little-endian PCM.
struct Tone: Equatable {
    var milliseconds = 700
    var rate = 8000
    var channels = 1
    var pitch = 140.0

    init(milliseconds: Int = 700, rate: Int = 8000, channels: Int = 1) {
        self.milliseconds = milliseconds
        self.rate = rate
        self.channels = channels
    }

    /// The sound that a file name describes: `menu-8k`, `menu-16k-900ms`, `music-44k-stereo`. The pitch depends on the
    /// name.
    init(named name: String) {
        for part in name.split(separator: "-").dropFirst() {
            switch part {
            case "8k": rate = 8000
            case "16k": rate = 16_000
            case "44k": rate = 44_100
            case "stereo": channels = 2
            default:
                if part.hasSuffix("ms"), let value = Int(part.dropLast(2)) { milliseconds = min(value, 60_000) }
            }
        }
        pitch = 110 + Double(name.utf8.reduce(0) { $0 + Int($1) } % 120)
    }

    /// The samples without a header.
    var samples: [UInt8] {
        var bytes: [UInt8] = []
        let count = rate * milliseconds / 1000
        bytes.reserveCapacity(count * channels * 2)
        for index in 0..<count {
            let time = Double(index) / Double(rate)
            // The loudness rises and falls five times a second, like syllables.
            let envelope = pow(sin(.pi * time * 5), 2)
            let voice = (1...5).reduce(0.0) { $0 + sin(2 * .pi * pitch * Double($1) * time) / Double($1) }
            let sample = Int16(envelope * voice * 8000)
            for _ in 0..<channels { bytes.append(littleEndian: Int(sample), width: 2) }
        }
        return bytes
    }

    /// The sound as a WAV file.
    var wav: [UInt8] {
        let samples = samples
        return Self.header(forBytes: samples.count, rate: rate, channels: channels) + samples
    }

    /// The header of a WAV file with 16-bit samples.
    static func header(forBytes count: Int, rate: Int, channels: Int) -> [UInt8] {
        var bytes = Array("RIFF".utf8)
        bytes.append(littleEndian: 36 + count, width: 4)
        bytes += "WAVEfmt ".utf8
        bytes.append(littleEndian: 16, width: 4)
        bytes.append(littleEndian: 1, width: 2)
        bytes.append(littleEndian: channels, width: 2)
        bytes.append(littleEndian: rate, width: 4)
        bytes.append(littleEndian: rate * channels * 2, width: 4)
        bytes.append(littleEndian: channels * 2, width: 2)
        bytes.append(littleEndian: 16, width: 2)
        bytes += "data".utf8
        bytes.append(littleEndian: count, width: 4)
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: Int, width: Int) {
        for index in 0..<width { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
