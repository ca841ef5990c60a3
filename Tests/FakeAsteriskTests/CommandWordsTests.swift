import Testing

@testable import FakeAsterisk

@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("NOOP", ["NOOP"]),
        ("  GET \t DATA  x ", ["GET", "DATA", "x"]),
        (#"SET VARIABLE A "two words""#, ["SET", "VARIABLE", "A", "two words"]),
        (#"STREAM FILE x """#, ["STREAM", "FILE", "x", ""]),
        (#"A "" "" b"#, ["A", "", "", "b"]),
        (#"A "say \"hi\" \\ there""#, ["A", #"say "hi" \ there"#]),
        (#"A one\ word"#, ["A", "one word"]),
        (#"A mid"dle of"one"#, ["A", "middle ofone"]),
        (#"A "never closed"#, ["A", "never closed"]),
        ("", []),
    ])
    func aLineIsSplitAsParseArgsDoes(line: String, words: [String]) {
        #expect(CommandWords.split(line.utf8) == words)
    }

    @Test func thereAreAtMost127Words() {
        let line = Array(repeating: "w", count: 200).joined(separator: " ")
        #expect(CommandWords.split(line.utf8).count == 127)
    }

    @Test(arguments: [("12", 12), ("-1", -1), (" 7x", 7), ("+3", 3), ("x", nil), ("", nil), ("-", nil)])
    func integersAreReadAsSscanfDoes(word: String, value: Int?) {
        #expect(CommandWords.integer(word) == value)
    }
}
