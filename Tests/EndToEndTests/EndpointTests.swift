import Bridge
import FakeAsterisk
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// The whole program with a flow behind an endpoint of Cognigy, by both surfaces.
@Suite struct EndpointTests {
    static func pbx(
        _ scenario: String = Scenario.demo, surface: String = "socketio", tls: Bool = false,
        settings: [String: String] = [:], within: [String] = []
    ) throws -> PBX {
        let pbx = try PBX(scenario, tls: tls, within: within)
        for name in ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "FLOW_ID"] { pbx.environment["COGNIGY_\(name)"] = nil }
        pbx.environment["COGNIGY_ENDPOINT_URL"] = pbx.service.endpointURL
        pbx.environment["COGNIGY_SURFACE"] = surface
        pbx.environment.merge(settings) { $1 }
        return pbx
    }

    static let surfaces = ["socketio", "rest"]

    private func texts(_ pbx: PBX) -> [String] {
        pbx.service.entries().filter { $0.event == .input }.compactMap { $0["text"]?.string }
    }

    private func events(_ pbx: PBX) -> [String] {
        pbx.service.entries().filter { $0.event == .input }.compactMap { $0["name"]?.string }
    }

    /// Each key is pressed while a command collects keys, so that no load of the machine can make it end between two.
    static func keys(_ keys: String, after delay: Duration = .milliseconds(100)) -> [CallPlan.Step] {
        keys.map { .press(String($0), when: .whenWaiting, after: delay) }
    }

    // MARK: In good order

    @Test(arguments: surfaces) func theDemoFlowIsHeardAnsweredAndEnded(surface: String) throws {
        let pbx = try Self.pbx(surface: surface)
        let record = try pbx.call([
            .press("1", when: .whenHeard(2), after: .milliseconds(200)),
            .press("3", when: .whenHeard(3), after: .milliseconds(200)),
            .press("9", when: .whenPlaying(4), after: .milliseconds(200)),
        ])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.variables["COGNIGY_REASON"] == "end")
        #expect(record.variables["COGNIGY_TURNS"] == "3")
        #expect(record.exit == .code(0))
        #expect(texts(pbx) == ["", "1", "3", "9"])
        #expect(events(pbx) == ["CALL_CREATED"] + Array(repeating: "RECOGNIZED_DTMF", count: 3))
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }

    @Test func theTokenIsNowhereButOnTheWire() throws {
        let pbx = try Self.pbx(
            settings: ["COGNIGY_PATHS_TRACE": "", "COGNIGY_PATHS_TRACE_CONTENT": "yes"])
        pbx.environment["COGNIGY_PATHS_TRACE"] = pbx.folder.path("traces")
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let token = Scenario.demoToken
        #expect(!pbx.log.contains(token))
        for name in try FolderListing.names(pbx.folder.path("traces")) {
            #expect(!(try pbx.folder.text("traces/\(name)")).contains(token))
        }
        for line in record.commands + record.variables.values { #expect(!line.contains(token)) }
    }

    @Test func theSameOverHTTPSWithItsOwnAuthority() throws {
        let pbx = try Self.pbx(tls: true)
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.violations == [])
    }

    @Test func inProtocolFourToo() throws {
        let pbx = try Self.pbx(settings: ["COGNIGY_ENGINE_IO": "4"])
        let record = try pbx.call(CallPlan(Self.keys("19")))
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(texts(pbx) == ["", "1", "9"])
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: surfaces) func twentyKeysArriveOnceAndInOrder(surface: String) throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED say "Go on."
            input # command {"hangup":{}}
            input any ok
            """, surface: surface, settings: ["COGNIGY_SPEECH_TTS_COMMAND": Self.voice])
        let record = try pbx.call(CallPlan(Self.keys("12345678901234567890#", after: .milliseconds(20))))
        #expect(texts(pbx).dropFirst().joined() == "12345678901234567890#")
        #expect(record.variables["COGNIGY_TURNS"] == "21")
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: surfaces) func digitsAreCollectedByTheFlowsRules(surface: String) throws {
        let pbx = try Self.pbx(
            ##"""
            event CALL_CREATED command [{"config":{"bargeIn":{"enable":true,"input":["digits"],"maxDigits":8,"finishOnKey":"#","interDigitTimeout":30}}},{"play":{"url":"/audio/number-8k-900ms.wav"}}]
            input 4711 command {"hangup":{}}
            """##, surface: surface)
        let record = try pbx.call(
            CallPlan([.press("4", when: .whenPlaying(1), after: .milliseconds(100))] + Self.keys("711#")))
        #expect(texts(pbx) == ["", "4711"])
        #expect(record.variables["COGNIGY_TURNS"] == "1")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func theFlowKnowsWhoCallsAndWhatTheInviteHeld() throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED command {"hangup":{}}
            """)
        var channel = FakeChannel()
        channel.headers = ["X-CID": "a \"b\", c)d", "X-Other": "no"]
        channel.callerID = "+4930123456"
        channel.callerIDName = "Ann"
        _ = try pbx.call([], arguments: ["headers=X-CID:X-Absent"], channel: channel)
        let created = try #require(pbx.service.entries().first { $0.event == .input })
        let payload = try #require(created["data"]?["payload"])
        #expect(payload["from"]?.string == "+4930123456")
        #expect(payload["to"]?.string == "5000")
        #expect(payload["caller_name"]?.string == "\"Ann\"")
        #expect(payload["sip"]?["headers"] == ["X-CID": "a \"b\", c)d"])
        let connect = try #require(pbx.service.entries().first { $0.event == .connect })
        #expect(connect["user"]?.string == "4930123456")
    }

    // MARK: What may be wrong with the set-up

    @Test func anOldServerThatWantsIdsInTheAddressIsUnderstood() throws {
        let pbx = try Self.pbx("inner-handshake no\n" + Scenario.demo)
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(texts(pbx) == ["", "9"])
    }

    @Test func anEndpointThatNeverSaysThatItIsReadyIsTakenAsReady() throws {
        let pbx = try Self.pbx("ready hang\n" + Scenario.demo)
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: surfaces) func aWrongTokenIsSaidToTheOperator(surface: String) throws {
        let pbx = try Self.pbx(surface: surface)
        let wrong = String(repeating: "0123456789abcdef", count: 4)
        pbx.environment["COGNIGY_ENDPOINT_URL"] = "\(pbx.service.baseURL)/\(wrong)"
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(["refused", "http_404", "unauthorized"].contains(record.variables["COGNIGY_REASON"] ?? ""))
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("endpoint_url") })
        #expect(!pbx.log.contains(wrong))
        #expect(record.exit == .code(0))
    }

    @Test func aServerThatIsBusyIsAskedAgain() throws {
        let pbx = try Self.pbx("connect status 503 times 1\n" + Scenario.demo)
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func by429RESTWaitsAndGoesOn() throws {
        let pbx = try Self.pbx("post status 429 retry-after 1 times 1\n" + Scenario.demo, surface: "rest")
        let record = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(200))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.violations == [])
    }

    // MARK: In mid-call

    @Test func aDropInMidTurnLosesNoKeyAndDoublesNone() throws {
        let pbx = try Self.pbx(
            """
            ready ok times 1
            ready ok
            then command {"play":{"url":"/audio/back-8k-300ms.wav"}}
            event CALL_CREATED command {"play":{"url":"/audio/go-8k-300ms.wav"}}
            input 3 drop times 1
            input # command {"hangup":{}}
            input any ok
            """)
        // A key that is written into the socket while it drops is lost; whoever waits for the answer loses none.
        let record = try pbx.call(
            CallPlan(
                Self.keys("123") + [.press("4", when: .whenHeard(2), after: .milliseconds(200))] + Self.keys("56789#")))
        #expect(texts(pbx).dropFirst().joined() == "123456789#")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.count(.ready) >= 2)
        #expect(pbx.service.violations == [])
    }

    @Test func anOutputThatComesTwiceOverADropIsHeardOnce() throws {
        let pbx = try Self.pbx(
            """
            ready ok times 1
            ready ok
            then again
            event CALL_CREATED command {"play":{"url":"/audio/once-8k-300ms.wav"}}
            then delay 100 drop
            input 9 command {"hangup":{}}
            """)
        let record = try pbx.call([.press("9", when: .whenHeard(1), after: .milliseconds(900))])
        #expect(record.sounds.count == 1)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func whatComesUnaskedIsHeard() throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED ok
            after 400 command {"play":{"url":"/audio/agent-8k-300ms.wav"}}
            after 1000 command {"hangup":{}}
            """)
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test(arguments: [
        ("final cognigyStopFlow", "COMPLETED", "flow_stopped"), ("final error", "UNAVAILABLE", "flow_error"),
        (#"error "no such node""#, "UNAVAILABLE", "flow_error"),
        (#"exception {"error":"broken"}"#, "UNAVAILABLE", "flow_error"),
    ])
    func aFlowThatStopsOrFailsHasAReasonOfItsOwn(step: String, status: String, reason: String) throws {
        let pbx = try Self.pbx("event CALL_CREATED \(step)")
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == status)
        #expect(record.variables["COGNIGY_REASON"] == reason)
    }

    @Test func aSilentCallerIsToldToTheFlowAndLetGo() throws {
        let pbx = try Self.pbx(
            "event any ok", settings: ["COGNIGY_TURNS_NO_INPUT_TIMEOUT": "0.5", "COGNIGY_TURNS_NO_INPUT_RETRIES": "2"])
        let record = try pbx.call([])
        #expect(events(pbx) == ["CALL_CREATED", "USER_INPUT_TIMEOUT", "USER_INPUT_TIMEOUT"])
        #expect(record.variables["COGNIGY_REASON"] == "no_input")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    @Test func aSlowFlowIsBridgedByAFiller() throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED delay 6000 command {"hangup":{}}
            """,
            settings: [
                "COGNIGY_TURNS_FILLER_AFTER_MS": "300", "COGNIGY_TURNS_FILLER_TEXT": "One moment.",
                "COGNIGY_SPEECH_TTS_COMMAND": Self.voice,
            ])
        let record = try pbx.call([])
        #expect(record.sounds.count == 1)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }

    /// A flow that was made for another voice is heard all the same.
    @Test func aVoiceThatIsNotThereIsAskedForOnce() throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED command [{"config":{"synthesizer":{"voice":"en-US-JennyNeural"}}},{"say":{"text":"Good morning."}},{"say":{"text":"Goodbye."}},{"hangup":{}}]
            tts status 422 times 1
            """,
            settings: [
                "COGNIGY_SPEECH_TTS_URL": "", "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key", "COGNIGY_SPEECH_TTS": "http",
            ])
        pbx.environment["COGNIGY_SPEECH_TTS_URL"] = pbx.service.baseURL
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.sounds.count == 2)
        // Two sentences are made at a time: the second may have been asked for already.
        #expect(pbx.service.entries().count { $0.event == .tts } >= 3)
        #expect(pbx.log.contains("asked for en-US-JennyNeural; the usual one speaks"))
    }

    // MARK: Transfers

    @Test func aTransferThatFailsReturnsToTheFlow() throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED command [{"play":{"url":"/audio/wait-8k-300ms.wav"}},{"dial":{"callerId":"+4930999","timeout":20,"target":[{"type":"phone","number":"+49 30 1234"}]}}]
            event TRANSFER_DIAL_ERROR command [{"play":{"url":"/audio/busy-8k-300ms.wav"}},{"hangup":{}}]
            """, settings: ["COGNIGY_HANDOFF_ROUTINE": "cognigy-transfer"])
        let plan = CallPlan(
            [], subroutines: ["cognigy-transfer,s": .init(.milliseconds(500), variables: ["DIALSTATUS": "BUSY"])])
        let record = try pbx.call(plan)
        #expect(events(pbx) == ["CALL_CREATED", "TRANSFER_DIAL_ERROR"])
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "+49301234")
        #expect(record.variables["COGNIGY_TRANSFER_TIMEOUT"] == "20")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.sounds.count == 2)
        #expect(pbx.service.violations == [])
    }

    @Test func withoutARoutineTheDialplanGoesOnWithTheTarget() throws {
        let pbx = try Self.pbx(
            """
            event CALL_CREATED command {"dial":{"target":[{"type":"phone","number":"+49301234"}]}}
            """)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "+49301234")
    }

    // MARK: The end

    @Test(arguments: surfaces) func theFlowIsToldOfTheEndWhereThatIsWanted(surface: String) throws {
        let pbx = try Self.pbx(surface: surface, settings: ["COGNIGY_CALL_EVENTS": "yes"])
        let record = try pbx.call([.hangUp(when: .whenPlaying(1), after: .milliseconds(300))])
        #expect(record.variables["COGNIGY_STATUS"] == "HANGUP")
        let last = try pbx.service.wait { $0.event == .input && $0["name"]?.string == "CALL_COMPLETED" }
        #expect(last["data"]?["payload"]?["call_termination_by"]?.string == "caller")
        if surface == "socketio" {
            let closed = try pbx.service.wait { $0.event == .closed }
            #expect(closed["code"]?.number == 1001)
            #expect(closed["said_goodbye"]?.bool == true)
        }
        #expect(pbx.service.violations == [])
    }

    @Test func aHangupEndsTheProgramAtOnce() throws {
        let pbx = try Self.pbx()
        let record = try pbx.call([.hangUp(when: .whenPlaying(1), after: .milliseconds(300))])
        #expect(record.variables["COGNIGY_STATUS"] == "HANGUP")
        #expect(events(pbx) == ["CALL_CREATED"])
        #expect(pbx.leftovers() == [])
    }

    // MARK: Callers who speak

    @Test func whatIsSaidIsAnInput() throws {
        let pbx = try Self.pbx(
            """
            stt say "I want to pay."
            event CALL_CREATED command {"play":{"url":"/audio/hello-8k-300ms.wav"}}
            event RECOGNIZED_SPEECH command [{"play":{"url":"/audio/fine-8k-300ms.wav"}},{"hangup":{}}]
            """)
        let speech = [
            "COGNIGY_SPEECH_STT_URL": pbx.service.baseURL + "/stt", "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
        ]
        pbx.environment.merge(speech) { $1 }
        let record = try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment,
            plan: [
                .say(try Espeak.samples("I want to pay my bill."), when: .whenHeard(1), after: .milliseconds(300))
            ], channel: FakeChannel(), sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(40))
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let said = try #require(pbx.service.entries().last { $0.event == .input })
        #expect(said["text"]?.string == "I want to pay.")
        #expect(
            said["data"]?["payload"]?["speech"]?["alternatives"]?.array?.first?["transcript"]?.string
                == "I want to pay.")
        #expect(pbx.service.violations == [])
    }

    // MARK: Traces

    @Test(arguments: surfaces, [false, true]) func aCallRunsAgain(surface: String, content: Bool) throws {
        let pbx = try Self.pbx(
            ##"""
            event CALL_CREATED command [{"config":{"bargeIn":{"enable":true,"input":["digits"],"maxDigits":8,"finishOnKey":"#","interDigitTimeout":30}}},{"play":{"url":"/audio/number-8k-900ms.wav"}}]
            input 47*11 output {"text":"<speak>Thank you, Jane.<break time=\"200ms\"/>Bye.</speak>","data":{}}
            then command {"dial":{"target":[{"type":"sip","sipUri":"sip:jane@example.com"}]}}
            event TRANSFER_DIAL_ERROR command {"hangup":{}}
            """##, surface: surface,
            settings: [
                "COGNIGY_PATHS_TRACE_CONTENT": content ? "yes" : "no", "COGNIGY_HANDOFF_ROUTINE": "cognigy-transfer",
                "COGNIGY_SPEECH_TTS_COMMAND": Self.voice, "COGNIGY_USER_ID": "hashed",
            ])
        pbx.environment["COGNIGY_PATHS_TRACE"] = pbx.folder.path("traces")
        let plan = CallPlan(
            [.press("4", when: .whenPlaying(1), after: .milliseconds(100))] + Self.keys("7*11#"),
            subroutines: ["cognigy-transfer,s": .init(.milliseconds(300), variables: ["DIALSTATUS": "NOANSWER"])])
        let record = try pbx.call(plan)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let names = try FolderListing.names(pbx.folder.path("traces"))
        let text = try pbx.folder.text("traces/\(try #require(names.first))")
        #expect(text.contains("Jane") == content)
        if surface == "socketio" { #expect(text.contains("47*11") == content) }
        let outcome = try Replay.run(text)
        guard case .same(let count) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(count > 10)
    }

    private static let voice = "/usr/bin/espeak-ng --stdin --stdout"
}
