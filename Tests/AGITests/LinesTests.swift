import AGI
import Testbed
import Testing

@Suite struct LinesTests {
    @Test func aLineEndsWithALineFeedOrACarriageReturnAndOne() {
        var lines = Lines()
        #expect(lines.receive("a\nb\r\n\nc\rd\n\r\ne".utf8) == ["a", "b", "", "c\rd", ""])
        #expect(lines.receive("\n".utf8) == ["e"])
    }

    @Test func everyCutGivesTheSameLines() {
        let bytes = Array("200 result=1 (é€😀)\r\nHANGUP\n\n510 \u{FFFD}\n".utf8)
        var whole = Lines()
        let expected = whole.receive(bytes)
        for cut in 0...bytes.count {
            var lines = Lines()
            #expect(lines.receive(bytes[..<cut]) + lines.receive(bytes[cut...]) == expected)
        }
    }

    @Test func invalidUTF8IsRepaired() {
        var lines = Lines()
        #expect(lines.receive([0x61, 0xFF, 0xC3, 0x0A, 0xE2, 0x82, 0x0A]) == ["a\u{FFFD}\u{FFFD}", "\u{FFFD}"])
    }

    @Test(arguments: [Lines.longest - 1, Lines.longest, Lines.longest + 1, 3 * Lines.longest])
    func aLongLineIsCutAndTheNextOneIsWhole(length: Int) {
        var lines = Lines()
        let received = lines.receive([UInt8](repeating: 65, count: length) + Array("\nnext\n".utf8))
        #expect(received.map(\.utf8.count) == [min(length, Lines.longest), 4])
        #expect(received.last == "next")
    }

    @Test func noByteIsLostHoweverTheyArrive() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            let texts = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                String(repeating: "x", count: Int.random(in: 0...50, using: &random))
            }
            var rest = Array(texts.map { $0 + "\n" }.joined().utf8)[...]
            var lines = Lines()
            var received: [String] = []
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...9, using: &random))
                received += lines.receive(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(received == texts)
        }
    }
}

extension Lines {
    mutating func receive(_ bytes: some Sequence<UInt8>) -> [String] { receive(Array(bytes)) }
}
