/// Why a sound cannot be played, in words for the operator of the service.
public enum AudioRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case notWAV(AudioFormat)
    /// The same in place of samples without a header, which a voice was asked for.
    case notSamples(AudioFormat)
    case noFormat
    case shortFormat(bytes: Int)
    case dataBeforeFormat
    case noSound
    case codec(UInt16)
    case layout(channels: Int, bits: Int, blockAlign: Int)
    case rate(Int)
    case tooLong(seconds: Int)

    public var description: String {
        switch self {
        case .notWAV(.text): "the answer is text, such as a web page or JSON, not a sound; look at the audio URL"
        case .notWAV(.unknown): "neither WAV nor any other known audio format; have the service send WAV"
        case .notWAV(let format): "\(format.rawValue) instead of WAV; install ffmpeg, or have the service send WAV"
        case .notSamples(let format):
            "\(format.rawValue) instead of samples; look at tts_url, and whether its style fits the service"
        case .noFormat: "a WAV file without a format chunk; make the file again"
        case .shortFormat(let bytes): "a WAV file whose format chunk has \(bytes) bytes, too few; make the file again"
        case .dataBeforeFormat: "a WAV file with its data before its format; make the file again"
        case .noSound: "the file holds no sound; look at what makes it"
        case .codec(let tag):
            "a WAV file with codec 0x\(String(tag, radix: 16)), which is not read; have the service send PCM"
        case .layout(let channels, let bits, let blockAlign):
            "a WAV file with \(channels) channels of \(bits) bits in blocks of \(blockAlign) bytes, which cannot be; "
                + "make the file again"
        case .rate(let rate): "a sound of \(rate) samples a second; make it one of 4000 to 384000"
        case .tooLong(let seconds):
            "a sound of \(seconds / 60) minutes; make it one of at most \(Recording.longest / 60)"
        }
    }
}
