/// The format of a file by its first bytes, whatever its name or its Content-Type says.
public enum AudioFormat: String, Equatable, Sendable {
    case wav = "WAV"
    case rifx = "big-endian WAV (RIFX)"
    case rf64 = "64-bit WAV (RF64)"
    case mp3 = "MP3"
    case aac = "AAC"
    case ogg = "Ogg"
    case flac = "FLAC"
    case mp4 = "MP4"
    case webm = "WebM"
    case aiff = "AIFF"
    case amr = "AMR"
    /// A web page or JSON: an error that came instead of a sound.
    case text = "text"
    case unknown = "an unknown format"

    /// Refuses what is certainly something else than samples without a header. A single letter or the sync word of MPEG may
    /// be a sample, too.
    static func refuse(asSamples bytes: [UInt8]) throws(AudioRefusal) {
        let format = detect(bytes)
        switch format {
        case .rifx, .rf64, .ogg, .mp4, .flac, .webm, .aiff, .amr: throw .notSamples(format)
        case .mp3: if bytes.starts(with: "ID3".utf8) { throw .notSamples(format) }
        case .text:
            // Words in ASCII: quiet samples below zero have high bytes of 0xFF.
            let isPlain = bytes.prefix(12).allSatisfy { (0x20...0x7E).contains($0) || "\t\r\n".utf8.contains($0) }
            if bytes.count > 1, isPlain { throw .notSamples(format) }
        case .wav, .aac, .unknown: break
        }
    }

    public static func detect(_ bytes: some Collection<UInt8>) -> AudioFormat {
        let start = Array(bytes.prefix(12))
        func holds(_ mark: String, at offset: Int = 0) -> Bool { start.dropFirst(offset).starts(with: mark.utf8) }

        if holds("WAVE", at: 8) {
            if holds("RIFF") { return .wav }
            if holds("RIFX") { return .rifx }
            if holds("RF64") || holds("BW64") { return .rf64 }
        }
        if holds("ID3") { return .mp3 }
        if holds("OggS") { return .ogg }
        if holds("fLaC") { return .flac }
        if holds("ftyp", at: 4) { return .mp4 }
        if start.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return .webm }
        if holds("FORM") && holds("AIF", at: 8) { return .aiff }
        if holds("#!AMR") { return .amr }
        if start.count >= 2, start[0] == 0xFF, start[1] & 0xE0 == 0xE0 {
            // The sync word of an MPEG frame; the two layer bits are zero in AAC alone.
            return start[1] & 0x06 == 0 ? .aac : .mp3
        }
        let first = start.first { !" \t\r\n".utf8.contains($0) }
        return first.map { "<{[\"".utf8.contains($0) } == true ? .text : .unknown
    }
}
