import Audio
import Testbed
import Testing

@Suite struct WAVFuzzTests {
    private func seeds() -> [[UInt8]] {
        let tone = Sound.tone(440, rate: 8000, seconds: 0.01)
        var extensible = WAVFile(tone, rate: 8000, channels: 2, bits: 24)
        extensible.validBits = 20
        var chunky = WAVFile(tone, rate: 22_050, bits: 8)
        chunky.before = WAVFile.chunk("LIST", [1, 2, 3])
        var law = WAVFile(tone, rate: 8000, bits: 8)
        law.tag = 7
        return [
            WAVFile(tone, rate: 44_100, channels: 2).bytes, extensible.bytes, chunky.bytes, law.bytes,
            WAVFile(floats: tone, rate: 48_000, bits: 64).bytes,
        ]
    }

    /// A conversion either refuses or ends with sound of the length it should have; it never stops the program.
    @Test func noMutationDoesMoreThanBeRefused() throws {
        var random = SeededGenerator(seed: 42)
        var converted = 0
        for seed in seeds() {
            for _ in 0..<1500 {
                var bytes = seed
                for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
                guard let pcm = try? WAV.decode(bytes) else { continue }
                converted += 1
                var conversion = try Conversion(bytes, as: .sln)
                while !conversion.step(maxSamples: 4096) {}
                let exact = Double(pcm.samples.count) * 8000 / Double(pcm.rate)
                let length = Double(conversion.output.count / 2)
                #expect(abs(length - exact) <= 1)
            }
        }
        #expect(converted > 1000)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let interesting: [UInt8] = [0, 1, 2, 3, 7, 8, 0x7F, 0x80, 0xF8, 0xFE, 0xFF]
        if bytes.isEmpty { return }
        // The header is where the rules are.
        let position = Int.random(in: 0..<min(bytes.count, 70), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 1: bytes[position] = interesting.randomElement(using: &random) ?? 0
        case 2:
            for index in position..<min(position + 4, bytes.count) {
                bytes[index] = interesting.randomElement(using: &random) ?? 0
            }
        case 3: bytes.removeSubrange(position..<Int.random(in: position...bytes.count, using: &random))
        default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
        }
    }
}
