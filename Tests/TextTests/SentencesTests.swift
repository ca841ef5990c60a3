import Testbed
import Testing
import Text

@Suite struct SentencesTests {
    @Test(
        arguments: [
            ("", []), (" \n\t ", []), ("Hello", ["Hello"]), ("  Hello. ", ["Hello."]),
            ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
            ("hello! how are you? fine", ["hello!", "how are you?", "fine"]),
            ("One.\nTwo\nThree", ["One.", "Two", "Three"]), ("One.\r\n\r\nTwo.", ["One.", "Two."]),
            ("Really?! Yes!!! No?", ["Really?!", "Yes!!!", "No?"]),
            ("He said \"Stop.\" Then (at last.) he left.", ["He said \"Stop.\"", "Then (at last.) he left."]),
            ("Er sagte: „Halt.“ Dann ging er.", ["Er sagte: „Halt.“", "Dann ging er."]),
        ] as [(String, [String])])
    func sentencesEndAtFullStops(text: String, pieces: [String]) {
        #expect(Sentences.split(text) == pieces)
    }

    @Test(arguments: [
        "Dr. Smith met Mrs. Jones at St. Mary's.", "Call No. 5 now.", "Ask J. R. Smith.", "The U.S. Army is here.",
        "Use fruit, e.g. Apples, i.e. Food.", "Das ist z.B. Obst.", "Das ist z. B. Obst.", "Am 3. Mai um 5 Uhr.",
        "Herr Prof. Dr. Meier, Tel. 12, bzw. Fr. Huber.", "It costs 3.5 dollars, 1.000,50 in all.",
        "Visit www.example.com or mail a.b@example.com now.", "Well... maybe.", "Well… maybe.",
        "About approx. five or so.", "Version 1.2.3 is out.", "Am\u{A0}3.\u{A0}Mai. ",
    ])
    func aDotInsideASentenceDoesNotEndIt(text: String) {
        #expect(Sentences.split(text).count == 1)
    }

    @Test(
        arguments: [
            ("Wait... What?", ["Wait...", "What?"]), ("Wait… What?", ["Wait…", "What?"]),
            ("It costs 3.50. Pay now.", ["It costs 3.50.", "Pay now."]),
            ("It was in 1999. Now it is gone.", ["It was in 1999.", "Now it is gone."]),
            ("Go home. Dr. Who is there.", ["Go home.", "Dr. Who is there."]),
            ("... Hello. ... Bye. :-)", ["... Hello.", "... Bye. :-)"]), ("...", ["..."]), ("?! ?!", ["?! ?!"]),
            ("Great 👍. 👍", ["Great 👍. 👍"]),
        ] as [(String, [String])])
    func dotsThatEndASentence(text: String, pieces: [String]) {
        #expect(Sentences.split(text) == pieces)
    }

    @Test(
        arguments: [
            ("你好。今天天气很好！你呢？", ["你好。", "今天天气很好！", "你呢？"]),
            ("「こんにちは。」と言った。はい", ["「こんにちは。」", "と言った。", "はい"]),
            ("नमस्ते। आप कैसे हैं?", ["नमस्ते।", "आप कैसे हैं?"]), ("كيف حالك؟ أنا بخير.", ["كيف حالك؟", "أنا بخير."]),
        ] as [(String, [String])])
    func otherScriptsHaveTheirOwnStops(text: String, pieces: [String]) {
        #expect(Sentences.split(text) == pieces)
    }

    @Test func aLongSentenceIsCutAtAComma() {
        let clause = String(repeating: "word ", count: 30).dropLast()
        #expect(
            Sentences.split("\(clause), \(clause), 3,500 \(clause).") == [
                "\(clause),", "\(clause),", "3,500 \(clause).",
            ])
    }

    @Test func aCommaFarAtTheFrontIsNoPlaceToCut() {
        let pieces = Sentences.split("So, " + String(repeating: "word ", count: 60))
        #expect(pieces.map(\.count) == [198, 104])
        #expect(pieces[0].hasPrefix("So, word "))
    }

    @Test(arguments: [199, 200, 201, 400, 401])
    func whatHasNoSpacesIsCutAnywhere(length: Int) {
        let pieces = Sentences.split(String(repeating: "x", count: length))
        #expect(pieces.allSatisfy { $0.count <= 200 })
        #expect(pieces.count == (length + 199) / 200)
        #expect(pieces.joined().count == length)
    }

    @Test func aWideCommaNeedsNoSpace() {
        let clause = String(repeating: "字", count: 150)
        #expect(Sentences.split("\(clause)，\(clause)。") == ["\(clause)，", "\(clause)。"])
    }

    @Test func nothingIsLostWhateverTheTextIs() {
        let parts = [
            "a", "Word", " ", " ", "\n", ".", "!", "?", "…", "。", "，", ", ", "\"", ")", "3.5", "Dr", "z.B", "é", "👍🏽",
            "\u{A0}", "\r\n", "e\u{301}", "字", "(", "»", "longerword",
        ]
        var random = SeededGenerator(seed: 4)
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }.joined()
            let pieces = Sentences.split(text)
            #expect(pieces.joined().filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace }, "\(text)")
            for piece in pieces {
                #expect(!piece.isEmpty && piece.first?.isWhitespace == false && piece.last?.isWhitespace == false)
            }
            #expect(pieces.dropLast().allSatisfy { $0.count <= 200 })
        }
    }

    @Test func marksWithoutEndMakeNoPieceEndless() {
        let marks = String(repeating: "…", count: 900)
        #expect(Sentences.split("Hello. " + marks) == ["Hello. " + marks.prefix(Sentences.longest)])
        #expect(Sentences.split("Hello. …").count == 1)
    }

    @Test func aHugeTextTakesNoTimeToSpeakOf() {
        let dots = String(repeating: "a.", count: 1 << 16)
        #expect(Sentences.split(dots).joined() == dots)
        let stops = Sentences.split(String(repeating: "\" . ", count: 1 << 15))
        #expect(stops.joined().count { $0 == "." } == 1 << 15)
        #expect(Sentences.split(String(repeating: "\"", count: 1 << 17)).joined().count == 1 << 17)
    }
}
