import Cognigy
import JSON
import Testing

@Suite struct RecognitionStreamTests {
    private static func transcription(
        _ words: String, isFinal: Bool, confidence: String = "0.9"
    ) -> String {
        #"{"type":"transcription","is_final":\#(isFinal),"alternatives":[{"confidence":\#(confidence),"#
            + #""transcript":"\#(words)"}],"channel":1,"language":"en-US"}"#
    }

    // MARK: What goes out

    @Test func theOpeningSaysWhatSoundComes() {
        #expect(
            RecognitionStream.opening(.websocket, language: "de_AT", hints: ["Wien", "a\r\nb", "Grüß Gott"])
                == #"{"encoding":"LINEAR16","format":"raw","interimResults":true,"language":"de-AT","#
                + #""options":{"hints":["Wien","Grüß Gott"]},"sampleRateHz":16000,"type":"start"}"#)
        #expect(
            RecognitionStream.opening(.websocket)
                == #"{"encoding":"LINEAR16","format":"raw","interimResults":true,"language":"en-US","#
                + #""sampleRateHz":16000,"type":"start"}"#)
        #expect(
            RecognitionStream.opening(.vosk, language: "de", hints: ["Wien"]) == #"{"config":{"sample_rate":16000}}"#)
    }

    @Test func aFlowCannotMakeTheOpeningLong() {
        for hints in [Array(repeating: "word", count: 100_000), [String(repeating: "word", count: 100_000)]] {
            #expect(RecognitionStream.opening(.websocket, hints: hints).utf8.count < 20_000)
        }
        for language in ["", "de\"}", String(repeating: "d", count: 36), "dé"] {
            #expect(
                RecognitionStream.opening(.websocket, language: language) == RecognitionStream.opening(.websocket))
        }
    }

    /// asr_server.py compares the whole text.
    @Test func theEndIsWordedAsTheServersWantIt() {
        #expect(RecognitionStream.stop(.websocket) == #"{"type":"stop"}"#)
        #expect(RecognitionStream.stop(.vosk) == #"{"eof" : 1}"#)
    }

    // MARK: What comes in

    @Test func wordsGrowAndSettle() {
        var stream = RecognitionStream(.websocket)
        #expect(stream.heard == nil && stream.isSettled)
        #expect(stream.receive(Self.transcription("I want", isFinal: false)) == .words("I want"))
        #expect(!stream.isSettled && stream.heard == Recognition.Heard(text: "I want", confidence: nil))
        #expect(stream.receive(Self.transcription("I want", isFinal: false)) == .nothing)
        #expect(stream.receive(Self.transcription("I wanted", isFinal: false)) == .words("I wanted"))
        // A final result without a change is no change, but it settles what was said.
        #expect(stream.receive(Self.transcription("I wanted", isFinal: true, confidence: "0.8")) == .nothing)
        #expect(stream.isSettled && stream.finals == 1)
        #expect(stream.receive(Self.transcription("to go", isFinal: false)) == .words("I wanted to go"))
        #expect(stream.receive(Self.transcription("to pay.", isFinal: true)) == .words("I wanted to pay."))
        #expect(stream.heard == Recognition.Heard(text: "I wanted to pay.", confidence: 0.8))
        #expect(stream.finals == 2)
    }

    @Test func aPartThatCameToNothingGoes() {
        var stream = RecognitionStream(.websocket)
        _ = stream.receive(Self.transcription("yes", isFinal: true))
        _ = stream.receive(Self.transcription("hm", isFinal: false))
        #expect(stream.receive(Self.transcription("", isFinal: true)) == .words("yes"))
        #expect(stream.receive(#"{"type":"transcription","is_final":true,"alternatives":[]}"#) == .nothing)
        #expect(stream.words == "yes" && stream.finals == 3)
    }

    @Test func ofSeveralAlternativesTheFirstCounts() {
        var stream = RecognitionStream(.websocket)
        let text =
            #"{"type":"transcription","is_final":true,"alternatives":[{"transcript":"one"},{"transcript":"won"}]}"#
        #expect(stream.receive(text) == .words("one"))
        #expect(stream.heard == Recognition.Heard(text: "one", confidence: nil))
    }

    @Test func voskTellsPartsAndTexts() {
        var stream = RecognitionStream(.vosk)
        #expect(stream.receive(#"{"partial" : ""}"#) == .nothing)
        #expect(stream.receive("{\n  \"partial\" : \"one two\"\n}") == .words("one two"))
        let text = #"{"result":[{"conf":1.0,"word":"one"},{"conf":0.5,"word":"three"}],"text":"one three"}"#
        #expect(stream.receive(text) == .words("one three"))
        #expect(stream.receive(#"{"partial" : "four"}"#) == .words("one three four"))
        #expect(stream.receive(#"{"text" : ""}"#) == .words("one three"))
        #expect(stream.heard == Recognition.Heard(text: "one three", confidence: 0.75))
    }

    /// VOSK_ALTERNATIVES asks its server for several. Their confidence is no share.
    @Test func voskMayTellAlternatives() {
        var stream = RecognitionStream(.vosk)
        let text =
            #"{"alternatives" : [{"confidence" : 231.1, "text" : " one"}, {"confidence" : 229, "text" : "won"}]}"#
        #expect(stream.receive(text) == .words("one"))
        #expect(stream.heard == Recognition.Heard(text: "one", confidence: nil))
    }

    @Test func anErrorIsOneShortLine() {
        var stream = RecognitionStream(.websocket)
        #expect(
            stream.receive(#"{"type":"error","error":"no\r\nNotice: \u001b[2J credit"}"#)
                == .failed("no Notice: [2J credit", code: nil))
        #expect(stream.receive(#"{"type":"error","code":4003}"#) == .failed("", code: 4003))
        let words = String(repeating: "word ", count: 10_000)
        guard case .failed(let line, _) = stream.receive(#"{"type":"error","error":"\#(words)"}"#) else {
            Issue.record("no error")
            return
        }
        #expect(line.hasPrefix("word word") && line.utf8.count <= 200)
    }

    @Test(arguments: [RecognitionStream.Style.websocket, .vosk]) func whatItDoesNotKnowIsNothing(
        _ style: RecognitionStream.Style
    ) {
        var stream = RecognitionStream(style)
        for text in [#"{"type":"hello"}"#, "{}", #"{"type":7}"#, #"{"alternatives":[]}"#] {
            #expect(stream.receive(text) == .nothing, "\(text)")
        }
        #expect(stream.receive("") == .unreadable(.notJSON))
        #expect(stream.receive("[]") == .unreadable(.notAnObject))
        #expect(stream == RecognitionStream(style))
    }

    @Test func aTranscriptionWithoutAlternativesIsRefused() {
        var stream = RecognitionStream(.websocket)
        #expect(
            stream.receive(#"{"type":"transcription","is_final":true}"#) == .unreadable(.missing("alternatives")))
    }

    /// Whoever sends words without an end fills no memory.
    @Test func thereAreOnlySoManyWords() {
        var stream = RecognitionStream(.vosk)
        let many = String(repeating: "word ", count: 1000)
        for _ in 0..<5 { _ = stream.receive(#"{"text":"\#(many)"}"#) }
        _ = stream.receive(#"{"partial":"\#(many)"}"#)
        #expect(stream.words.utf8.count <= RecognitionStream.longest)
        #expect(stream.words.hasPrefix("word word") && stream.words.hasSuffix(" word"))
        _ = stream.receive(#"{"partial":"\#(String(repeating: "x", count: 100_000))"}"#)
        #expect(stream.words.utf8.count <= RecognitionStream.longest)
    }

    @Test func blanksAndControlsAreOneBlank() {
        var stream = RecognitionStream(.vosk)
        #expect(stream.receive(#"{"partial":" one\r\n\ttwo\u0000three "}"#) == .words("one two three"))
    }
}
