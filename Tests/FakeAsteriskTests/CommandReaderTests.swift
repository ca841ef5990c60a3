import Testing

@testable import FakeAsterisk

@Suite struct CommandReaderTests {
    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func oneLineIsHandedOutAtATime() {
        var reader = CommandReader()
        reader.feed(Array("NOOP\nANSWER\nHAN".utf8))
        #expect(text(reader.next()) == "NOOP\n")
        #expect(text(reader.leftover) == "ANSWER\nHAN")
        #expect(text(reader.next()) == "ANSWER\n")
        #expect(reader.next() == nil)
        reader.feed(Array("GUP\n".utf8))
        #expect(text(reader.next()) == "HANGUP\n")
    }

    @Test(arguments: [2045, 2046, 2047, 2048, 4094, 5000])
    func aLineLongerThan2046BytesIsSplit(length: Int) {
        var reader = CommandReader()
        reader.feed([UInt8](repeating: 65, count: length) + [10])
        var pieces: [Int] = []
        while let piece = reader.next() { pieces.append(piece.count) }
        #expect(pieces.reduce(0, +) == length + 1)
        #expect(pieces.dropLast().allSatisfy { $0 == 2047 })
        #expect(pieces.count == (length + 1 + 2046) / 2047)
    }

    @Test func theEndGivesTheRestAndThenNothing() {
        var reader = CommandReader()
        reader.feed(Array("NOOP".utf8))
        #expect(reader.next() == nil)
        reader.end()
        #expect(text(reader.next()) == "NOOP")
        #expect(reader.next() == [])
    }
}
