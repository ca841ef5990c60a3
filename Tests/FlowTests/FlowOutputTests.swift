import Flow
import JSON
import Testing

@Suite struct FlowOutputTests {
    private func output(_ text: String) throws -> FlowOutput { FlowOutput(try Fixture.json(text)) }

    @Test func aTextIsSaid() throws {
        let output = try output(
            #"{"text":"Hello","data":{},"traceId":"t","disableSensitiveLogging":false,"source":"bot"}"#)
        #expect(output.text == "Hello")
        #expect(output.steps == [.say("Hello", isMarkup: false, loops: 1)])
        #expect(!output.isSensitive && !output.isHousekeeping && output.source == .bot)
    }

    @Test(arguments: [
        "{}", #"{"text":null}"#, #"{"text":"","data":null}"#, #"{"text":" \n","data":{}}"#, "[]", "null", "7",
        #"{"text":"","data":"words"}"#, #"{"data":[1]}"#, #"{"data":7}"#, #"{"data":{"anything":{"of":"the flow"}}}"#,
        #"{"data":{"type":"something"}}"#, #"{"data":{"status":"something"}}"#, #"{"data":{"_cognigy":{}}}"#,
        #"{"data":{"_cognigy":{"_voiceGateway2":{}}}}"#, #"{"data":{"_cognigy":{"_voiceGateway2":{"json":[]}}}}"#,
        #"{"data":{"_cognigy":{"_webchat":{"message":{}}}}}"#,
    ])
    func whatSaysNothingIsNoStep(text: String) throws {
        #expect(try output(text).steps == [])
    }

    @Test func aPersonSpeaksToo() throws {
        let output = try output(#"{"text":"Ann here","source":"agent","disableSensitiveLogging":true}"#)
        #expect(output.source == .agent)
        #expect(output.isSensitive)
        #expect(output.steps == [.say("Ann here", isMarkup: false, loops: 1)])
    }

    @Test(
        arguments: [
            (#"{"text":"","data":{"_cognigy":{"_messageId":"m"}}}"#, true),
            (#"{"data":{"_cognigy":{"_messageId":"m","_finishReason":"stop"}}}"#, true),
            (#"{"text":null,"data":{"_cognigy":{"_messageId":"m"},"_finishReason":"tool_calls"}}"#, true),
            (#"{"text":"","data":{"_finishReason":"stop"}}"#, true),
            (#"{"text":"","data":"{\"_finishReason\":\"stop\"}"}"#, true),
            (#"{"text":"Hi","data":{"_cognigy":{"_messageId":"m"}}}"#, false),
            (#"{"text":"","data":{"_cognigy":{"_messageId":"m","_default":{}}}}"#, false),
            (#"{"text":"","data":{"_cognigy":{}}}"#, false), (#"{"text":"","data":{}}"#, false),
            (#"{"text":"","data":{"_cognigy":{"_messageId":"m"},"mine":1}}"#, false), ("{}", false), ("null", false),
        ])
    func anOutputThatOnlyKeepsHouseIsKnown(text: String, isHousekeeping: Bool) throws {
        #expect(try output(text).isHousekeeping == isHousekeeping)
    }

    @Test func aChunkOfAStreamIsSaid() throws {
        #expect(
            try output(#"{"text":"First ","data":{"_cognigy":{"_messageId":"m"}}}"#).steps == [
                .say("First ", isMarkup: false, loops: 1)
            ])
    }

    @Test(arguments: ["<speak>Hi</speak>", " \n<speak version=\"1.0\">Hi</speak>", "<?xml version='1.0'?><SPEAK>Hi"])
    func markupIsKnownByItsBeginning(text: String) {
        #expect(FlowOutput(["text": .string(text)]).steps == [.say(text, isMarkup: true, loops: 1)])
    }

    @Test func dataMayBeAString() throws {
        let data = #"{"_cognigy":{"_voiceGateway2":{"json":{"verb":"hangup"}}}}"#
        #expect(
            FlowOutput(["text": "Bye", "data": .string(data)]).steps == [
                .say("Bye", isMarkup: false, loops: 1), .hangUp(reason: nil, isImmediate: false),
            ])
    }

    @Test func commandsMayBeNestedOnceMore() throws {
        #expect(
            try Fixture.steps(#"{"_data":{"_cognigy":{"_voiceGateway2":{"json":{"verb":"hangup"}}}}}"#) == [
                .hangUp(reason: nil, isImmediate: false)
            ])
        // The same command in both places is one command.
        let twice = #"{"_voiceGateway2":{"json":{"verb":"hangup"}}}"#
        #expect(
            try Fixture.steps(#"{"_cognigy":\#(twice),"_data":{"_cognigy":\#(twice)}}"#) == [
                .hangUp(reason: nil, isImmediate: false)
            ])
    }

    @Test func theTextIsSaidBeforeTheCommandsAreDone() throws {
        #expect(
            try Fixture.steps(verbs: #"[{"verb":"dtmf","dtmf":"1"},{"verb":"hangup"}]"#, text: "Bye") == [
                .say("Bye", isMarkup: false, loops: 1), .sendDigits("1", each: .milliseconds(500)),
                .hangUp(reason: nil, isImmediate: false),
            ])
    }

    @Test func aTextThatIsNoneIsNamed() throws {
        #expect(
            try output(#"{"text":["Hi"],"data":{"type":"hangup"}}"#).steps == [
                .malformed("text is no string"), .hangUp(reason: nil, isImmediate: false),
            ])
        #expect(try output(#"{"text":7}"#).steps == [.say("7", isMarkup: false, loops: 1)])
    }

    // MARK: Bounds

    @Test func atMostAHundredCommandsOfAnOutputCount() throws {
        let verb: JSON = ["verb": "dtmf", "dtmf": "1"]
        func steps(_ count: Int) -> [FlowStep] {
            let verbs = JSON.array(Array(repeating: verb, count: count))
            return FlowOutput(["data": ["_cognigy": ["_voiceGateway2": ["json": verbs]]]]).steps
        }
        #expect(steps(100) == Array(repeating: .sendDigits("1", each: .milliseconds(500)), count: 100))
        for count in [101, 1000] {
            #expect(steps(count).count == 101)
            #expect(steps(count).last == .malformed("more than 100 commands in one output"))
        }
    }

    @Test func aTextHasABound() {
        let longest = String(repeating: "a", count: 65536)
        #expect(FlowOutput(["text": .string(longest)]).steps == [.say(longest, isMarkup: false, loops: 1)])
        #expect(
            FlowOutput(["text": .string(longest + "a"), "data": ["type": "hangup"]]).steps == [
                .malformed("a text of 65537 bytes; 65536 are the most"), .hangUp(reason: nil, isImmediate: false),
            ])
    }

    @Test func anAddressHasABound() {
        let longest = "https://h/" + String(repeating: "a", count: 4086)
        #expect(
            FlowOutput(["data": ["type": "play", "url": .string(longest)]]).steps == [
                .play([longest], loops: 1, instead: nil)
            ])
        for address in [longest + "a", "", " ", "https://h/a b", "https://h/\na", "https://h/\u{2028}a"] {
            #expect(
                FlowOutput(["data": ["type": "play", "url": .string(address)]]).steps == [
                    .malformed("a sound without a usable address")
                ])
        }
    }
}
