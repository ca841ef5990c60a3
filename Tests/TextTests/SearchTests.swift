import Testing
import Text

@Suite struct SearchTests {
    @Test(arguments: [
        ("", true), ("a", true), ("aab", true), ("aabb", true), ("b", true), ("aaabb", true), ("ba", false),
        ("aaaa", false), ("aaabbb", false),
    ])
    func aWordIsFoundWhereverItStands(word: String, isThere: Bool) {
        #expect(Array("aaabb".utf8).holds(Array(word.utf8)) == isThere)
    }

    @Test(arguments: [
        ("abcabc", "ab", "xcxc"), ("aaa", "aa", "xa"), ("aaab", "aab", "ax"), ("abc", "", "abc"), ("", "a", ""),
        ("a", "ab", "a"),
    ])
    func everyOccurrenceIsReplaced(text: String, word: String, result: String) {
        #expect(Array(text.utf8).replacing(Array(word.utf8), by: [UInt8(ascii: "x")]) == Array(result.utf8))
    }

    @Test(arguments: [
        ("abcabc", "ab", ["", "c", "c"]), ("aaa", "aa", ["", "a"]), ("abc", "", ["abc"]), ("", "a", [""]),
        ("a", "ab", ["a"]), ("xabyab", "ab", ["x", "y", ""]),
    ])
    func whatIsBetweenItIsCutOut(text: String, word: String, pieces: [String]) {
        let found = Array(text.utf8).pieces(between: Array(word.utf8))
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == pieces)
    }
}
