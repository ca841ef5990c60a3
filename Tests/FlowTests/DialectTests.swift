import Flow
import JSON
import Testing

/// The dialects beside Voice Gateway 2: activities, jambonz nodes, VIER, rich content.
@Suite struct DialectTests {
    private let hello = FlowStep.say("Hello", isMarkup: false, loops: 1)

    // MARK: Activities

    @Test(arguments: [
        (#"{"_voiceGateway":{"json":{"activities":["#, "]}}}"), (#"{"_audioCodes":{"json":{"activities":["#, "]}}}"),
        (#"{"_audiocodes":{"activities":["#, "]}}"), (#"{"_spoken":{"json":{"activities":["#, "]}}}"),
        (#"{"_voiceGateway":{"json":{"activities":"#, "}}}"),
        (#"{"_spoken":{"json":{"activities":[{"name":"x"}]}},"_audioCodes":{"json":{"activities":["#, "]}}}"),
    ])
    func everyContainerOfActivitiesIsRead(before: String, behind: String) throws {
        #expect(
            try Fixture.steps(#"{"_cognigy":\#(before)\#(Fixture.activities[0])\#(behind)}"#, text: "Hello") == [
                hello, .hangUp(reason: "done", isImmediate: false),
            ])
    }

    @Test(
        arguments: [
            (0, [.hangUp(reason: "done", isImmediate: false)]),
            (
                1,
                [
                    .transfer(
                        Transfer(
                            .refer, to: "+49302222222", headers: ["Referred-By": "sip:a@b"], reason: "wants a person"))
                ]
            ),
            (2, [.play(["https://example.com/a.wav"], loops: 1, instead: "Music")]), (4, [.impossible("sendMetaData")]),
            (5, [.impossible("startCallRecording")]), (6, [.impossible("stopCallRecording")]),
            (
                7,
                [
                    .configure(SessionConfig(bargeIn: .init(isOn: false, isSticky: false), isForTurn: true)),
                    .say("Hi", isMarkup: false, loops: 1),
                ]
            ),
        ] as [(Int, [FlowStep])])
    func activitiesAreDone(index: Int, steps: [FlowStep]) throws {
        #expect(try Fixture.steps(activity: Fixture.activities[index], text: "Hello") == [hello] + steps)
    }

    @Test(
        arguments: [
            (#"{"name":"transfer","activityParams":{"transferTarget":"1"}}"#, [.transfer(Transfer(.dial, to: "1"))]),
            (
                #"""
                {"name":"handover","activityParams":{"transferTarget":"sip:a@b","handoverReason":"r",
                 "transferSipHeaders":[{"name":"X-A","value":"b"},{"name":"X B","value":"c"},7]}}
                """#,
                [.transfer(Transfer(.dial, to: "sip:a@b", headers: ["X-A": "b"], reason: "r"))]
            ),
            (#"{"name":"handover"}"#, [.malformed("handover without a target that can be called")]),
            (
                #"{"name":"playUrl","activityParams":{"playUrlAltText":"Music"}}"#,
                [.malformed("a sound without a usable address"), .say("Music", isMarkup: false, loops: 1)]
            ),
            (#"{"type":"event"}"#, [.malformed("an activity without a name and without a text")]),
            (#"{"type":"event","name":"agentAssist"}"#, [.impossible("agentAssist")]),
            ("7", [.malformed("an activity that is no object")]),
        ] as [(String, [FlowStep])])
    func whatAnActivityLacksIsNamed(json: String, steps: [FlowStep]) throws {
        #expect(try Fixture.steps(activity: json) == steps)
    }

    @Test func verbsCountBeforeTheActivitiesThatRepeatThem() throws {
        let data = #"""
            {"_cognigy":{"_voiceGateway2":{"json":{"verb":"hangup"}},
             "_voiceGateway":{"json":{"activities":[{"type":"event","name":"hangup"}]}}}}
            """#
        #expect(try Fixture.steps(data) == [.hangUp(reason: nil, isImmediate: false)])
    }

    // MARK: jambonz nodes

    @Test(
        arguments: [
            (0, [.hangUp(reason: "done", isImmediate: false)]), (1, [.transfer(Transfer(.refer, to: "+49302222222"))]),
            (2, [.play(["https://example.com/a.wav"], loops: 1, instead: nil)]),
            (3, [.sendDigits("123", each: .milliseconds(500))]),
        ] as [(Int, [FlowStep])])
    func nodesOfJambonzAreDoneBehindTheText(index: Int, steps: [FlowStep]) throws {
        #expect(try Fixture.steps(Fixture.nodes[index], text: "Hello") == [hello] + steps)
    }

    @Test func aPromptHasATextOfItsOwn() throws {
        let settings = FlowStep.configure(SessionConfig(digits: .init(most: 4), isForTurn: true))
        #expect(
            try Fixture.steps(Fixture.nodes[4], text: "Hello") == [
                settings, .play(["https://example.com/yes.wav"], loops: 1, instead: "Yes?"),
            ])
        #expect(
            try Fixture.steps(#"{"type":"promt","text":"Yes?"}"#, text: "Hello") == [
                .say("Yes?", isMarkup: false, loops: 1)
            ])
        #expect(try Fixture.steps(#"{"type":"prompt"}"#, text: "Hello") == [hello])
        #expect(
            try Fixture.steps(#"{"type":"promt"}"#) == [.malformed("a prompt without a text and without a sound")])
    }

    // MARK: VIER

    @Test(
        arguments: [
            (0, [.hangUp(reason: nil, isImmediate: false)]),
            (
                1,
                [
                    .impossible("forward.whispering"),
                    .transfer(
                        Transfer(
                            .dial, to: "+49302222222", callerID: "+49301111111", timeout: .seconds(15),
                            headers: ["X-A": "1, 2", "User-to-User": "3132;encoding=hex"])),
                ]
            ),
            (2, [.transfer(Transfer(.refer, to: "sip:a@b", headers: ["X-A": "1", "User-to-User": "41"]))]),
            (
                3,
                [
                    .configure(SessionConfig(bargeIn: .init(isOn: true, isSticky: false), isForTurn: true)),
                    .play(["https://example.com/a.wav"], loops: 1, instead: "Music"),
                ]
            ),
            (4, [.stopPlaying]),
            (7, [.configure(SessionConfig(noInput: .init(isOn: true, mode: .event, timeout: .seconds(9))))]),
            (8, [.configure(SessionConfig(noInput: .init(isOn: false)))]), (9, [.impossible("recording-start")]),
            (10, [.impossible("recording-stop")]), (11, [.impossible("transcription-switch")]),
            (12, [.configure(SessionConfig(language: "de-DE", recognizerLanguage: "de-DE"))]),
            (13, [.impossible("aggregation-start")]), (14, [.impossible("aggregation-stop")]),
        ] as [(Int, [FlowStep])])
    func statesOfVIERAreDone(index: Int, steps: [FlowStep]) throws {
        #expect(try Fixture.steps(Fixture.states[index]) == steps)
        #expect(try Fixture.steps(Fixture.states[index], text: "Hello") == [hello] + steps)
    }

    @Test(
        arguments: [
            (#""timeout":0"#, .init(isOn: false)),
            (#""timeout":0.01"#, .init(isOn: true, mode: .event, timeout: .milliseconds(100))),
            (#""timeout":"5000""#, .init(isOn: true, mode: .event, timeout: .seconds(5))),
        ] as [(String, SessionConfig.NoInput)])
    func silenceOfZeroIsSwitchedOff(member: String, noInput: SessionConfig.NoInput) throws {
        for status in ["inactivity-start", "prompt"] {
            let steps = try Fixture.steps(#"{"status":"\#(status)",\#(member)}"#)
            guard case .configure(let config)? = steps.first else { throw NoConfig() }
            #expect(config.noInput == noInput)
        }
    }

    private struct NoConfig: Error {}

    /// One way may be named alone.
    @Test(
        arguments: [
            (#"{"onDtmf":{"enable":true}}"#, .init(isOn: true, onKeys: true)),
            (#"{"onSpeech":true}"#, .init(isOn: true, onSpeech: true)),
            (#"{"onSpeech":{"enable":false}}"#, .init(isOn: false, onSpeech: false)), (#"{"other":true}"#, nil),
        ] as [(String, SessionConfig.BargeIn?)])
    func bargeInOfVIERHasTwoWays(switches: String, bargeIn: SessionConfig.BargeIn?) throws {
        let steps = try Fixture.steps(#"{"status":"prompt","timeout":5,"bargeIn":\#(switches)}"#)
        guard case .configure(let config)? = steps.first else { throw NoConfig() }
        var found = config.bargeIn
        found?.isSticky = nil
        #expect(found == bargeIn)
    }

    @Test func settingsOfAPromptComeBeforeItsText() throws {
        #expect(
            try Fixture.steps(Fixture.states[5], text: "Hello") == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: true, onKeys: true, onSpeech: false, isSticky: false),
                        digits: .init(isOn: true, least: 3, most: 6, submit: "#*"),
                        noInput: .init(isOn: true, mode: .event, timeout: .seconds(6)), isForTurn: true,
                        ignored: ["language"])), hello,
            ])
        #expect(
            try Fixture.steps(Fixture.states[6], text: "Hello") == [
                .configure(
                    SessionConfig(
                        noInput: .init(isOn: true, mode: .event, timeout: .seconds(6)), isForTurn: true,
                        ignored: ["type.choices"])),
                hello,
            ])
    }

    @Test func speechOfVIERMayBeMarkup() throws {
        #expect(
            try Fixture.steps(Fixture.states[15], text: "Hello<break/>") == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: false, isSticky: false), isForTurn: true,
                        ignored: ["language", "synthesizers"])),
                .say("Hello<break/>", isMarkup: true, loops: 1),
            ])
    }

    // MARK: Rich content

    @Test(
        arguments: [
            (0, [.say("Sales or support?", isMarkup: false, loops: 1), menu]),
            (1, [.say("Choose.", isMarkup: false, loops: 1)]), (2, [.say("Three cars.", isMarkup: false, loops: 1)]),
            (3, [.say("A. b. C", isMarkup: false, loops: 1)]),
            (4, [.play(["https://example.com/a.mp3"], loops: 1, instead: nil)]),
        ] as [(Int, [FlowStep])])
    func richContentIsHeardWhereThereIsNoText(index: Int, steps: [FlowStep]) throws {
        #expect(try Fixture.steps(rich: Fixture.richContent[index]) == steps)
        #expect(
            try Fixture.steps(rich: Fixture.richContent[index], text: "Hello")
                == (index == 0 ? [hello, menu] : [hello]))
        let nested = #"{"_data":{"_cognigy":{"_default":\#(Fixture.richContent[index])}}}"#
        #expect(try Fixture.steps(nested) == steps)
    }

    private static let menu = FlowStep.menu([
        .init(title: "Sales", payload: "go sales"), .init(title: "Support", payload: "Support"),
    ])

    private var menu: FlowStep { Self.menu }

    @Test(
        arguments: [
            (#"{"_quickReplies":{"fallbackText":"Say yes."}}"#, [.say("Say yes.", isMarkup: false, loops: 1)]),
            (
                #"{"_quickReplies":{"quickReplies":[{"title":"Yes"},{"title":""},7]}}"#,
                [
                    .say("Yes", isMarkup: false, loops: 1), .menu([.init(title: "Yes", payload: "Yes")]),
                ]
            ),
            (#"{"_buttons":{"fallbackText":"f"}}"#, [.say("f", isMarkup: false, loops: 1)]),
            (#"{"_image":{"imageUrl":"u","fallbackText":"A cat."}}"#, [.say("A cat.", isMarkup: false, loops: 1)]),
            (#"{"_audio":{"audioUrl":"u","fallbackText":"f"}}"#, [.play(["u"], loops: 1, instead: "f")]),
            (#"{"_gallery":{}}"#, [.malformed("rich content without a text")]), ("{}", []), ("[]", []),
        ] as [(String, [FlowStep])])
    func theNextBestWordsAreTaken(rich: String, steps: [FlowStep]) throws {
        #expect(try Fixture.steps(rich: rich) == steps)
    }

    @Test func aVerbThatSpeaksMakesTheFallbackNeedless() throws {
        let data = #"""
            {"_cognigy":{"_default":{"_buttons":{"text":"Choose."}},"_voiceGateway2":{"json":{"say":{"text":"Hello"}}}}}
            """#
        #expect(try Fixture.steps(data) == [hello])
    }
}
