import Audio
import Testing

@Suite struct ConversionTests {
    /// The steps it took, and what came of them.
    private func run(_ conversion: consuming Conversion, maxSamples: Int) -> (steps: Int, output: [UInt8]) {
        var steps = 1
        while !conversion.step(maxSamples: maxSamples) { steps += 1 }
        return (steps, conversion.output)
    }

    private static let stereo: [UInt8] = {
        let tone = Sound.tone(1000, rate: 44_100, seconds: 1)
        return WAVFile(tone.flatMap { [$0, $0] }, rate: 44_100, channels: 2).bytes
    }()

    @Test(arguments: [SampleFormat.sln, .sln16])
    func stereoFromAStudioIsHeardOnATelephone(_ format: SampleFormat) throws {
        let (_, output) = try run(Conversion(Self.stereo, as: format), maxSamples: 16_000)
        let heard = Sound.samples(littleEndian: output)
        #expect(heard.count == format.rate)
        #expect(abs(Sound.pitch(heard, rate: format.rate) - 1000) <= 2)
        #expect(abs(Sound.level(of: 1000, in: heard, rate: format.rate) - 0.5) < 0.01)
    }

    @Test func slicesGiveWhatTheWholeGives() throws {
        let whole = try Prompt.render(WAV.decode(Self.stereo), as: .sln)
        for size in [1, 100, 4001, .max] {
            #expect(try run(Conversion(Self.stereo, as: .sln), maxSamples: size).output == whole)
        }
    }

    @Test func aStepDoesNoMoreThanItMay() throws {
        // 88 200 samples in.
        #expect(try run(Conversion(Self.stereo, as: .sln), maxSamples: 8820).steps == 10)
        // 4000 samples in, 16 000 out.
        let slow = WAVFile(Sound.tone(100, rate: 4000, seconds: 1), rate: 4000).bytes
        #expect(try run(Conversion(slow, as: .sln16), maxSamples: 1600).steps == 10)
    }

    @Test func aVoicesRawSamplesAreConverted() throws {
        let tone = WAVFile(Sound.tone(1000, rate: 16_000, seconds: 1), rate: 16_000).data
        #expect(try run(Conversion(raw16k: tone + [9], as: .sln16), maxSamples: 1000).output == tone)
        let heard = Sound.samples(
            littleEndian: try run(Conversion(raw16k: tone, as: .sln), maxSamples: 1000).output)
        #expect(heard.count == 8000)
        #expect(abs(Sound.pitch(heard, rate: 8000) - 1000) <= 2)
    }

    @Test func stepsAfterTheEndDoNothing() throws {
        var conversion = try Conversion(raw16k: [1, 0, 2, 0], as: .sln16)
        let first = conversion.step(maxSamples: 10)
        let second = conversion.step(maxSamples: 10)
        #expect(first && second)
        #expect(conversion.output == [1, 0, 2, 0])
    }

    @Test func whatIsNoSoundIsRefusedAtOnce() {
        #expect(throws: AudioRefusal.notWAV(.ogg)) { _ = try Conversion(Array("OggS".utf8), as: .sln).output }
        #expect(throws: AudioRefusal.noSound) { _ = try Conversion(raw16k: [], as: .sln).output }
    }

    @Test func whatIsTakenOnTheWayIsTheWhole() throws {
        let (_, whole) = try run(Conversion(Self.stereo, as: .sln), maxSamples: 16_000)
        var conversion = try Conversion(Self.stereo, as: .sln)
        #expect(conversion.size == whole.count)
        var taken: [UInt8] = []
        while !conversion.step(maxSamples: 10_000) { taken += conversion.take() }
        // A slice is all that is there at a time.
        #expect(conversion.output.count < 10_000)
        #expect(taken + conversion.take() == whole)
        try conversion.restart()
        while !conversion.step(maxSamples: .max) {}
        #expect(conversion.take() == whole)
    }

    /// 10 MiB of 4 kHz and 8 bits are three quarters of an hour, and would be 84 MB of samples at 16 kHz.
    @Test func aSoundThatWouldGrowWithoutEndIsRefusedBeforeItGrows() {
        func bomb(_ rate: Int, seconds: Int) -> [UInt8] {
            var file = WAVFile([0], rate: rate, bits: 8)
            file.data = [UInt8](repeating: 128, count: rate * seconds)
            return file.bytes
        }
        #expect(throws: AudioRefusal.rate(1000)) { _ = try Conversion(bomb(1000, seconds: 1800), as: .sln16).size }
        #expect(throws: AudioRefusal.tooLong(seconds: 2600)) {
            _ = try Conversion(bomb(4000, seconds: 2600), as: .sln16).size
        }
        #expect(throws: Never.self) { _ = try Conversion(bomb(4000, seconds: 599), as: .sln16).size }
    }
}
