import Testing

@testable import Audio

@Suite struct ArrivingSoundTests {
    private static let tone = Sound.tone(440, rate: 44_100, seconds: 0.5)

    private func arrive(_ bytes: [UInt8], pieces: Int, as format: SampleFormat = .sln) throws -> [UInt8] {
        var sound = ArrivingSound(as: format)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            output += try sound.take(Array(bytes[start..<min(start + pieces, bytes.count)]))
        }
        return try output + sound.finish()
    }

    @Test(arguments: [1, 7, 160, 4001, 1 << 20]) func itIsTheSameHoweverItArrives(_ pieces: Int) throws {
        let stereo = WAVFile(Self.tone.flatMap { [$0, $0] }, rate: 44_100, channels: 2).bytes
        let whole = try Prompt.render(WAV.decode(stereo), as: .sln)
        #expect(try arrive(stereo, pieces: pieces) == whole)
        let raw = WAVFile(Sound.tone(440, rate: 16_000, seconds: 0.5), rate: 16_000).data
        #expect(try arrive(raw, pieces: pieces, as: .sln16) == raw)
        #expect(try arrive(raw, pieces: pieces) == Prompt.render(Prompt.decode(raw16k: raw), as: .sln))
    }

    @Test func someOfItCanBePlayedBeforeTheRestIsThere() throws {
        var sound = ArrivingSound(as: .sln)
        let raw = WAVFile(Sound.tone(440, rate: 16_000, seconds: 0.1), rate: 16_000).data
        let played = try sound.take(raw).count
        // 100 ms, but for what the filter of the resampler holds back.
        #expect((1500...1600).contains(played))
    }

    @Test func whatFollowsTheSamplesOfAFileIsNotHeard() throws {
        var file = WAVFile(Sound.tone(440, rate: 8000, seconds: 0.1), rate: 8000)
        let alone = try arrive(file.bytes, pieces: 50)
        file.after = WAVFile.chunk("LIST", [UInt8](repeating: 77, count: 3000))
        #expect(try arrive(file.bytes, pieces: 50) == alone)
    }

    /// A program that writes to a pipe cannot write the size.
    @Test(arguments: [0, 0xFFFF_FFFF]) func aFileMayLeaveItsSizeOpen(_ size: Int) throws {
        var file = WAVFile(Sound.tone(440, rate: 8000, seconds: 0.1), rate: 8000)
        let whole = try arrive(file.bytes, pieces: 50)
        file.dataSize = size
        #expect(try arrive(file.bytes, pieces: 50) == whole)
    }

    /// An error, or a sound that is encoded, would be noise.
    @Test(
        arguments: [
            ("{\"error\":\"quota exceeded\"}", .text), ("<html></html>", .text), ("OggS\u{0}\u{2}abcdefgh", .ogg),
            ("ID3\u{4}\u{0}abcdefghi", .mp3), ("fLaC\u{0}abcdefghi", .flac), ("[]", .text),
        ] as [(String, AudioFormat)], [1, 100])
    func whatIsCertainlyNoSampleIsNotPlayed(_ answer: (String, AudioFormat), pieces: Int) {
        #expect(throws: AudioRefusal.notSamples(answer.1)) { try self.arrive(Array(answer.0.utf8), pieces: pieces) }
    }

    /// The first sample is a bracket, or -1, which is the sync word of MPEG; or all are quiet and below zero.
    @Test(
        arguments: [
            [0x5B, 0x00], [0x7B, 0xFF], [0xFF, 0xFF], [0x22, 0x01],
            [0x7B, 0xFF, 0x7E, 0xFF, 0x71, 0xFF, 0x60, 0xFF, 0x55, 0xFF, 0x5D, 0xFF],
        ] as [[UInt8]])
    func whatMayBeSamplesIsPlayed(_ first: [UInt8]) throws {
        let raw = first + WAVFile(Sound.tone(440, rate: 16_000, seconds: 0.1), rate: 16_000).data
        #expect(try arrive(raw, pieces: 7, as: .sln16) == raw)
    }

    @Test func nothingIsNoSound() {
        #expect(throws: AudioRefusal.noSound) { try self.arrive([], pieces: 1) }
        #expect(throws: AudioRefusal.noSound) { try self.arrive([7], pieces: 1) }
        #expect(throws: AudioRefusal.noSound) { try self.arrive(Array("RIFF....WAVEfmt ".utf8), pieces: 3) }
        #expect(throws: AudioRefusal.noSound) {
            try self.arrive(
                Array("RIFF....WAVEjunk\u{7f}\u{7f}\u{7f}\u{7f}".utf8) + [UInt8](repeating: 1, count: 99_999),
                pieces: 999)
        }
    }

    @Test func aFileThatIsTooLongIsRefusedAsSoonAsThatIsKnown() throws {
        var sound = ArrivingSound(as: .sln)
        let minute = [UInt8](repeating: 0, count: 60 * 32_000)
        for _ in 0..<10 { _ = try sound.take(minute) }
        #expect(throws: AudioRefusal.tooLong(seconds: 660)) { _ = try sound.take(minute) }
    }
}
