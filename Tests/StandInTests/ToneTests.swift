import Testing

@testable import StandIn

@Suite struct ToneTests {
    private func number(_ bytes: [UInt8], at offset: Int, width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    @Test(arguments: [("menu-8k", 8000, 1, 700), ("a-16k-900ms", 16_000, 1, 900), ("m-44k-stereo-50ms", 44_100, 2, 50)])
    func aNameSaysWhatIsInTheFile(name: String, rate: Int, channels: Int, milliseconds: Int) {
        let wav = Tone(named: name).wav
        #expect(wav.starts(with: "RIFF".utf8))
        #expect(number(wav, at: 4, width: 4) == wav.count - 8)
        #expect(number(wav, at: 22, width: 2) == channels)
        #expect(number(wav, at: 24, width: 4) == rate)
        #expect(number(wav, at: 32, width: 2) == 2 * channels)
        #expect(number(wav, at: 40, width: 4) == rate * milliseconds / 1000 * channels * 2)
        #expect(wav.count == 44 + number(wav, at: 40, width: 4))
    }

    @Test func itIsHeardAndTheSameEveryTime() {
        let samples = Tone(named: "menu-8k").samples
        #expect(Set(samples).count > 100)
        #expect(samples == Tone(named: "menu-8k").samples)
        #expect(samples != Tone(named: "main-8k").samples)
    }
}
