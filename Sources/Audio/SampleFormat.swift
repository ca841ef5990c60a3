/// A headerless file that Asterisk plays: signed 16-bit little-endian mono.
public enum SampleFormat: Equatable, Sendable {
    case sln
    case sln16

    public var fileExtension: String {
        switch self {
        case .sln: "sln"
        case .sln16: "sln16"
        }
    }

    public var rate: Int {
        switch self {
        case .sln: 8000
        case .sln16: 16_000
        }
    }

    /// The best format that a channel can carry, by its CHANNEL(audionativeformat), such as `(ulaw|g722)`.
    public init(channelFormats: String) {
        let names = channelFormats.utf8.split { "(|) ,".utf8.contains($0) }
        let isWide = names.contains { Self.wideband.contains(String(decoding: $0, as: UTF8.self).lowercased()) }
        self = isWide ? .sln16 : .sln
    }

    /// Asterisk's names for codecs of 16 kHz and more (main/codec_builtin.c).
    private static let wideband: Set = [
        "g719", "g722", "opus", "silk16", "silk24", "siren14", "siren7", "slin16", "slin24", "slin32", "slin44",
        "slin48", "slin96", "slin192", "speex16", "speex32",
    ]
}
