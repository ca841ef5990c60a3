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
    func rules(_ change: (inout SessionConfig) -> Void) -> EndpointService.Rules {
        var rules = EndpointService.Rules()
        change(&rules.config)
        return rules
    }

    let quiet = SessionConfig.NoInput(isOn: true, mode: .event, timeout: .seconds(5), retries: 2)

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

    /// An answer that comes in pieces is stopped as a whole, and what it does beside speaking is done.
    @Test func theRestOfAnAnswerThatWasInterruptedIsNotHeard() {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        bench.prepares(bench.outputs(#"{"text":"First.","data":{},"traceId":"t-1"}"#))
        bench.settle()
        bench.press("2", at: 800)
        bench.settle()
        bench.outputs(#"{"text":"Second.","data":{},"traceId":"t-1"}"#)
        bench.outputs(
            ##"{"text":"Third.","traceId":"t-1","data":{"_cognigy":{"_voiceGateway2":{"json":{"dtmf":{"dtmfEnable":true,"dtmfMaxDigits":2}}}}}}"##
        )
        bench.outputs(#"{"text":"Two.","data":{},"traceId":"t-2"}"#)
        #expect(bench.wanted.map(\.text) == ["First.", "Two."])
        for key in "34" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["1", "2", "34"])
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
        let ending = try #require(bench.ending)
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

    @Test(arguments: [true, false]) func aFlowThatCannotBeToldOfTheEndIsNamedOnlyWhereItShouldBe(tellsEnd: Bool) {
        var rules = EndpointService.Rules()
        (rules.dialect, rules.tellsEnd) = (.plain, tellsEnd)
        let notes = Bench.joined(rules).happens(.hangup).notes
        #expect(notes.contains("the flow cannot be told of the end") == tellsEnd)
    }

    // MARK: Voices and languages

    private static let german =
        #"{"config":{"synthesizer":{"language":"de-DE","voice":"anna"},"recognizer":{"language":"de-AT","hints":["Wien"]}}}"#

    @Test func theFlowChoosesWhoSpeaksAndInWhichLanguage() {
        var rules = rules {
            $0.noInput = .init(isOn: true, mode: .speech, timeout: .seconds(4), retries: 2, speech: "Hello?")
        }
        (rules.choosesVoice, rules.choosesLanguage) = (true, true)
        let bench = Bench.joined(rules)
        #expect(bench.flowWants(Self.german).notes == [])
        bench.turnEnds()
        bench.flowSays("Guten Tag.")
        bench.prepares(bench.log)
        bench.hearsAll()
        bench.pass(.seconds(5))
        #expect(bench.wanted.map(\.text) == ["Guten Tag.", "Hello?"])
        #expect(bench.wanted.allSatisfy { $0.voice == "anna" && $0.language == "de-DE" })
    }

    @Test(arguments: [Recognition.Style.raw, .openAI(model: "m")])
    func theFlowChoosesWhatIsListenedFor(style: Recognition.Style) throws {
        var rules = EndpointService.Rules()
        rules.speech = .init(Recognizer(location: try #require(Location("https://stt.test/")), style: style))
        let bench = Bench.joined(rules)
        let notes = bench.flowWants(Self.german).notes
        bench.happens(.speechBegan)
        let effects = bench.happens(.speech([Int16](repeating: 0, count: 8000)))
        let bodies = effects.compactMap { effect -> String? in
            guard case .request(.recognition, let request) = effect else { return nil }
            return String(decoding: request.body ?? [], as: UTF8.self)
        }
        let isTold = bodies.contains { $0.contains("\r\nde\r\n") && $0.contains("Wien") }
        #expect(isTold == (style != .raw))
        #expect(notes.contains { $0.contains("this stt_style") } == (style == .raw))
    }

    @Test(
        arguments: [
            (#""recognizer":{"language":"de-AT"}"#, true), (#""recognizer":{"hints":["Wien"]}"#, true),
            (#""synthesizer":{"language":"de-AT"}"#, false), (#""recognizer":{"hints":[]}"#, false),
        ])
    func whatNoRecognizerTakesIsSaid(config: String, isSaid: Bool) throws {
        var rules = EndpointService.Rules()
        rules.speech = .init(Recognizer(location: try #require(Location("https://stt.test/")), style: .raw))
        let notes = Bench.joined(rules).flowWants("{\"config\":{\(config)}}").notes
        #expect(notes.contains { $0.contains("for which this stt_style has no place") } == isSaid)
    }

    @Test func whatNoVoiceTakesIsSaidOnce() {
        let bench = Bench.joined()
        #expect(bench.flowWants(Self.german).notes.count { $0.contains("the flow names a") } == 2)
        #expect(bench.flowWants(Self.german).notes == [])
    }

    // MARK: Transfers

    @Test func whatATransferCannotDoIsSaid() {
        let more = #"{"dial":{"target":[{"number":"+4930"},{"number":"+4931"}],"timeLimit":600}}"#
        let notes = Bench.joined().flowWants(more).notes
        #expect(notes.contains { $0.contains("a transfer to several at once") })
        #expect(notes.contains { $0.contains("the timeLimit of a transfer") })
        let less = Bench.joined().flowWants(#"{"dial":{"target":[{"number":"+4930"}]}}"#).notes
        #expect(!less.contains { $0.contains("which an AGI program cannot do") })
    }

    private static let dial =
        #"{"dial":{"target":[{"number":"+4930"}],"dialMusic":"https://example.com/ring.mp3"}}"#

    @Test func theMusicOfATransferIsFetched() {
        var rules = EndpointService.Rules()
        rules.transfersByRoutine = true
        let bench = Bench.joined(rules)
        bench.prepares(bench.flowWants(Self.dial))
        bench.settle()
        #expect(bench.wanted.map(\.audioURL) == ["https://example.com/ring.mp3"])
        #expect(bench.variables[.transferMusic] == "sound1")
        #expect(bench.outstanding == .gosub(context: "cognigy-transfer", extension: "s"))
    }

    @Test func withoutARoutineNobodyPlaysTheMusic() {
        let bench = Bench.joined()
        let effects = bench.flowWants(Self.dial)
        #expect(effects.notes.contains { $0.contains("dialMusic of a transfer without [handoff] routine") })
        bench.settle()
        #expect(bench.wanted.isEmpty && bench.variables[.transferTarget] == "+4930")
    }
}
