import Testbed
import Testing
import WebSocket

/// What becomes of each of these answers, most of which open no socket.
@Suite struct BadHandshakeTests {
    /// The fate of an answer in these pieces, and the bytes behind a switch.
    private func fate(_ pieces: [ArraySlice<UInt8>]) -> (HandshakeAnswer.Fate, rest: [UInt8]) {
        var parser = Handshake.ResponseParser(key: HandshakeAnswer.key)
        for (number, piece) in pieces.enumerated() {
            do throws(Handshake.Failure) {
                switch try parser.receive(Array(piece)) {
                case .accepted(let rest): return (.opens, rest + pieces[(number + 1)...].joined())
                case .refused(let status, _, _): return (.refused(status), [])
                case nil: continue
                }
            } catch { return (.ends(error), []) }
        }
        return (.waits, [])
    }

    @Test func thereAreAHundredAndNoTwoAreAlike() {
        let all = HandshakeAnswer.all
        #expect(all.count { $0.fate != .opens } >= 100)
        #expect(Set(all.map(\.bytes)).count == all.count && Set(all.map(\.what)).count == all.count)
    }

    @Test(arguments: HandshakeAnswer.all) func anAnswerHasItsFate(_ answer: HandshakeAnswer) {
        #expect(fate([answer.bytes[...]]).0 == answer.fate, "\(answer.rule)")
    }

    @Test(arguments: HandshakeAnswer.all) func alsoByteByByte(_ answer: HandshakeAnswer) {
        let bytes = answer.bytes
        #expect(fate(bytes.indices.map { bytes[$0...$0] }).0 == answer.fate)
    }

    @Test(arguments: HandshakeAnswer.all) func alsoCutAnywhere(_ answer: HandshakeAnswer) {
        var random = SeededGenerator(seed: UInt64(answer.bytes.count))
        for _ in 0..<(answer.bytes.count < 10_000 ? 20 : 1) {
            let cut = Int.random(in: 0...answer.bytes.count, using: &random)
            #expect(fate([answer.bytes[..<cut], answer.bytes[cut...]]).0 == answer.fate)
        }
    }

    /// What follows is frames, or nothing that counts.
    @Test(arguments: HandshakeAnswer.all.filter { $0.fate != .waits }) func alsoWithFramesBehindIt(
        _ answer: HandshakeAnswer
    ) {
        let frames = Frame.text("hi").encoded(mask: nil) + Frame.close(.normal).encoded(mask: nil)
        let (fate, rest) = fate([(answer.bytes + frames)[...]])
        #expect(fate == answer.fate)
        #expect(rest == (fate == .opens ? frames : []))
    }
}
