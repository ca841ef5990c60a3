import Cognigy
import Flow
import HTTP
import JSON
import Testing
import WebSocket

@testable import AGI
@testable import Call

/// What a flow behind an endpoint hears of a caller, and what the caller hears of it.
@Suite struct EndpointServiceTests {
    private func rules(_ change: (inout SessionConfig) -> Void) -> EndpointService.Rules {
        var rules = EndpointService.Rules()
        change(&rules.config)
        return rules
    }

    private let quiet = SessionConfig.NoInput(isOn: true, mode: .event, timeout: .seconds(5), retries: 2)

    // MARK: Keys

    @Test func eachKeyIsAnInputOfItsOwn() {
        let bench = Bench.joined()
        for key in "12*0#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["1", "2", "*", "0", "#"])
        #expect(bench.events == ["CALL_CREATED"] + Array(repeating: "RECOGNIZED_DTMF", count: 5))
        #expect(bench.lastInput?["data"]?["payload"]?["digits"]?.string == "#")
        #expect(bench.lastInput?["URLToken"]?.string == Bench.token)
        #expect(bench.lastInput?["sessionId"]?.string == "s.1-abc")
    }

    @Test func afterAKeyAsteriskCollectsKeysAgainBeforeTheFlowHearsOfIt() throws {
        let bench = Bench.joined()
        let effects = bench.press("1")
        let command = try #require(effects.firstIndex { if case .send = $0 { true } else { false } })
        let input = try #require(effects.firstIndex { if case .sendText = $0 { true } else { false } })
        #expect(command < input)
    }

    @Test func keysAreCollectedUpToTheMost() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 1, most: 4) })
        for key in "471" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts.isEmpty)
        bench.press("1")
        bench.settle()
        bench.press("9")
        #expect(bench.texts == ["4711"])
        bench.pass(.seconds(2))
        #expect(bench.texts == ["4711", "9"])
    }

    @Test func theSubmitKeyEndsTheInputEvenIfItIsTooShort() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 3, most: 10, submit: "#") })
        for key in "12#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["12"])
        bench.press("#")
        #expect(bench.texts == ["12", "#"])
    }

    @Test func aPauseEndsTheInputOnceItIsLongEnough() {
        let bench = Bench.joined(
            rules { $0.digits = .init(isOn: true, least: 3, most: 10, gap: .milliseconds(1500)) })
        bench.press("1")
        bench.settle()
        bench.press("2")
        bench.settle()
        bench.pass(.seconds(3))
        #expect(bench.texts.isEmpty)
        bench.press("3")
        bench.settle()
        bench.pass(.milliseconds(1400))
        #expect(bench.texts.isEmpty)
        bench.pass(.milliseconds(100))
        #expect(bench.texts == ["123"])
    }

    @Test func tooFewKeysAndThenSilenceIsToldWithTheKeys() {
        let bench = Bench.joined(
            rules {
                $0.digits = .init(isOn: true, least: 3, most: 10)
                $0.noInput = quiet
            })
        bench.press("7")
        bench.settle()
        bench.pass(.seconds(5))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
        #expect(bench.lastInput?["data"]?["payload"]?["digits"]?.string == "7")
        #expect(bench.lastInput?["text"]?.string == "")
    }

    @Test func theFlowSaysHowKeysAreCollected() {
        let bench = Bench.joined()
        bench.flowWants(
            ##"{"verb":"config","bargeIn":{"enable":true,"input":["digits"],"maxDigits":3,"minDigits":1,"finishOnKey":"#"}}"##
        )
        for key in "12#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["12"])
    }

    @Test func keysThatWaitAreAnInputWhenTheRulesBecomeShorter() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 1, most: 10) })
        bench.press("1")
        bench.settle()
        bench.press("2")
        bench.settle()
        bench.flowWants(#"{"dtmf":{"dtmfEnable":true,"dtmfMaxDigits":2}}"#)
        #expect(bench.texts == ["12"])
    }

    @Test func answersThatAreOfferedAreChosenByAKey() {
        let bench = Bench.joined()
        bench.outputs(
            #"{"text":"","data":{"_cognigy":{"_default":{"_quickReplies":{"type":"quick_replies","text":"Which?","quickReplies":[{"title":"Sales","payload":"to sales"},{"title":"Help","payload":"to help"}]}}}}}"#
        )
        #expect(bench.wanted.compactMap(\.text) == ["Which?"])
        bench.press("2")
        bench.settle()
        #expect(bench.texts == ["to help"])
        #expect(bench.lastInput?["data"]?["payload"]?["digits"]?.string == "2")
        // The offer is over with the answer to it.
        bench.press("1")
        #expect(bench.texts == ["to help", "1"])
    }

    /// The configuration names no number, and the flow need not switch anything on.
    @Test(arguments: [
        ##"{"type":"setSessionConfig","config":{"session":{"dtmf":{"maxDigits":5,"submitDigit":"#","interDigitTimeout":2000}}}}"##,
        ##"{"_cognigy":{"_voiceGateway2":{"json":{"dtmf":{"dtmfEnable":true,"dtmfSubmitDigit":"#"}}}}}"##,
        ##"{"_cognigy":{"_voiceGateway2":{"json":{"gather":{"input":["digits"],"finishOnKey":"#"}}}}}"##,
    ])
    func aFlowCollectsKeysInAnyDialect(data: String) {
        let bench = Bench.joined()
        bench.outputs(#"{"text":"","data":\#(data)}"#)
        for key in "471#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["471"])
    }

    @Test func aNumberThatIsCollectedIsNoChoiceOfAMenu() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 1, most: 5) })
        bench.outputs(
            #"{"text":"","data":{"_cognigy":{"_default":{"_quickReplies":{"text":"?","quickReplies":[{"title":"A","payload":"a"}]}}}}}"#
        )
        for key in "12345" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["12345"])
    }

    @Test func keysThatWaitOutliveAReminder() {
        let bench = Bench.joined(
            rules {
                $0.digits = .init(isOn: true, least: 5, most: 5)
                $0.noInput = quiet
                $0.noInput?.mode = .speech
                $0.noInput?.speech = "Go on."
            })
        for key in "123" {
            bench.press(key)
            bench.settle()
        }
        bench.prepares(bench.pass(.seconds(5)))
        bench.hearsAll()
        bench.press("4")
        bench.settle()
        bench.press("5")
        #expect(bench.texts == ["12345"])
    }

    @Test func keysThatAreTooFewAreAnInputWhereSilenceHasNoWord() {
        var rules = rules {
            $0.digits = .init(isOn: true, least: 5, most: 5)
            $0.noInput = quiet
        }
        rules.dialect = .plain
        let bench = Bench.joined(rules)
        bench.press("7")
        bench.settle()
        bench.pass(.seconds(5))
        #expect(bench.texts == ["7"])
    }

    // MARK: What is heard

    @Test func sentencesAreHeardInTheirOrder() {
        let bench = Bench.joined()
        bench.prepares(bench.flowSays("One moment. Here it is."))
        bench.prepares(bench.flowSays("Anything else?"))
        #expect(bench.wanted.map(\.text) == ["One moment.", "Here it is.", "Anything else?"])
        bench.hearsAll()
        #expect(bench.commands.filter { if case .streamFile = $0 { true } else { false } }.count == 3)
    }

    @Test func markupIsSpokenWithoutItsTagsAndItsBreaksArePauses() {
        let bench = Bench.joined()
        bench.flowSays(#"<speak>Hello <emphasis>you</emphasis>.<break time="500ms"/>Goodbye.</speak>"#)
        #expect(bench.wanted.map(\.text) == ["Hello you.", nil, "Goodbye."])
        #expect(bench.wanted.map(\.pause) == [nil, .milliseconds(500), nil])
    }

    @Test func aVoiceThatReadsMarkupGetsIt() {
        var rules = EndpointService.Rules()
        rules.speaksMarkup = true
        let bench = Bench.joined(rules)
        let markup = "<speak>Hello <emphasis>you</emphasis>. Goodbye.</speak>"
        bench.flowSays(markup)
        #expect(bench.wanted.map(\.text) == [markup])
    }

    @Test func soundsArePlayedAndRepeated() {
        let bench = Bench.joined()
        bench.flowWants(
            #"[{"config":{"bargeIn":{"enable":false}}},{"play":{"loop":2,"url":"https://cdn.test/a.wav"}}]"#)
        let message = bench.wanted.first
        #expect(message?.audioURL == "https://cdn.test/a.wav")
        #expect(message?.loops == 2)
        #expect(message?.stopsOnKey == false)
    }

    @Test func whatTheFlowSaysUnaskedIsHeard() {
        let bench = Bench.joined()
        bench.flowSays("A message from an agent.")
        bench.outputs(#"{"text":"Hello, I am Jane.","data":{},"source":"agent"}"#)
        #expect(bench.wanted.compactMap(\.text) == ["A message from an agent.", "Hello, I am Jane."])
    }

    @Test func housekeepingIsNoMessage() {
        let bench = Bench.joined()
        bench.press("1")
        bench.outputs(#"{"text":"","data":{"_cognigy":{"_messageId":"x","_finishReason":"stop"}}}"#)
        #expect(bench.wanted.isEmpty)
    }

    @Test func aBadCommandCostsItselfOnly() {
        let bench = Bench.joined()
        bench.outputs(
            #"{"text":"Still here.","data":{"_cognigy":{"_voiceGateway2":{"json":[{"verb":"play","url":{}},{"verb":"nonsense"}]}}}}"#
        )
        #expect(bench.wanted.map(\.text) == ["Still here."])
        #expect(bench.machine.ending == nil)
        #expect(!bench.log.notes.isEmpty)
    }

    @Test func whatCannotBeDoneIsSaidOnce() {
        let bench = Bench.joined()
        for _ in 0..<3 { bench.flowWants(#"{"verb":"dub","action":"addTrack","track":"x"}"#) }
        #expect(bench.log.notes.filter { $0.contains("dub") }.count == 1)
    }

    // MARK: Interruptions

    @Test func whatTheFlowForbidsToStopIsNotStoppedByAKey() {
        let bench = Bench.joined()
        bench.flowWants(#"{"config":{"bargeIn":{"enable":false,"sticky":true}}}"#)
        bench.prepares(bench.flowSays("You must hear this."))
        bench.settle()
        #expect(bench.outstanding == stream("sound1"))
        bench.press("1", at: 4000)
        bench.settle()
        // It goes on where it was, and the flow has the key.
        #expect(bench.outstanding == stream("sound1", offset: 4000))
        #expect(bench.texts == ["1"])
    }

    @Test func whatHoldsForOneTurnIsOverWithIt() {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        bench.flowWants(#"{"config":{"bargeIn":{"enable":true,"dtmfBargein":false,"sticky":false}}}"#)
        bench.flowSays("Not to be stopped.")
        bench.turnEnds()
        bench.press("2")
        bench.settle()
        bench.flowSays("To be stopped.")
        #expect(bench.wanted.map(\.stopsOnKey) == [false, nil])
    }

    @Test func settingsBehindPromptsThatAreDroppedStillHold() {
        let bench = Bench.joined()
        bench.prepares(bench.flowSays("Type four digits."))
        bench.flowWants(#"{"config":{"bargeIn":{"enable":true,"input":["digits"],"maxDigits":4}}}"#)
        bench.settle()
        for key in "4711" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["4711"])
    }

    // MARK: Silence

    @Test func aSilentCallerIsToldToTheFlowAndLetGoInTheEnd() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.prepares(bench.flowSays("Say something."))
        bench.settle()
        // The time begins when the prompt has been heard.
        bench.pass(.seconds(20))
        #expect(bench.events == ["CALL_CREATED"])
        bench.answers(0, endpos: 8000)
        bench.settle()
        for round in 1...2 {
            bench.pass(.seconds(5))
            #expect(bench.events.filter { $0 == "USER_INPUT_TIMEOUT" }.count == round)
            bench.turnEnds()
        }
        bench.pass(.seconds(5))
        bench.settle()
        #expect(bench.machine.ending == Ending(.completed, "no_input"))
    }

    @Test func aCallerWhoPressesAKeyBeginsAnew() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.pass(.seconds(5))
        bench.turnEnds()
        bench.pass(.seconds(5))
        bench.turnEnds()
        bench.press("1")
        bench.settle()
        bench.turnEnds()
        bench.pass(.seconds(5))
        #expect(bench.machine.ending == nil)
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aSilentCallerIsReminded() {
        let bench = Bench.joined(
            rules {
                $0.noInput = quiet
                $0.noInput?.mode = .speech
                $0.noInput?.speech = "Are you there?"
            })
        bench.prepares(bench.pass(.seconds(5)))
        #expect(bench.wanted.map(\.text) == ["Are you there?"])
        bench.hearsAll()
        bench.prepares(bench.pass(.seconds(5)))
        bench.hearsAll()
        #expect(bench.wanted.count == 2)
        bench.pass(.seconds(5))
        bench.settle()
        #expect(bench.machine.ending?.reason == "no_input")
        #expect(bench.events == ["CALL_CREATED"])
    }

    @Test func whileTheFlowThinksTheCallerIsNotSilent() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.press("1")
        bench.settle()
        bench.pass(.seconds(9))
        #expect(bench.events.last == "RECOGNIZED_DTMF")
    }

    @Test func aSlowFlowIsBridgedByAFiller() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .speech, timeout: .seconds(2), retries: 1, speech: "One moment.")
            })
        bench.press("1")
        bench.settle()
        bench.pass(.milliseconds(1900))
        #expect(bench.wanted.isEmpty)
        bench.prepares(bench.pass(.milliseconds(100)))
        #expect(bench.wanted.map(\.text) == ["One moment."])
        bench.hearsAll()
        bench.prepares(bench.pass(.seconds(3)))
        bench.hearsAll()
        bench.pass(.seconds(3))
        #expect(bench.wanted.count == 2)
        bench.flowSays("Here.")
        bench.turnEnds()
        #expect(bench.machine.ending == nil)
    }

    /// While the filler plays the time is up, and the call still hears everything else.
    @Test func aFlowIsGivenUpWhileAFillerPlays() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .speech, timeout: .seconds(3), retries: 0, speech: "Wait.", giveUp: .seconds(5))
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.pass(.seconds(3)))
        bench.settle()
        bench.pass(.seconds(4))
        #expect(bench.machine.ending == nil)
        bench.hearsAll()
        bench.pass(.seconds(1))
        #expect(bench.machine.ending?.reason == "flow_no_input")
    }

    @Test func theAnswerTakesThePlaceOfAFiller() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(isOn: true, mode: .speech, timeout: .seconds(2), retries: 0, speech: "Wait.")
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.pass(.seconds(2)))
        bench.settle()
        #expect(bench.outstanding == stream("sound1"))
        bench.prepares(bench.flowSays("Here."))
        bench.settle()
        #expect(bench.outstanding == stream("sound2"))
    }

    @Test func betweenTwoOutputsOfATurnThereIsAFillerToo() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(isOn: true, mode: .speech, timeout: .seconds(2), retries: 0, speech: "Wait.")
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.flowSays("Let me look."))
        bench.hearsAll()
        bench.prepares(bench.pass(.seconds(3)))
        #expect(bench.wanted.map(\.text) == ["Let me look.", "Wait."])
    }

    @Test func aFillerThatCannotBeHeardEndsNoCall() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .play, timeout: .seconds(2), retries: 0, url: "https://cdn.test/none.wav")
            })
        bench.press("1")
        bench.settle()
        for case .prepare(let id, _) in bench.pass(.seconds(2)) {
            bench.happens(.prepared(id, nil, Loss(kind: .audio, why: "HTTP 404")))
        }
        bench.pass(.seconds(4))
        #expect(bench.machine.ending == nil)
        bench.flowSays("Here.")
        bench.turnEnds()
        #expect(bench.machine.ending == nil)
    }

    @Test func aTimeOfNothingHoldsNothingUp() {
        let bench = Bench.joined(
            rules { $0.noInput = .init(isOn: true, mode: .event, timeout: .zero, retries: 2) })
        bench.happens(.tick)
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(100))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aPlainFlowsSilentCallerIsLetGo() {
        var rules = rules { $0.noInput = quiet }
        rules.dialect = .plain
        let bench = Bench.joined(rules)
        bench.pass(.seconds(15))
        bench.settle()
        #expect(bench.machine.ending?.reason == "no_input")
    }

    @Test func aCallerWhoGoesOnPressingIsNotHeldForEver() {
        let bench = Bench.joined()
        while bench.machine.ending == nil, bench.now < .seconds(200) {
            bench.press("1")
            bench.settle()
            bench.pass(.seconds(4))
            bench.says("3")
            bench.pass(.seconds(4))
            bench.says("3")
        }
        #expect(bench.machine.ending?.reason == "no_reply")
        #expect(bench.now <= .seconds(100))
    }

    @Test func musicWithoutEndDoesNotHideADeadFlow() {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        bench.prepares(bench.flowWants(#"{"verb":"play","url":"https://cdn.test/music.wav","loop":0}"#))
        bench.settle()
        for _ in 0..<10 where bench.machine.ending == nil {
            bench.pass(.seconds(5))
            bench.says("3")
        }
        #expect(bench.machine.ending?.reason == "no_reply")
    }

    @Test func anAnswerThatADropSwallowedDoesNotFailALaterTurn() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.press("1")
        bench.settle()
        bench.drops()
        bench.pass(.zero)
        bench.joins()
        bench.press("2")
        bench.settle()
        bench.flowSays("Two.")
        bench.turnEnds()
        // Nothing is owed any more: the caller's time runs.
        bench.prepares(bench.log)
        bench.hearsAll()
        bench.pass(.seconds(5))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aFlowThatStaysSilentMayBeGivenUp() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .speech, timeout: .seconds(2), retries: 0, speech: "Wait.", fails: true)
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.pass(.seconds(2)))
        bench.hearsAll()
        bench.pass(.seconds(4))
        #expect(bench.machine.ending?.reason == "flow_no_input")
    }

    @Test func aFlowThatNeverAnswersIsGivenUp() {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        // The server answers each ping, so the line holds.
        for seconds in [10, 10, 5] {
            #expect(bench.pass(.seconds(seconds)).contains(.sendText("2")))
            bench.says("3")
        }
        #expect(bench.machine.ending == nil)
        bench.pass(.seconds(5))
        #expect(bench.machine.ending?.reason == "no_reply")
    }

    // MARK: The end

    @Test func theFlowHangsUpAfterItsLastWords() {
        let bench = Bench.joined()
        bench.prepares(
            bench.outputs(
                #"{"text":"Goodbye.","data":{"_cognigy":{"_voiceGateway2":{"json":{"hangup":{"headers":{"X-Reason":"done"}}}}}}}"#
            ))
        bench.settle()
        #expect(bench.outstanding == stream("sound1"))
        bench.answers(0, endpos: 8000)
        bench.settle()
        #expect(bench.variables[.status] == "COMPLETED")
        #expect(bench.variables[.reason] == "end")
        #expect(bench.commands.contains(.hangup))
    }

    @Test func troubleAfterTheFarewellIsNobodysMatter() {
        let bench = Bench.joined()
        bench.prepares(bench.flowSays("Goodbye."))
        bench.flowWants(#"{"hangup":{"headers":{"X-Reason":"all done"}}}"#)
        bench.settle()
        bench.turnEnds("error")
        bench.settle()
        #expect(bench.outstanding == stream("sound1"))
        bench.answers(0, endpos: 8000)
        bench.settle()
        #expect(bench.variables[.status] == "COMPLETED")
        #expect(bench.variables[.endReason] == "all done")
    }

    @Test(arguments: [("cognigyStopFlow", "COMPLETED", "flow_stopped"), ("error", "UNAVAILABLE", "flow_error")])
    func aFlowThatStopsOrFailsIsAnOutcomeOfItsOwn(type: String, status: String, reason: String) {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        bench.turnEnds(type)
        bench.settle()
        #expect(bench.variables[.status] == status)
        #expect(bench.variables[.reason] == reason)
    }

    @Test(arguments: [
        #"42["output",{"type":"error","data":{"error":{"code":1,"message":"no such node"}}}]"#,
        #"42["exception",{"error":"no such node"}]"#, #"42["exception",{"error":{"message":"no such node"}}]"#,
    ])
    func anErrorIsSaidToTheOperator(text: String) throws {
        let bench = Bench.joined()
        bench.says(text)
        let ending = try #require(bench.machine.ending)
        #expect(ending.reason == "flow_error")
        #expect(try #require(ending.detail).contains("no such node"))
    }

    @Test func theFlowIsToldOfTheEndAndAwaitedBeforeTheSocketCloses() {
        var rules = EndpointService.Rules()
        rules.tellsEnd = true
        let bench = Bench.joined(rules)
        bench.now += .seconds(12)
        let effects = bench.happens(.hangup)
        #expect(Bench.inputs(effects).first?["data"]?["event"]?.string == "CALL_COMPLETED")
        let payload = bench.lastInput?["data"]?["payload"]
        #expect(payload?["call_termination_by"]?.string == "caller")
        #expect(payload?["duration"]?.number == 12)
        #expect(!effects.contains(.closeSocket(.goingAway)))
        bench.settle()
        bench.pass(.milliseconds(900))
        #expect(!bench.isFinished)
        let last = bench.turnEnds()
        #expect(last.contains(.sendText("41")))
        #expect(last.contains(.closeSocket(.goingAway)))
        bench.happens(.socket(.closed(.goingAway, reason: "")))
        bench.settle()
        #expect(bench.isFinished)
    }

    @Test func aFlowThatDoesNotTakeLeaveHoldsNobodyLong() {
        var rules = EndpointService.Rules()
        rules.tellsEnd = true
        let bench = Bench.joined(rules)
        bench.happens(.hangup)
        bench.settle()
        bench.pass(.milliseconds(2300))
        #expect(bench.isFinished)
    }

    @Test func withoutCallEventsTheFlowIsNotRunForTheEnd() {
        let bench = Bench.joined()
        bench.happens(.hangup)
        bench.settle()
        #expect(bench.events == ["CALL_CREATED"])
        bench.pass(.milliseconds(100))
        #expect(bench.isFinished)
    }

    // MARK: Dialects

    @Test func aFlowOfAnotherGatewayIsGreetedInItsWords() {
        var rules = EndpointService.Rules()
        rules.dialect = .vier
        let bench = Bench.joined(rules)
        #expect(bench.inputs.first?["data"]?["status"]?.string == "greeting")
        bench.press("1")
        #expect(bench.texts == ["1"])
    }

    @Test func aPlainFlowHearsWordsOnly() {
        var rules = rules { $0.noInput = quiet }
        rules.dialect = .plain
        rules.tellsEnd = true
        let bench = Bench.joined(rules)
        bench.press("1")
        bench.settle()
        bench.turnEnds()
        bench.pass(.seconds(30))
        bench.happens(.hangup)
        #expect(bench.texts == ["1"])
        #expect(bench.inputs.allSatisfy { $0["data"] == [:] })
    }

    // MARK: By REST

    @Test func aTurnByRESTIsOneRequestAndOneAtATime() throws {
        let bench = Bench.flowByREST()
        #expect(bench.log.requests == [.input])
        bench.press("1")
        bench.settle()
        bench.press("2")
        bench.settle()
        #expect(bench.log.requests == [.input])
        bench.responds(.input, 200, #"{"text":"a","data":{},"outputStack":[{"text":"Hello.","data":{}}]}"#)
        #expect(bench.log.requests == [.input, .input])
        bench.responds(.input, 200, #"{"outputStack":[{"text":"One."},{"text":"More."}]}"#)
        bench.responds(.input, 200, #"{"outputStack":[]}"#)
        #expect(bench.wanted.compactMap(\.text) == ["Hello.", "One.", "More."])
        let bodies = bench.log.compactMap { effect -> JSON? in
            guard case .request(.input, let request) = effect else { return nil }
            return try? JSON(parsing: request.body ?? [])
        }
        #expect(bodies.compactMap { $0["text"]?.string } == ["", "1", "2"])
        #expect(bench.log.contains(.serviceWorks))
    }

    @Test func a429IsTriedAgainAndAFailureIsNot() {
        let bench = Bench.flowByREST()
        bench.responds(.input, 429, retryAfter: "2")
        #expect(bench.pass(.seconds(3)).requests == [.input])
        bench.responds(.input, 502)
        #expect(bench.machine.ending?.reason == "http_502")
        #expect(bench.log.contains(.serviceFails))
    }

    @Test(arguments: [
        (200, #"{"error":"flow is broken"}"#, "flow_error", "flow is broken"),
        (404, #"{"message":"unknown endpoint"}"#, "http_404", "unknown endpoint"),
        (200, "<html>", "bad_endpoint_reply", "JSON"),
    ])
    func whatIsNoAnswerEndsTheCall(status: Int, body: String, reason: String, word: String) throws {
        let bench = Bench.flowByREST()
        bench.responds(.input, status, body)
        let ending = try #require(bench.machine.ending)
        #expect(ending.reason == reason)
        #expect(try #require(ending.detail).contains(word))
    }
}
