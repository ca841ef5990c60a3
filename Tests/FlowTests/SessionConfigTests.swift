import Flow
import JSON
import Testing

@Suite struct SessionConfigTests {
    private func config(_ json: String) throws -> SessionConfig? {
        guard case .configure(let config)? = try Fixture.steps(verbs: #"{"config":\#(json)}"#).first else { return nil }
        return config
    }

    // MARK: Dialects

    @Test func parametersOfSetSessionConfigInSections() throws {
        var expected = SessionConfig(
            bargeIn: .init(isOn: true, onKeys: true, onSpeech: false, leastWords: 5, isSticky: true),
            digits: .init(isOn: true, least: 3, most: 10, submit: "9", gap: .seconds(1)),
            noInput: .init(
                isOn: true, mode: .event, timeout: .seconds(5), retries: 3, speech: "Please speak now.",
                url: "https://example.com/no-input-audio.mp3"),
            flowNoInput: .init(
                isOn: true, mode: .speech, timeout: .seconds(3), retries: 2, speech: "One moment.",
                url: "https://example.com/m.mp3", fails: true),
            language: "de-DE", voice: "en-US-JennyNeural", recognizerLanguage: "de-DE", hints: ["help", "skip"],
            ignored: [
                "recognizer.hintsBoost", "recognizer.profanityOption", "recognizer.vendor", "synthesizer.vendor",
            ])
        (expected.endSilence, expected.endSpeechKey) = (.seconds(5), "5")
        #expect(try config(Fixture.parameters) == expected)
        // Without the verb as well.
        #expect(try Fixture.steps(verbs: Fixture.parameters) == [.configure(expected)])
    }

    @Test func parametersOfSetSessionConfigFlat() throws {
        #expect(
            try config(
                #"""
                {"bargeInOnSpeech":true,"bargeInOnDtmf":false,"bargeInMinWordCount":2,"userNoInputTimeoutEnable":true,
                 "userNoInputMode":"speech","userNoInputTimeout":10000,"userNoInputRetries":5,"userNoInputSpeech":"a",
                 "userNoInputUrl":"","flowNoInputEnable":false,"flowNoInputMode":"play","dtmfEnable":true,
                 "dtmfInterDigitTimeout":3000,"dtmfMaxDigits":"4","dtmfMinDigits":1,"dtmfSubmitDigit":"",
                 "sttVendor":"x","ttsVendor":"y","ttsLanguage":"fr-FR","sttLanguage":"it-IT"}
                """#)
                == SessionConfig(
                    bargeIn: .init(onKeys: false, onSpeech: true, leastWords: 2),
                    digits: .init(isOn: true, least: 1, most: 4, submit: "", gap: .seconds(3)),
                    noInput: .init(isOn: true, mode: .speech, timeout: .seconds(10), retries: 5, speech: "a"),
                    flowNoInput: .init(isOn: false, mode: .play), language: "fr-FR", recognizerLanguage: "it-IT",
                    ignored: ["sttVendor", "ttsVendor", "userNoInputUrl"]))
    }

    @Test func continuousRecognitionSaysWhatEndsSpeech() throws {
        var session = try #require(try config(##"{"asrEnabled":true,"asrTimeout":2.5,"asrDigit":"#"}"##))
        #expect(session.endSilence == .milliseconds(2500) && session.endSpeechKey == "#" && session.ignored == [])
        #expect(try config(#"{"recognizer":{"asrTimeout":1500}}"#)?.endSilence == .milliseconds(1500))
        #expect(try config(#"{"recognizer":{"asrDtmfTerminationDigit":"*"}}"#)?.endSpeechKey == "*")
        #expect(try config(#"{"continuousAsr":{"asrTimeout":3600000}}"#)?.endSilence == .seconds(10))
        session.merge(try #require(try config(#"{"continuousAsr":{"asrEnabled":false,"asrTimeout":5000}}"#)))
        #expect(session.endSilence == .zero && session.endSpeechKey == "")
        #expect(
            try config(#"{"continuousAsr":{"asrTimeout":"long","asrDigit":"55"}}"#)?.ignored
                == ["continuousAsr.asrDigit", "continuousAsr.asrTimeout"])
    }

    @Test func verbConfig() throws {
        #expect(
            try Fixture.steps(verbs: Fixture.verbs[8]) == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: true, onKeys: false, onSpeech: true), language: "de-DE",
                        recognizerLanguage: "de-AT", ignored: ["bargeIn.actionHook"]))
            ])
    }

    @Test func keysAreCollectedAsALiveSystemSwitchesItOn() throws {
        #expect(
            try Fixture.steps(verbs: Fixture.verbs[13]) == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: true, onKeys: true, onSpeech: false, isSticky: true),
                        digits: .init(isOn: true, least: 1, most: 1, submit: "#", gap: .seconds(2)),
                        ignored: ["bargeIn.actionHook", "recognizer.vendor"]))
            ])
    }

    @Test func aBargeInThatIsOffCollectsNothing() throws {
        #expect(
            try config(#"{"bargeIn":{"enable":false,"input":["digits"]}}"#)
                == SessionConfig(bargeIn: .init(isOn: false, onKeys: true, onSpeech: false)))
    }

    @Test func sessionParametersOfAudioCodes() throws {
        #expect(
            try Fixture.steps(activity: Fixture.activities[3]) == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: true, onKeys: true, leastWords: 2),
                        digits: .init(isOn: true, most: 5, submit: "#", gap: .seconds(2)),
                        noInput: .init(
                            isOn: true, mode: .event, timeout: .seconds(7), retries: 2, speech: "Hello?"),
                        flowNoInput: .init(
                            isOn: true, mode: .play, timeout: .milliseconds(2500), retries: 1, speech: "Wait.",
                            url: "https://example.com/w.wav", giveUp: .seconds(20)),
                        language: "de-DE", voice: "Katja", recognizerLanguage: "de-DE",
                        ignored: ["botFailOnErrors", "sendDTMF"]))
            ])
    }

    @Test func configOfJambonzNodes() throws {
        #expect(
            try Fixture.steps(Fixture.nodes[5]) == [
                .configure(
                    SessionConfig(
                        bargeIn: .init(isOn: true, onKeys: true, onSpeech: true, leastWords: 1),
                        digits: .init(least: 1, most: 5, submit: "#", gap: .seconds(2)),
                        noInput: .init(
                            isOn: true, mode: .event, timeout: .seconds(5), retries: 1, speech: "Hello?",
                            url: "https://example.com/h.wav"),
                        voice: "v", recognizerLanguage: "fr-FR"))
            ])
    }

    @Test(arguments: [#"{"muteSpeechInput":true}"#, #"{"MuteSpeech":"true"}"#])
    func speechCanBeMuted(json: String) throws {
        #expect(try config(json) == SessionConfig(isMuted: true))
    }

    @Test func whatMayNotBeWrittenDownBelongsToTheWords() {
        var session = SessionConfig(noInput: .init(isOn: true, speech: "Your PIN?"))
        session.noInput?.isSensitive = true
        session.merge(SessionConfig(noInput: .init(timeout: .seconds(5))))
        #expect(session.noInput?.isSensitive == true)
        for words in [SessionConfig.NoInput(speech: "Hello?"), .init(url: "https://example.com/a.wav")] {
            var other = session
            other.merge(SessionConfig(noInput: words))
            #expect(other.noInput?.isSensitive == false)
        }
    }

    // MARK: Values

    @Test(
        arguments: [
            ("99", .seconds(99)), ("100", .milliseconds(100)), ("1500", .milliseconds(1500)), ("2", .seconds(2)),
            ("2.5", .milliseconds(2500)), (#""3000""#, .seconds(3)), ("1e300", .seconds(86400)),
            ("9223372036854775807", .seconds(86400)), ("-1", nil), ("true", nil), (#""soon""#, nil), ("{}", nil),
        ] as [(String, Duration?)])
    func aSmallNumberCountsSecondsAndALargeOneMilliseconds(number: String, gap: Duration?) throws {
        let found = try config(#"{"dtmf":{"dtmfInterDigitTimeout":\#(number)}}"#)
        #expect(found?.digits?.gap == gap)
        #expect(found?.ignored == (gap == nil ? ["dtmf.dtmfInterDigitTimeout"] : []))
    }

    @Test func aNameThatEndsWithItsUnitHasIt() throws {
        #expect(try config(#"{"dtmfCollectInterDigitTimeoutMS":50}"#)?.digits?.gap == .milliseconds(50))
    }

    @Test(arguments: ["dtmfInterDigitTimeout", "dtmfCollectInterDigitTimeoutMS"])
    func aPauseOfZeroBetweenKeysIsNotNamed(name: String) throws {
        #expect(try config(#"{"\#(name)":0,"dtmfMaxDigits":4}"#)?.digits == .init(most: 4))
    }

    /// A shorter one would end as soon as it begins, again and again.
    @Test func aTimeOfSilenceHasALeast() throws {
        let least = Duration.milliseconds(100)
        #expect(
            try config(#"{"userNoInputTimeoutMS":1,"botNoInputTimeoutMS":99,"botNoInputGiveUpTimeoutMS":0.6}"#)
                == SessionConfig(
                    noInput: .init(isOn: true, timeout: least),
                    flowNoInput: .init(isOn: true, timeout: least, giveUp: least)))
        #expect(try config(#"{"user":{"noInputTimeout":0.001}}"#)?.noInput?.timeout == least)
    }

    @Test func aTimeOfZeroSwitchesOff() throws {
        #expect(
            try config(#"{"userNoInputTimeoutMS":0,"botNoInputTimeoutMS":0,"botNoInputGiveUpTimeoutMS":0}"#)
                == SessionConfig(noInput: .init(isOn: false), flowNoInput: .init(isOn: false)))
        #expect(
            try config(#"{"user":{"noInputTimeout":5,"noInputTimeoutEnable":false}}"#)?.noInput
                == .init(isOn: false, timeout: .seconds(5)))
    }

    @Test(
        arguments: [
            (#"{"speech":"a"}"#, .init(mode: .speech, speech: "a")),
            (#"{"url":"https://h/a"}"#, .init(mode: .play, url: "https://h/a")),
            (#"{"sendEvent":false,"speech":"a"}"#, .init(mode: .speech, speech: "a")),
            (#"{"sendEvent":true,"speech":"a"}"#, .init(mode: .event, speech: "a")),
            (#"{"mode":"play","speech":"a"}"#, .init(mode: .play, speech: "a")),
            (#"{"speech":["a","b"]}"#, .init(mode: .speech, speech: "a")),
        ] as [(String, SessionConfig.NoInput)])
    func theModeOfSilenceFollowsFromWhatIsNamed(json: String, noInput: SessionConfig.NoInput) throws {
        #expect(try config(#"{"user":\#(json)}"#)?.noInput == noInput)
    }

    @Test(
        arguments: [
            (#"{"dtmfMaxDigits":1e99}"#, .init(most: 100)), (#"{"dtmfMaxDigits":-5}"#, .init(most: 0)),
            (#"{"dtmfMaxDigits":3.9}"#, .init(most: 3)), (#"{"dtmfSubmitDigit":" # "}"#, .init(submit: "#")),
            (#"{"dtmfSubmitDigit":5}"#, .init(submit: "5")), (#"{"dtmfSubmitDigit":"12"}"#, nil),
            (#"{"dtmfSubmitDigit":"x"}"#, nil), (#"{"dtmfEnable":"yes"}"#, nil), (#"{"dtmfMaxDigits":[]}"#, nil),
            (#"{"dtmfMaxDigits":null}"#, nil), (#"{"dtmf":{}}"#, nil), (#"{"dtmf":true}"#, .init(isOn: true)),
        ] as [(String, SessionConfig.Digits?)])
    func numbersAndKeysAreBounded(json: String, digits: SessionConfig.Digits?) throws {
        #expect(try config(json)?.digits == digits)
    }

    @Test func whatMeansNothingIsNamed() throws {
        #expect(
            try config(#"{"b":1,"a":{"c":2},"flow":{"flowNoInputMode":"event","x":1},"language":"a&b"}"#)
                == SessionConfig(ignored: ["a", "b", "flow.flowNoInputMode", "flow.x", "language"]))
        #expect(try config("{}") == nil)
        #expect(try config(#"{"session":{"session":{"session":{"session":{"language":"a"}}}}}"#)?.language == nil)
    }

    @Test func hintsMayHaveWeights() throws {
        #expect(
            try config(#"{"recognizer":{"hints":["a",{"phrase":"b","boost":9},7,[],""]}}"#)?.hints == ["a", "b", "7"])
    }

    // MARK: Merging

    @Test func aLaterConfigChangesOnlyWhatItNames() throws {
        var config = SessionConfig(
            bargeIn: .init(isOn: true, onKeys: true), digits: .init(least: 1, submit: "#"),
            noInput: .init(mode: .speech, speech: "a"), flowNoInput: .init(isOn: true, retries: 1), language: "de-DE",
            hints: ["a"], ignored: ["x"])
        config.merge(
            SessionConfig(
                bargeIn: .init(onKeys: false, leastWords: 2), digits: .init(most: 4, submit: ""),
                flowNoInput: .init(timeout: .seconds(1)), voice: "v", recognizerLanguage: "r", hints: [], isMuted: true,
                ignored: ["y"]))
        #expect(
            config
                == SessionConfig(
                    bargeIn: .init(isOn: true, onKeys: false, leastWords: 2),
                    digits: .init(least: 1, most: 4, submit: ""), noInput: .init(mode: .speech, speech: "a"),
                    flowNoInput: .init(isOn: true, timeout: .seconds(1), retries: 1), language: "de-DE", voice: "v",
                    recognizerLanguage: "r", hints: [], isMuted: true))
    }

    @Test func whatBelongsToOneQuestionIsOverWithIt() throws {
        // The settings of an activity for itself, beside those for the session.
        let steps = try Fixture.steps(
            activity: #"{"text":"a","sessionParams":{"language":"x"},"activityParams":{"dtmfCollectMaxDigits":4}}"#)
        #expect(
            steps == [
                .configure(SessionConfig(language: "x", recognizerLanguage: "x")),
                .configure(SessionConfig(digits: .init(most: 4), isForTurn: true)),
                .say("a", isMarkup: false, loops: 1),
            ])
        var config = SessionConfig()
        config.merge(SessionConfig(digits: .init(most: 4), isForTurn: true))
        #expect(config == SessionConfig(digits: .init(most: 4)))
    }

    @Test func aBargeInThatIsSwitchedOffStaysOff() throws {
        #expect(
            try config(#"{"bargeIn":{"enable":false,"sticky":false}}"#) == SessionConfig(bargeIn: .init(isOn: false)))
        #expect(
            try config(#"{"bargeIn":{"enable":true,"sticky":false}}"#)
                == SessionConfig(bargeIn: .init(isOn: true, isSticky: false)))
    }

    @Test func mergingNothingChangesNothing() throws {
        guard let all = try config(Fixture.parameters) else {
            Issue.record("no config")
            return
        }
        var merged = all
        merged.merge(SessionConfig())
        var fresh = SessionConfig()
        fresh.merge(all)
        var expected = all
        expected.ignored = []
        #expect(merged == expected)
        #expect(fresh == expected)
    }
}
