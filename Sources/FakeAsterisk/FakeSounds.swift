import Glibc
import System

/// The sound files of the fake Asterisk, found as ast_openstream() finds them.
public struct FakeSounds: Sendable {
    /// Relative names are looked up in these folders, in this order.
    private let folders: [String]

    public init(folder: String) { folders = [folder] }

    /// Looks in the folder of the language first, and then in `folder` itself (fileexists_core() of file.c).
    public init(folder: String, language: String) { folders = ["\(folder)/\(language)", folder] }

    /// A file that can be played.
    public struct Sound: Sendable {
        public let path: String
        /// The content of the file when it was opened; empty if `isSilence`.
        public let bytes: [UInt8]
        /// Whether the file is longer than an hour. Such a file is no prompt, but the silence that the bridge plays
        /// while it waits for a key; its content is not read.
        public var isSilence = false
        /// Samples a second.
        public let rate: Int
        /// The position at the end, as ast_tellstream() gives it.
        public let samples: Int
        /// How many samples the caller hears.
        public let audible: Int
    }

    private struct Format {
        let suffix: String
        let rate: Int
        /// How many bytes the smallest unit of the format takes, and how many samples that is.
        var bytes = 2
        var samples = 1
        var header = 0
    }

    private static let signedLinear = [
        Format(suffix: "sln", rate: 8000), Format(suffix: "wav", rate: 8000, header: 44),
        Format(suffix: "sln12", rate: 12000), Format(suffix: "sln16", rate: 16000),
        Format(suffix: "wav16", rate: 16000, header: 44), Format(suffix: "sln24", rate: 24000),
        Format(suffix: "sln32", rate: 32000), Format(suffix: "sln44", rate: 44100),
        Format(suffix: "sln48", rate: 48000), Format(suffix: "sln96", rate: 96000),
        Format(suffix: "sln192", rate: 192000),
    ]
    private static let coded = [
        Format(suffix: "ulaw", rate: 8000, bytes: 1), Format(suffix: "alaw", rate: 8000, bytes: 1),
        Format(suffix: "g722", rate: 16000, bytes: 1, samples: 2),
        Format(suffix: "gsm", rate: 8000, bytes: 33, samples: 160),
    ]

    /// The file that Asterisk opens for a basename on a channel of this format; nil where it answers -1.
    func open(_ name: String, for nativeFormat: String) -> Sound? {
        let bases = name.hasPrefix("/") ? [name] : folders.map { "\($0)/\(name)" }
        let wide = ["g722", "slin16", "opus", "silk16", "speex16"].contains(nativeFormat)
        let own = (Self.coded + Self.signedLinear).filter { $0.suffix == nativeFormat }
        let sameRate = Self.signedLinear.filter { $0.rate == (wide ? 16000 : 8000) }
        // ast_filehelper() opens only the best format. If its header is bad, there is no second choice.
        for base in bases {
            for format in own + sameRate + Self.signedLinear + Self.coded {
                let path = "\(base).\(format.suffix)"
                if let samples = Self.silence(at: path, format) {
                    return Sound(
                        path: path, bytes: [], isSilence: true, rate: format.rate, samples: samples, audible: samples)
                }
                if let bytes = Self.contents(of: path) { return Self.sound(path, bytes, format) }
            }
        }
        return nil
    }

    /// What the file holds now, where it is longer: STREAM FILE reads each frame when it plays it.
    func grown(_ sound: Sound) -> Sound? {
        guard !sound.isSilence, let bytes = Self.contents(of: sound.path), bytes.count > sound.bytes.count,
            let format = (Self.coded + Self.signedLinear).first(where: { sound.path.hasSuffix(".\($0.suffix)") })
        else { return nil }
        return Self.sound(sound.path, bytes, format)
    }

    private static func sound(_ path: String, _ bytes: [UInt8], _ format: Format) -> Sound? {
        if format.header > 0 && !isPlayable(bytes, rate: format.rate) { return nil }
        func samples(_ count: Int) -> Int { max(0, count) / format.bytes * format.samples }
        return Sound(
            path: path, bytes: bytes, rate: format.rate, samples: samples(bytes.count - format.header),
            // format_wav.c subtracts its header twice, so the last 44 bytes are never heard.
            audible: samples(bytes.count - 2 * format.header))
    }

    /// check_header() of format_wav.c: accepts only 16-bit mono PCM with the rate that the file extension says.
    private static func isPlayable(_ bytes: [UInt8], rate: Int) -> Bool {
        func number(_ offset: Int, _ width: Int) -> Int {
            (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        guard bytes.count >= 44, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<16].elementsEqual("WAVEfmt ".utf8)
        else { return false }
        return [16, 18].contains(number(16, 4)) && number(20, 2) == 1 && number(22, 2) == 1 && number(24, 4) == rate
            && number(34, 2) == 16
    }

    /// The number of samples of a file that is longer than an hour; nil for any other file.
    private static func silence(at path: String, _ format: Format) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let samples = Int(status.st_size) / format.bytes * format.samples
        return samples > 3600 * format.rate ? samples : nil
    }

    private static func contents(of path: String) -> [UInt8]? {
        let raw = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if raw < 0 { return nil }
        let file = FileDescriptor(owning: raw)
        var bytes: [UInt8] = []
        while case .bytes(let piece)? = try? Descriptor.read(file.raw) { bytes += piece }
        return bytes
    }
}
