import Testbed
import Testing

@testable import WebSocket

@Suite struct UTF8StreamTests {
    private func verdict(_ bytes: [UInt8]) -> (accepted: Bool, complete: Bool) {
        var stream = UTF8Stream()
        let accepted = stream.accept(bytes)
        return (accepted, stream.isComplete)
    }

    /// How many bytes pass, fed one by one; nil when all do.
    private func firstBadByte(_ bytes: [UInt8]) -> Int? {
        var stream = UTF8Stream()
        for (index, byte) in bytes.enumerated() where !stream.accept([byte]) { return index }
        return nil
    }

    @Test(
        arguments: [
            [], [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
            [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func theFirstAndLastOfEachLengthAreAccepted(_ bytes: [UInt8]) {
        #expect(verdict(bytes) == (accepted: true, complete: true))
    }

    @Test func theFirstByteThatCannotBeIsTheOneRefused() {
        #expect(firstBadByte([0x80]) == 0)
        #expect(firstBadByte([0xC0]) == 0)
        #expect(firstBadByte([0xC1]) == 0)
        #expect(firstBadByte([0xF5]) == 0)
        #expect(firstBadByte([0xFF]) == 0)
        #expect(firstBadByte([0xC2, 0x41]) == 1)
        #expect(firstBadByte([0xE0, 0x9F]) == 1)
        #expect(firstBadByte([0xED, 0xA0]) == 1)
        #expect(firstBadByte([0xF0, 0x8F]) == 1)
        #expect(firstBadByte([0xF4, 0x90]) == 1)
        #expect(firstBadByte([0xF0, 0x90, 0x80, 0xC0]) == 3)
    }

    @Test func aCharacterCutShortIsNotComplete() {
        for bytes in [[0xC2], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]] {
            #expect(verdict(bytes) == (accepted: true, complete: false))
        }
    }

    @Test func itAgreesWithTheStandardLibraryOnRandomBytes() {
        var random = SeededGenerator(seed: 6455)
        let alphabet: [UInt8] = [
            0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xE1, 0xED, 0xF0, 0xF1, 0xF4, 0xF5,
        ]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let ours = verdict(bytes) == (accepted: true, complete: true)
            #expect(ours == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
