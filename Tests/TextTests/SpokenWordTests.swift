import Testing
import Text

@Suite struct SpokenWordTests {
    @Test(arguments: [
        ("", []), ("Well, that's it.", ["Well", "that", "s", "it"]), ("uh-huh", ["uh", "huh"]),
        ("47 11", ["47", "11"]), ("room12b", ["room", "12", "b"]), ("Österreich?", ["Österreich"]), (" … ", []),
    ])
    func wordsAreRunsOfLettersOrDigits(text: String, words: [String]) {
        #expect(SpokenWord.words(in: text).map { String($0) } == words)
    }

    @Test(arguments: [
        ("Yes", SpokenWord.yes), ("ja", .yes), ("sì", .yes), ("NEIN", .no), ("não", .no), ("mhm", .nod), ("Aha", .nod),
        ("seven", .digit), ("fünf", .digit), ("cuatro", .digit), ("and", .open), ("Und", .open), ("ähm", .open),
    ])
    func littleWordsAreKnown(word: String, kind: SpokenWord) {
        #expect(SpokenWord(word) == kind)
        #expect(SpokenWord(kind.example) == kind)
    }

    @Test(arguments: ["", "hello", "12", "Berlin", "house"]) func mostWordsTellNothing(word: String) {
        #expect(SpokenWord(word) == nil)
    }
}
