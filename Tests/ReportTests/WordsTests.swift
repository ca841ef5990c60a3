import Testing

@testable import Report

@Suite struct WordsTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (12_345, "12,345")])
    func thousandsAreSet(number: Int, text: String) { #expect(Words.count(number) == text) }

    @Test(arguments: [
        (0, "0.0 ms"), (0.44, "0.4 ms"), (9.94, "9.9 ms"), (9.96, "10 ms"), (85, "85 ms"), (999.4, "999 ms"),
        (999.6, "1.0 s"), (1940, "1.9 s"), (59_940, "59.9 s"), (59_960, "1 min 0 s"), (125_000, "2 min 5 s"),
        (3_599_600, "1 h 0 min"), (11_400_000, "3 h 10 min"),
    ])
    func timesAreShort(time: Double, text: String) { #expect(Words.time(time) == text) }

    @Test(arguments: [(250, ".25"), (500, ".5"), (1000, "1"), (1500, "1.5"), (1250, "1.25"), (10_000, "10")])
    func axesHaveFewLetters(time: Double, text: String) { #expect(Words.short(time) == text) }

    @Test(arguments: [
        (0.2, "a quarter"), (0.3, "a third"), (0.45, "half"), (0.65, "two thirds"), (0.74, "three quarters"),
        (0.84, "three quarters"), (0.86, "nearly all"), (1, "nearly all"),
    ])
    func sharesAreSaid(share: Double, text: String) { #expect(Words.share(share) == text) }

    @Test func whatCommandsATerminalIsTaken() {
        #expect(Words.name("a\u{1B}[2Jb\u{9B}\u{202E}c\u{7F}\n\u{2028}") == "a?[2Jb??c???")
        #expect(Words.name(nil) == "-")
        #expect(Words.name("") == "-")
        #expect(Words.name(String(repeating: "x", count: 40)) == String(repeating: "x", count: 40))
        #expect(Words.name(String(repeating: "x", count: 41)) == String(repeating: "x", count: 39) + "…")
    }
}
