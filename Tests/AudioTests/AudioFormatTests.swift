import Audio
import Testing

@Suite struct AudioFormatTests {
    @Test(
        arguments: [
            ("RIFF\u{10}\u{0}\u{0}\u{0}WAVEfmt ", .wav), ("RIFX....WAVEfmt ", .rifx), ("RF64....WAVEds64", .rf64),
            ("BW64....WAVEds64", .rf64), ("ID3\u{3}", .mp3), ("OggS\u{0}", .ogg), ("fLaC\u{0}", .flac),
            ("....ftypM4A ", .mp4), ("FORM....AIFF", .aiff), ("#!AMR\n", .amr), ("<!DOCTYPE html>", .text),
            ("\r\n {\"error\":1}", .text), ("[]", .text), ("RIFF....AVI LIST", .unknown), ("", .unknown),
            ("R", .unknown),
        ] as [(String, AudioFormat)])
    func theFirstBytesTell(_ start: String, _ format: AudioFormat) {
        #expect(AudioFormat.detect(Array(start.utf8)) == format)
    }

    @Test(
        arguments: [
            ([0xFF, 0xFB, 0x90], .mp3), ([0xFF, 0xF3, 0x40], .mp3), ([0xFF, 0xE3, 0x18], .mp3),
            ([0xFF, 0xF1, 0x50], .aac),
            ([0xFF, 0xF9, 0x50], .aac), ([0x1A, 0x45, 0xDF, 0xA3], .webm), ([0xFF], .unknown),
            ([0xFF, 0x00], .unknown),
        ] as [([UInt8], AudioFormat)])
    func framesWithoutTextAreKnownByTheirSync(_ start: [UInt8], _ format: AudioFormat) {
        #expect(AudioFormat.detect(start) == format)
    }
}
