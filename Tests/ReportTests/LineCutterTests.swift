import Testing

@testable import Report

@Suite struct LineCutterTests {
    private func lines(_ pieces: [String]) -> [String?] {
        var cutter = LineCutter()
        var lines: [String?] = []
        let take = { (line: ArraySlice<UInt8>?) in lines.append(line.map { String(decoding: $0, as: UTF8.self) }) }
        for piece in pieces { cutter.cut(Array(piece.utf8), take) }
        cutter.finish(take)
        return lines
    }

    @Test func whereverAPieceEndsLinesAreTheSame() {
        let text = "one\n\nthree\nfour"
        for cut in 0...text.count {
            #expect(lines([String(text.prefix(cut)), String(text.dropFirst(cut))]) == ["one", "", "three", "four"])
        }
        #expect(lines(text.map { String($0) }) == ["one", "", "three", "four"])
    }

    @Test func anEndAtTheEndBeginsNoLine() {
        #expect(lines(["one\n"]) == ["one"])
        #expect(lines([]) == [])
    }

    @Test(arguments: [0, 1]) func aLineMayBeSoLongAndNotLonger(more: Int) {
        let long = String(repeating: "x", count: LineCutter.longest + more)
        let expected: [String?] = [more == 0 ? long : nil, "next"]
        #expect(lines([long + "\nnext\n"]) == expected)
        #expect(lines([String(long.prefix(9)), String(long.dropFirst(9)), "\nnext"]) == expected)
        #expect(lines(["next\n", long]) == expected.reversed())
    }
}
