import Flow
import JSON
import Testing

@Suite struct VerbTests {
    private func steps(_ json: String) throws -> [FlowStep] { try Fixture.steps(verbs: json) }

    private let hangup = FlowStep.hangUp(reason: nil, isImmediate: false)

    // MARK: Shapes

    @Test(arguments: [
        #"{"verb":"hangup"}"#, #"[{"verb":"hangup"}]"#, #"{"hangup":{}}"#, #"[{"hangup":{}}]"#, #"{"VERB":"HANGUP"}"#,
        #"{"hangup":true}"#, #"[[{"verb":"hangup"}]]"#, #"{"action":"hangup"}"#, #"{"type":"hangup"}"#,
        #"{"Name":"hangUp"}"#, #"{"command":"hang_up"}"#, #""{\"verb\":\"hangup\"}""#,
    ])
    func everyShapeOfAVerbIsRead(json: String) throws {
        #expect(try steps(json) == [hangup])
        let data = #"{"_cognigy":{"_voice-gateway2":{"json":\#(json)}}}"#
        #expect(try Fixture.steps(data) == [hangup])
    }

    @Test func theSecondSpellingOfThePathCountsWhereTheFirstIsMissing() throws {
        let both = #"{"_cognigy":{"_voice-gateway2":{"json":{"dub":{}}},"_voiceGateway2":{"json":{"verb":"hangup"}}}}"#
        #expect(try Fixture.steps(both) == [hangup])
    }

    @Test func severalVerbsOfOneObjectHaveAnOrder() throws {
        #expect(
            try steps(#"{"hangup":{},"say":"Bye","config":{"bargeIn":{"enable":false}}}"#) == [
                .configure(SessionConfig(bargeIn: .init(isOn: false))), .say("Bye", isMarkup: false, loops: 1), hangup,
            ])
    }

    @Test(
        arguments: [
            (#"{"verb":"rasa"}"#, .impossible("rasa")),
            // It would be a short message to a mobile telephone.
            (#"{"verb":"message","to":"1","text":"a"}"#, .impossible("message")),
            (#"{"conference":{}}"#, .impossible("conference")),
            (#"{"action":"levitate","x":1}"#, .impossible("levitate")),
            (#"{"verb":7.5}"#, .impossible("7.5")), (#"{"verb":[]}"#, .malformed("a verb whose name is no text")),
            (#"{"b":1,"a":2}"#, .malformed("a command without a verb: a, b")),
            ("7", .malformed("a verb that is no object")),
            (#""hangup""#, .malformed("a verb that is no object")),
            ("[[[[[]]]]]", .malformed("lists of verbs in lists of verbs")),
        ] as [(String, FlowStep)])
    func whatIsNoVerbIsNamed(json: String, step: FlowStep) throws {
        #expect(try Fixture.steps(verbs: json, text: "Hi") == [.say("Hi", isMarkup: false, loops: 1), step])
    }

    @Test func aBadVerbLeavesTheOthers() throws {
        #expect(
            try steps(#"[{"verb":"dial"},null,{"verb":"hangup"}]"#) == [
                .malformed("dial without a target"), .malformed("a verb that is no object"), hangup,
            ])
    }

    // MARK: Sounds and words

    @Test func sayIsSaid() throws {
        #expect(
            try steps(Fixture.verbs[2]) == [
                .say("hi there!", isMarkup: false, loops: 1), .impossible("say.synthesizer"),
            ])
        #expect(try steps(#"{"verb":"say","text":"a","loop":0}"#) == [.say("a", isMarkup: false, loops: 0)])
        #expect(try steps(#"{"verb":"say","text":"a","loop":"3"}"#) == [.say("a", isMarkup: false, loops: 3)])
        #expect(try steps(#"{"verb":"say","text":"a","loop":-3}"#) == [.say("a", isMarkup: false, loops: 1)])
        #expect(try steps(#"{"verb":"say","text":"a","loop":1e300}"#) == [.say("a", isMarkup: false, loops: 1000)])
        #expect(
            try steps(#"{"verb":"say","text":["a","b"]}"#) == [
                .say("a", isMarkup: false, loops: 1), .say("b", isMarkup: false, loops: 1),
            ])
        #expect(try steps(#"{"verb":"say"}"#) == [.malformed("say without a text")])
    }

    @Test func markupOfALiveSystemIsKnown() throws {
        guard case .say(let text, let isMarkup, _) = try steps(Fixture.verbs[14]).first else {
            Issue.record("nothing is said")
            return
        }
        #expect(isMarkup)
        #expect(Markup.parts(of: text) == [.text("Hello")])
    }

    @Test func aTextForVoiceGatewayAloneIsSaidInPlaceOfTheOther() throws {
        #expect(
            try Fixture.steps(verbs: #"{"channelConfig":{"text":"<speak>a</speak>"}}"#, text: "b") == [
                .say("<speak>a</speak>", isMarkup: true, loops: 1)
            ])
        #expect(
            try Fixture.steps(verbs: #"{"channelConfig":{"text":["a","c"],"bargeInOnDtmf":true}}"#, text: "b") == [
                .configure(SessionConfig(bargeIn: .init(onKeys: true, isSticky: false), isForTurn: true)),
                .say("a", isMarkup: false, loops: 1),
            ])
        #expect(
            try Fixture.steps(verbs: #"{"channelConfig":{"text":""}}"#, text: "b") == [
                .say("b", isMarkup: false, loops: 1)
            ])
    }

    @Test func aNameIsHarmlessInTheLog() throws {
        let long = String(repeating: "a", count: 100)
        #expect(try steps(#"{"verb":"x\n\u009b\u2028\#(long)"}"#) == [.impossible("x???" + String(long.prefix(76)))])
        #expect(
            try steps(#"{"config":{"x\n":1}}"#) == [.configure(SessionConfig(ignored: ["x?"]))])
    }

    @Test func playIsPlayed() throws {
        #expect(try steps(Fixture.verbs[1]) == [.play(["https://example.com/example.mp3"], loops: 1, instead: nil)])
        #expect(
            try steps(#"{"verb":"play","url":["https://h/a","https://h/b"],"loop":0}"#) == [
                .play(["https://h/a", "https://h/b"], loops: 0, instead: nil)
            ])
        #expect(try steps(#"{"play":"https://h/a"}"#) == [.play(["https://h/a"], loops: 1, instead: nil)])
        #expect(
            try steps(#"{"verb":"play","url":["https://h/a"," "],"loop":true}"#) == [
                .play(["https://h/a"], loops: 0, instead: nil)
            ])
        #expect(try steps(#"{"verb":"play"}"#) == [.malformed("a sound without a usable address")])
    }

    @Test func configThenPlayAsALiveSystemSendsThem() throws {
        #expect(
            try steps(Fixture.verbs[12]) == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: false, onKeys: false), recognizerLanguage: "en-US",
                        ignored: [
                            "bargeIn.actionHook", "recognizer.punctuation", "recognizer.vad", "recognizer.vendor",
                        ])), .play(["https://example.com/a.wav"], loops: 1, instead: nil),
            ])
    }

    // MARK: Ends and transfers

    @Test(
        arguments: [
            (Fixture.verbs[3], "maximum call duration exceeded", false),
            (Fixture.verbs[16], "Bot ended the call", false),
            (#"{"verb":"hangup","headers":{"x-reason":"r"}}"#, "r", false),
            (#"{"verb":"hangup","reason":"a\nb\u0000"}"#, "a b ", false),
            (#"{"verb":"hangup","immediate":true}"#, nil, true),
            (#"{"verb":"hangup","enableImmediateHangup":"true"}"#, nil, true),
            (#"{"verb":"hangup","headers":["x"],"immediate":7}"#, nil, false), (Fixture.verbs[18], nil, false),
        ] as [(String, String?, Bool)])
    func hangupEndsTheCall(json: String, reason: String?, isImmediate: Bool) throws {
        #expect(try steps(json) == [.hangUp(reason: reason, isImmediate: isImmediate)])
    }

    @Test func dialTransfers() throws {
        #expect(
            try steps(Fixture.verbs[0]) == [
                .impossible("dial.amd"), .transfer(Transfer(.dial, to: "+49302222222", callerID: "+49301111111")),
            ])
        #expect(
            try steps(Fixture.verbs[4]) == [
                .transfer(
                    Transfer(
                        .dial, to: "+49302222222", furtherTargets: ["sip:4930@host", "jane@sip.example.com"],
                        callerID: "+49301111111", timeout: .seconds(60), timeLimit: .seconds(600),
                        headers: ["X-Case": "17"], music: "https://example.com/ring.mp3"))
            ])
    }

    @Test(
        arguments: [
            (#""target":"tel:+4930""#, .init(.dial, to: "+4930")), (#""target":{"number":49}"#, .init(.dial, to: "49")),
            (#""target":["1","2"]"#, .init(.dial, to: "1", furtherTargets: ["2"])),
            (#""target":"1","timeout":120"#, .init(.dial, to: "1", timeout: .seconds(120))),
            (#""target":"1","timeout":30000"#, .init(.dial, to: "1", timeout: .seconds(30))),
            (#""target":"1","timeout":1e300,"timeLimit":-1"#, .init(.dial, to: "1", timeout: .seconds(86400))),
            (#""target":"1","timeLimit":7200"#, .init(.dial, to: "1", timeLimit: .seconds(7200))),
            (#""target":"1","timeLimit":600000"#, .init(.dial, to: "1", timeLimit: .seconds(600))),
            (
                #""target":"1","headers":{"A":1,"b c":"x","D":"e\r\nF: g","H":{}}"#,
                .init(.dial, to: "1", headers: ["A": "1"])
            ),
            (#""target":"1","dialMusic":"a b""#, .init(.dial, to: "1")),
            (#""referTo":"1""#, .init(.refer, to: "1")),
        ] as [(String, Transfer)])
    func whatADialSaysIsTakenAsFarAsItCanBe(members: String, transfer: Transfer) throws {
        #expect(try steps(#"{"verb":"dial",\#(members)}"#) == [.transfer(transfer)])
    }

    @Test func aDialHasTenTargetsAtMost() throws {
        let list = (0..<11).map { "\"\($0)\"" }.joined(separator: ",")
        #expect(
            try steps(#"{"verb":"dial","target":[\#(list)]}"#) == [
                .malformed("dial with a target that nobody can call"),
                .transfer(Transfer(.dial, to: "0", furtherTargets: (1..<10).map(String.init))),
            ])
    }

    @Test(arguments: [#""""#, #"" ""#, "[]", "{}", "true", "[{}]", #""tel:""#, #""1\n2""#, "null"])
    func aTransferNeedsATarget(target: String) throws {
        let dial = try steps(#"{"verb":"dial","target":\#(target)}"#)
        #expect(dial.last == .malformed("dial without a target"))
        let refer = try steps(#"{"verb":"sip:refer","referTo":\#(target)}"#)
        #expect(refer == [.malformed("sip:refer without a target that can be called")])
    }

    @Test func aTargetHasABound() throws {
        let longest = String(repeating: "1", count: 256)
        #expect(
            try steps(#"{"verb":"sip:refer","referTo":"\#(longest)"}"#) == [.transfer(Transfer(.refer, to: longest))])
        #expect(
            try steps(#"{"verb":"sip:refer","referTo":"\#(longest)1"}"#) == [
                .malformed("sip:refer without a target that can be called")
            ])
    }

    @Test func referTransfers() throws {
        #expect(
            try steps(Fixture.verbs[5]) == [
                .transfer(
                    Transfer(.refer, to: "+49302222222", headers: ["X-A": "b", "Referred-By": "+49303333333"]))
            ])
        #expect(
            try steps(#"{"sip:refer":{"referTo":"sip:a@b"}}"#) == [.transfer(Transfer(.refer, to: "sip:a@b"))])
    }

    // MARK: Signals

    @Test(
        arguments: [
            (Fixture.verbs[7], .sendDigits("0276", each: .milliseconds(250))),
            (#"{"verb":"dtmf","dtmf":12}"#, .sendDigits("12", each: .milliseconds(500))),
            (#"{"dtmf":{"dtmf":"1"}}"#, .sendDigits("1", each: .milliseconds(500))),
            (#"{"dtmf":"1"}"#, .sendDigits("1", each: .milliseconds(500))),
            (#"{"verb":"dtmf","dtmf":"a1,2;#*x","duration":1}"#, .sendDigits("A12#*", each: .milliseconds(40))),
            (#"{"verb":"dtmf","dtmf":"1","duration":1e99}"#, .sendDigits("1", each: .seconds(5))),
            (#"{"verb":"dtmf","dtmf":"xyz"}"#, .malformed("keys to send, but none of them is a key")),
            (#"{"verb":"dtmf"}"#, .malformed("keys to send, but none of them is a key")),
        ] as [(String, FlowStep)])
    func keysAreSent(json: String, step: FlowStep) throws {
        #expect(try steps(json) == [step])
    }

    @Test func metadataIsARequestOfSIP() throws {
        #expect(
            try steps(Fixture.verbs[6]) == [
                .sipRequest(method: "INFO", headers: ["X-Metadata": "my sip metadata"], body: "words")
            ])
        #expect(
            try steps(#"{"verb":"sip:request","method":"notify","body":{"a":1}}"#) == [
                .sipRequest(method: "NOTIFY", headers: [:], body: #"{"a":1}"#)
            ])
        #expect(try steps(#"{"verb":"sip:request","method":"BYE"}"#) == [.impossible("sip:request BYE")])
    }

    @Test func whatCannotBeDoneIsNamed() throws {
        #expect(try steps(Fixture.verbs[10]) == [.impossible("dub")])
        #expect(try steps(Fixture.verbs[11]) == [.impossible("startCallRecording")])
        #expect(
            try steps(#"{"config":{"record":{"action":"stopCallRecording"},"bargeIn":{"enable":true}}}"#) == [
                .configure(SessionConfig(bargeIn: .init(isOn: true))), .impossible("stopCallRecording"),
            ])
    }

    // MARK: Listening

    @Test func gatherSaysHowToListenAndThenSpeaks() throws {
        #expect(
            try steps(Fixture.verbs[9]) == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(onKeys: true, onSpeech: true, isSticky: false),
                        digits: .init(isOn: true, least: 5, most: 5, submit: "#", gap: .seconds(3)),
                        noInput: .init(isOn: true, timeout: .seconds(8)), isForTurn: true, ignored: ["actionHook"])),
                .say("Your number, please.", isMarkup: false, loops: 1),
            ])
        #expect(
            try steps(#"{"gather":{"numDigits":4,"play":{"url":"https://h/a"}}}"#) == [
                .configure(SessionConfig(digits: .init(isOn: true, least: 4, most: 4), isForTurn: true)),
                .play(["https://h/a"], loops: 1, instead: nil),
            ])
    }

    @Test func gatherOfALiveSystem() throws {
        #expect(
            try steps(Fixture.verbs[15]) == [
                .configure(
                    SessionConfig(
                        noInput: .init(isOn: true, timeout: .seconds(10)), recognizerLanguage: "en-US", hints: [],
                        isForTurn: true,
                        ignored: [
                            "actionHook", "recognizer.altLanguages", "recognizer.punctuation", "recognizer.vendor",
                        ]))
            ])
    }
}
