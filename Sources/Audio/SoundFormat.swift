/// The formats of Asterisk's sound files whose samples stand in the file one by one, by the ending of its name. A file
/// beside it with the same name and another ending has the same sound (main/file.c).
public enum SoundFormat: String, CaseIterable, Sendable {
    // Those that lose least come first.
    case sln16, sln, wav16, wav, ulaw, alaw

    public var rate: Int {
        switch self {
        case .sln16, .wav16: 16_000
        case .sln, .wav, .ulaw, .alaw: 8000
        }
    }

    /// How many bytes a sample takes.
    public var width: Int {
        switch self {
        case .sln16, .sln, .wav16, .wav: 2
        case .ulaw, .alaw: 1
        }
    }

    /// How many bytes stand before the first sample: format_wav.c writes and reads no other header.
    public var header: Int {
        switch self {
        case .wav16, .wav: 44
        case .sln16, .sln, .ulaw, .alaw: 0
        }
    }

    /// Half a sample at the end is dropped.
    public func samples(_ bytes: [UInt8]) -> [Int16] {
        switch self {
        case .sln16, .sln, .wav16, .wav:
            (0..<bytes.count / 2).map { Int16(bitPattern: bytes.unsigned16(at: 2 * $0)) }
        case .ulaw: bytes.map { G711.muLaw[Int($0)] }
        case .alaw: bytes.map { G711.aLaw[Int($0)] }
        }
    }
}
