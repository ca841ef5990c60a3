import Flow
import Testing

@Suite struct MarkupTests {
    private typealias Part = Markup.Part

    @Test(
        arguments: [
            ("<speak>Hello</speak>", ["Hello"]), ("", []), ("<speak/>", []), ("plain", ["plain"]),
            (" a \n\t b ", ["a b"]),
            ("<speak>a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos;</speak>", ["a & b <c> \"d\" 'e'"]),
            ("&#65;&#x42;&#X43;&nbsp;d", ["ABC d"]), ("a &unknown; b & c &", ["a &unknown; b & c &"]),
            ("a&#0;b&#xD800;c&#x110000;d&#99999999999;", ["a b c d&#99999999999;"]),
            ("<emphasis level='strong'>Hel</emphasis>lo", ["Hello"]), ("<voice name=\"a>b\">x</voice>", ["x"]),
            ("a<voice name='n'>b</voice>c", ["a b c"]), ("a<!-- no -->b<?pi x?>c<!DOCTYPE d>e", ["abce"]),
            ("<![CDATA[1 < 2 & <b>]]>", ["1 < 2 & <b>"]), ("<p>One</p><p>Two</p>", ["One. Two."]),
            ("<s>One!</s><s>Two</s>", ["One! Two."]), ("<p><s>One</s></p>Two", ["One. Two"]),
            ("<p>Größe</p>x", ["Größe. x"]), ("<p>Café</p>x", ["Café. x"]), ("<p>voilÀ</p>x", ["voilÀ. x"]),
            ("<p>Well…</p>x", ["Well… x"]), ("<p>好。</p>x", ["好。 x"]), ("<p></p>x", ["x"]),
            ("<sub alias=\"World Wide Web\">WWW</sub>!", ["World Wide Web!"]), ("<sub>WWW</sub>", ["WWW"]),
            ("<sub alias='a &amp; b'>x</sub>", ["a & b"]), ("<sub alias='lost'>WWW and more", ["WWW and more"]),
            ("<say-as interpret-as=\"digits\">123</say-as>", ["123"]),
            ("<mstts:express-as style='sad'>a</mstts:express-as>", ["a"]),
            ("<phoneme ph='x'>tomato</phoneme>", ["tomato"]), ("<metadata>hidden</metadata>a", ["a"]),
        ])
    func theWordsAreFound(text: String, words: [String]) {
        #expect(Markup.parts(of: text) == words.map { .text($0) })
    }

    /// What is not well-formed has words nevertheless.
    @Test(
        arguments: [
            ("<speak>Hello", ["Hello"]), ("<speak>Hello</spe", ["Hello"]), ("Hello</speak>", ["Hello"]),
            ("<speak>Hello <prosody rate='x' <p>World</p>", ["Hello. World."]),
            ("<prosody rate=\"fast>Hello</prosody>", ["Hello"]), ("1 < 2", ["1 < 2"]), ("a <b", ["a b"]),
            ("<", []), ("a<", ["a"]), ("<>a", [">a"]), ("<<p>a", ["a"]), ("<!-- a", ["a"]), ("<![CDATA[a", ["a"]),
            ("<?a", ["a"]),
            ("</a></b>x", ["x"]), ("<b>x</i>", ["x"]), ("&lt", ["&lt"]), ("&;", ["&;"]), ("&#;", ["&#;"]),
            ("<speak version='1.0' xmlns=\"x\"", []),
        ])
    func brokenMarkupHasWords(text: String, words: [String]) {
        #expect(Markup.parts(of: text) == words.map { .text($0) })
    }

    @Test(
        arguments: [
            ("<break time='2s'/>", 2000), ("<break time=\"500ms\"/>", 500), ("<break time='1.5s'></break>", 1500),
            ("<break time=' 3 S '/>", 3000), ("<break time='2'/>", 2000), ("<break time='300'/>", 300),
            ("<break time=250ms/>", 250), ("<BREAK TIME='1s'/>", 1000), ("<break/>", 750),
            ("<break strength='x-weak'/>", 250), ("<break strength='weak'/>", 500),
            ("<break strength='medium'/>", 750), ("<break strength='strong'/>", 1000),
            ("<break strength='x-strong'/>", 1250), ("<break strength='strong' time='2s'/>", 2000),
            ("<break time='soon'/>", 750), ("<break time='11s'/>", 10000), ("<break time='1e99s'/>", 750),
            ("<break time='999999999999999999999s'/>", 10000), ("<break time='6s'/> <break time='6s'/>", 10000),
            ("<break time='1s'/><break time='1s'/>", 2000),
        ])
    func aBreakIsAPause(text: String, milliseconds: Int) {
        let pause = Part.pause(.milliseconds(milliseconds))
        #expect(Markup.parts(of: text) == [pause])
        #expect(Markup.parts(of: "<speak>a\(text)b</speak>") == [.text("a"), pause, .text("b")])
    }

    @Test(arguments: ["<break time='0s'/>", "<break strength='none'/>", "<break time='0ms'/>"])
    func aBreakOfNothingSeparatesWords(text: String) {
        #expect(Markup.parts(of: "a\(text)b") == [.text("a b")])
    }

    @Test(
        arguments: [
            ("<audio src='https://h/a.wav'/>", .sound("https://h/a.wav", instead: nil)),
            ("<audio src=\"https://h/a?b=1&amp;c=2\">Ding</audio>", .sound("https://h/a?b=1&c=2", instead: "Ding")),
            ("<audio src='u'><desc>a bell</desc>Ding <break/>dong</audio>", .sound("u", instead: "Ding dong")),
            ("<audio src=u/>", .sound("u", instead: nil)),
            ("<audio src='u'><audio src='v'/>x</audio>", .sound("u", instead: "x")),
        ] as [(String, Markup.Part)])
    func aSoundIsPlayedWhereItStands(text: String, sound: Markup.Part) {
        #expect(Markup.parts(of: "<speak>\(text)</speak>").first == sound)
        #expect(Markup.parts(of: "a\(text)").prefix(2) == [.text("a"), sound])
    }

    @Test func aSoundThatIsNotClosedIsFollowedByItsWords() {
        #expect(Markup.parts(of: "<audio src='u'>Ding") == [.sound("u", instead: nil), .text("Ding")])
        #expect(Markup.parts(of: "<audio>Ding</audio>") == [.text("Ding")])
        #expect(Markup.parts(of: "<audio src='a b'>Ding</audio>") == [.text("Ding")])
    }

    @Test func theWordsAloneHaveNoPauses() {
        #expect(Markup.words(of: "<speak>a<break/>b<audio src='u'>c</audio><audio src='v'/></speak>") == "a b c")
    }

    /// Text of a flow may be hostile: none of these takes long or goes deep.
    @Test(arguments: [
        "<audio src='u'>", "<sub alias='a'>", "<a\"", "<!--", "<![CDATA[", "<?", "&#", "<p>", "<", "<break '", "<s",
        "</audio", "<audio src='u'></audio>", "\0<\0", "<é",
    ])
    func hostileTextIsReadToItsEnd(piece: String) {
        let text = String(repeating: piece, count: 65536 / piece.utf8.count)
        let clock = ContinuousClock()
        let time = clock.measure { _ = Markup.parts(of: text) }
        #expect(time < .seconds(30))
    }
}
