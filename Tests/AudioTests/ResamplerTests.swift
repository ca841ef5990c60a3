import Audio
import Testbed
import Testing

@Suite struct ResamplerTests {
    private func resampled(_ samples: [Int16], from: Int, to: Int) throws -> [Int16] {
        var resampler = try Resampler(from: from, to: to)
        return resampler.process(samples) + resampler.finish()
    }

    private static let rates = [
        4000, 8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 44_101, 48_000, 96_000, 192_000, 384_000,
    ]

    @Test(arguments: rates)
    func theLengthIsRightForEveryRate(_ rate: Int) throws {
        for target in [8000, 16_000] {
            for count in [1, 2, 7, 160, 1001, 5000] {
                let exact = Double(count) * Double(target) / Double(rate)
                let length = try resampled([Int16](repeating: 1000, count: count), from: rate, to: target).count
                #expect(abs(Double(length) - exact) <= 1, "\(count) samples to \(target)")
            }
        }
    }

    @Test(arguments: rates.dropFirst(1))
    func aToneKeepsItsPitchAndItsLevel(_ rate: Int) throws {
        let tone = Sound.samples(Sound.tone(1000, rate: rate, seconds: 1))
        for target in [8000, 16_000] {
            let heard = try resampled(tone, from: rate, to: target)
            #expect(abs(Sound.pitch(heard, rate: target) - 1000) <= 2)
            #expect(abs(Sound.level(of: 1000, in: heard, rate: target) - 0.5) < 0.01)
            #expect(abs(Sound.loudness(heard) - 0.3536) < 0.01)
        }
    }

    @Test(arguments: [5000.0, 6000, 7000, 10_000, 15_000])
    func whatATelephoneCannotCarryIsSilentNotFolded(_ frequency: Double) throws {
        let tone = Sound.samples(Sound.tone(frequency, rate: 44_100, seconds: 0.5))
        let heard = try resampled(tone, from: 44_100, to: 8000)
        // The ends of the tone are clicks; what is between them must be gone by 60 dB.
        #expect(Sound.loudness(Array(heard[200..<heard.count - 200])) < 0.0005)
    }

    @Test func whatATelephoneCanCarryStays() throws {
        for frequency in [300.0, 1800, 3400] {
            let tone = Sound.samples(Sound.tone(frequency, rate: 48_000, seconds: 0.5))
            let heard = try resampled(tone, from: 48_000, to: 8000)
            #expect(abs(Sound.level(of: frequency, in: heard, rate: 8000) - 0.5) < 0.02)
        }
    }

    @Test func theSoundStartsWhereItStarted() throws {
        // Half a second of silence, then a click.
        var samples = [Int16](repeating: 0, count: 44_100)
        samples[22_050] = 30_000
        let heard = try resampled(samples, from: 44_100, to: 8000)
        let loudest = try #require(heard.indices.max { abs(Int(heard[$0])) < abs(Int(heard[$1])) })
        #expect(abs(loudest - 4000) <= 1)
    }

    @Test func theEndIsNotCutOff() throws {
        let tone = Sound.samples(Sound.tone(1000, rate: 48_000, seconds: 0.1))
        let heard = try resampled(tone, from: 48_000, to: 8000)
        #expect(Sound.loudness(heard.suffix(40)) > 0.3)
    }

    @Test func piecesSoundLikeTheWhole() throws {
        var random = SeededGenerator(seed: 3)
        let tone = Sound.samples(Sound.tone(700, rate: 22_050, seconds: 0.5))
        var resampler = try Resampler(from: 22_050, to: 16_000)
        var heard: [Int16] = []
        var rest = tone[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...900, using: &random))
            heard += resampler.process(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        heard += resampler.finish()
        #expect(try heard == resampled(tone, from: 22_050, to: 16_000))
    }

    @Test func theSameRateChangesNothing() throws {
        #expect(try resampled([1, -2, 3], from: 8000, to: 8000) == [1, -2, 3])
    }

    @Test(arguments: [0, -1, 999, 384_001])
    func aRateBeyondReasonIsRefused(_ rate: Int) {
        #expect(throws: AudioRefusal.rate(rate)) {
            _ = try resampled([], from: rate, to: 8000)
        }
    }
}
