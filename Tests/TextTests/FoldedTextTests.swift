import Testing
import Text

@Suite struct FoldedTextTests {
    @Test(arguments: [
        ("STRASSE", "straße"), ("STRAẞE", "strasse"), ("ﬁnd", "FIND"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ſhort", "Short"),
        ("\u{212A}elvin", "kelvin"), ("\u{212B}", "å"), ("ŉ", "ʼN"), ("ИСК", "иск"), ("İ", "i\u{307}"), ("ı", "I"),
        ("İPTAL", "iptal"), ("i\u{307}", "I"),
        ("ǅ", "ǆ"), ("É", "e\u{301}"),
    ])
    func lettersOfAnyCaseAreTheSame(one: String, other: String) {
        #expect(FoldedText(one) == FoldedText(other))
    }

    @Test(arguments: [("a", "á"), ("ss", "s"), ("o", "0"), ("ab", "a b")])
    func otherLettersAreNotTheSame(one: String, other: String) {
        #expect(FoldedText(one) != FoldedText(other))
    }

    @Test func whiteSpaceIsOneSpaceAndNoneAtTheEnds() {
        #expect(FoldedText("  legal\t\r\n\u{A0}\u{2003}action\n") == FoldedText("legal action"))
        #expect(FoldedText("legal\u{3164}\u{2800}action\u{FFA0}") == FoldedText("legal action"))
        #expect(FoldedText(" \n").isEmpty)
    }

    @Test func whatNobodySeesIsLeftOut() {
        #expect(FoldedText("le\u{AD}gal\u{200B} \u{200D}action\u{FEFF}") == FoldedText("legal action"))
        #expect(FoldedText("legal \u{200B} action") == FoldedText("legal action"))
        #expect(FoldedText("\u{0}le\u{1B}gal\u{7F} \u{9B}act\u{FFF9}ion\u{FFFB}") == FoldedText("legal action"))
    }

    @Test func aTextContainsItsParts() {
        let text = FoldedText("We offer Legal\nAction, straße 7")
        for part in ["legal action", "EGAL A", "STRASSE", "we", "7", "", "We offer Legal Action, strasse 7"] {
            #expect(text.contains(FoldedText(part)), "\(part)")
        }
        for other in ["legalaction", "legal  act ion", "strasse 77", "x"] {
            #expect(!text.contains(FoldedText(other)), "\(other)")
        }
    }

    @Test func aPartIsFoundBehindItsOwnBeginning() {
        #expect(FoldedText("aaab").contains(FoldedText("aab")))
        #expect(FoldedText("sue the sue the company").contains(FoldedText("sue the company")))
    }

    /// A customer may write anything, and whoever reads it has others to serve.
    @Test(arguments: ["\u{301}\u{323}", "\u{F73}", "\u{E9}", "漢", "İ"])
    func aLongTextOfOddLettersIsSearchedInNoTime(letters: String) {
        let text = "a" + String(repeating: letters, count: 150_000)
        let began = ContinuousClock.now
        #expect(!FoldedText(text).contains(FoldedText("refund")))
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test func asManyMarksAsAnybodyReadsAreCompared() {
        let letter = "a" + String(repeating: "\u{301}", count: 29)
        #expect(FoldedText(letter) != FoldedText(letter + "\u{301}"))
        #expect(FoldedText(letter + "\u{301}\u{301} b") == FoldedText(letter + "\u{301} b"))
    }
}
