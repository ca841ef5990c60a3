import Flow
import JSON
import Testbed
import Testing

/// No output makes the program fail, and a text that is there is said whatever else is broken.
@Suite struct HostileOutputTests {
    private static let strangers: [JSON] = [
        .null, true, false, 0, -1, .integer(.max), .integer(.min), 1e300, -1e300, 0.5, "", " ", "\0", "x", "<speak>",
        .string(String(repeating: "9", count: 5000)), [], [:], [[]], [1, "a", .null], ["a": ["b": 1]],
    ]

    /// Each value of `json`, with each stranger in its place.
    private func variants(of json: JSON, _ visit: (JSON) -> Void) {
        for stranger in Self.strangers { visit(stranger) }
        switch json {
        case .object(let members):
            for (name, value) in members {
                variants(of: value) { variant in
                    var changed = members
                    changed[name] = variant
                    visit(.object(changed))
                }
                var missing = members
                missing[name] = nil
                visit(.object(missing))
            }
        case .array(let values):
            for (index, value) in values.enumerated() {
                variants(of: value) { variant in
                    var changed = values
                    changed[index] = variant
                    visit(.array(changed))
                }
            }
        default: break
        }
    }

    private func says(_ output: FlowOutput, _ text: String) -> Bool {
        output.steps.contains { step in
            switch step {
            case .say(text, _, _), .play(_, _, text): true
            default: false
            }
        }
    }

    @Test(arguments: Fixture.outputs)
    func eachValueMayBeAnything(text: String) throws {
        let json = try Fixture.json(text)
        let isPrompt = json["data"]?["type"] == "promt"
        variants(of: json) { variant in
            let output = FlowOutput(variant)
            #expect(output.steps.count <= 101)
            // A prompt says its own text instead.
            if !isPrompt, let words = variant["text"]?.string, words.contains(where: { !$0.isWhitespace }) {
                #expect(says(output, words))
            }
        }
    }

    @Test(arguments: Fixture.outputs)
    func aTextMayEndAnywhere(text: String) throws {
        let data = try #require(try Fixture.json(text)["data"]).text
        for length in 0..<data.utf8.count {
            // Data may be a string that holds JSON.
            let cut = String(decoding: data.utf8.prefix(length), as: UTF8.self)
            #expect(
                FlowOutput(["text": "Hello", "data": .string(cut)]).steps == [.say("Hello", isMarkup: false, loops: 1)])
        }
    }

    @Test(arguments: Fixture.outputs)
    func aFixtureSaysItsText(text: String) throws {
        let json = try Fixture.json(text)
        let output = FlowOutput(json)
        #expect(!output.steps.isEmpty)
        #expect(
            !output.steps.contains { step in
                if case .malformed = step { true } else { false }
            })
        if json["text"] == "Hello", json["data"]?["type"] != "promt" { #expect(says(output, "Hello")) }
    }

    @Test func markupMayEndAnywhere() {
        let text = """
            <?xml version="1.0"?><speak version='1.0'><!-- c --><p>Hello &amp; <s>World</s></p><![CDATA[x < y]]>
            <break time="500ms"/><sub alias="a">b</sub><audio src="https://h/a.wav">Ding</audio></speak>
            """
        let bytes = Array(text.utf8)
        for start in bytes.indices {
            for end in stride(from: start, through: bytes.count, by: 3) {
                for part in Markup.parts(of: String(decoding: bytes[start..<end], as: UTF8.self)) {
                    if case .text(let words) = part { #expect(!words.isEmpty && words.first != " ") }
                }
            }
        }
    }

    @Test func noiseIsRead() {
        var random = SeededGenerator(seed: 7)
        let letters = Array("<>/&;'\"= abp#x-!?[]".utf8)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...60, using: &random)
            let bytes = (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }
            _ = Markup.parts(of: String(decoding: bytes, as: UTF8.self))
        }
    }
}
