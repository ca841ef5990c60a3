import JSON
import Testing
import Text

@testable import Report

@Suite struct CallStoryTests {
    private func story(of id: String, _ lines: [String]) -> CallStory {
        var story = CallStory(of: id)
        for line in lines { story.take(Array(line.utf8)[...]) }
        return story
    }

    private static let lines = [
        Lines.turn(20, id: "1.1"), Lines.turn(21, id: "1.11"),
        Lines.turn(
            30, "dtmf_turn", id: "1.1",
            [
                "end_of_turn_ms": .null, "stt_latency_ms": .null, "tts_latency_ms": .null, "cognigy_latency_ms": 80,
                "first_sound_ms": 120, "intent": .null,
            ]),
        "nonsense with 1.1 in it", Lines.call(60, id: "1.1"), Lines.call(61, id: "1.11"),
    ]

    @Test(arguments: ["1.1", "asterisk-1.1"]) func aCallIsToldWithItsTurns(id: String) {
        #expect(
            story(of: id, Self.lines).text == """
                Call 1.1, session asterisk-1.1
                  caller 0123456789abcdef
                  2025-11-24T16:00:00.000Z  start
                           set-up: session 60 ms, socket 121 ms, ready 180 ms, first sound 900 ms
                  +20.0 s  said something: end of turn 500 ms, recognition 1.5 s, flow 300 ms, voice 200 ms, first sound 2.6 s; intent pay bill (93 %)
                  +30.0 s  pressed keys: flow 80 ms, first sound 120 ms
                  +60.0 s  COMPLETED end; 2 turns, 2 keys, 3 prompts, 1 interruption, 0 reconnects
                """)
    }

    /// Lines of the transcript beside those of the metrics.
    @Test func whatWasSaidStandsAtItsTime() {
        func said(_ time: Double, _ type: String, _ more: [String: JSON]) -> String {
            Lines.turn(time, type, id: "1.1", more)
        }
        let text = story(
            of: "1.1",
            [
                Lines.call(60, id: "1.1", [:]), said(1, "flow_said", ["text": "Hello."]),
                said(2, "flow_said", ["sound": "menu.wav"]), said(3, "flow_said", [:]),
                said(4, "caller_said", ["text": "Hi\u{1B}!"]), said(5, "caller_keyed", ["text": "*"]),
            ]
        ).text
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("   +") }.map { $0.dropFirst(11) } == [
                "flow: Hello.", "flow: [sound menu.wav]", "flow: [not shown]", "caller: Hi?!", "caller presses *",
            ])
    }

    @Test func itsLinesAreThereForPrograms() {
        let lines = story(of: "1.1", Self.lines).json.array ?? []
        #expect(lines.map { $0["event_type"]?.string } == ["voice_turn", "dtmf_turn", "call"])
    }

    @Test func aCallThatIsNotOverIsToldSoFar() {
        let text = story(of: "1.1", [Lines.turn(20), Lines.turn(25)]).text
        #expect(text.contains("2025-11-24T16:00:20.000Z  first line; the call is not over, or its end is missing"))
        #expect(text.contains("\n   +5.0 s  said something"))
    }

    @Test func rotatedLinesComeInTheirOrder() {
        let lines = [Lines.call(60), Lines.turn(20), Lines.turn(25)]
        #expect(story(of: "1.1", lines).text.hasSuffix("0 reconnects"))
    }

    @Test func theSameNameMayComeAgain() {
        let text = story(of: "1.1", [Lines.call(60), Lines.turn(3620), Lines.call(3660)]).text
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("Call 1.1") }.count == 2)
    }

    @Test func nothingIsToldOfAnotherCall() {
        #expect(story(of: "1", Self.lines).isEmpty)
        #expect(story(of: "0123456789abcdef", Self.lines).isEmpty)
    }

    @Test func noLineCommandsTheTerminal() {
        let evil = "\u{1B}]0;x\u{7}\u{9B}1m"
        let text = story(
            of: "1.1",
            [
                Lines.turn(1, ["intent": .string(evil), "session_id": .string(evil)]),
                Lines.call(2, evil, evil, ["user_id": .string(evil), "session_id": .string(evil)]),
            ]
        ).text
        #expect(!text.unicodeScalars.contains { $0.isControlOrLineBreak && $0 != "\n" })
    }

    @Test func moreThanACallHasIsDropped() {
        let story = story(of: "1.1", (0..<2005).map { Lines.turn(Double($0)) })
        #expect(story.text.hasSuffix("5 lines more of it, which are not shown."))
        let long = JSON.string(String(repeating: "x", count: 65_000))
        let large = self.story(of: "1.1", (0..<300).map { Lines.turn(Double($0), ["intent": long]) })
        #expect(large.text.hasSuffix("\(300 - CallStory.mostBytes / 65_300) lines more of it, which are not shown."))
    }
}
