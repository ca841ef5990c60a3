import Bridge
import FakeAsterisk
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// Callers who are written down while they speak, by either protocol, in front of a flow of an endpoint and of a dialog of
/// the older kind.
@Suite struct StreamedSpeechTests {
    private enum Kind: CaseIterable { case endpoint, dialog }

    private static let styles = ["websocket", "vosk"]
    private static let flow = """
        event CALL_CREATED command {"play":{"url":"/audio/hello-8k-300ms.wav"}}
        event RECOGNIZED_SPEECH command [{"play":{"url":"/audio/fine-8k-300ms.wav"}},{"hangup":{}}]

        """

    private static func pbx(
        _ kind: Kind, _ style: String, _ scenario: String = "", flow: String = Self.flow, tls: Bool = false,
        settings: [String: String] = [:]
    ) throws -> PBX {
        let pbx = try kind == .endpoint ? EndpointTests.pbx(flow + scenario, tls: tls) : PBX(scenario, tls: tls)
        let speech = [
            "COGNIGY_SPEECH_STT_URL": "ws" + pbx.service.baseURL.dropFirst(4) + "/stt/\(style)",
            "COGNIGY_SPEECH_STT_STYLE": style, "COGNIGY_SPEECH_STT_KEY": "demo-stt-key",
            "COGNIGY_SPEECH_TTS_URL": pbx.service.baseURL, "COGNIGY_SPEECH_TTS_KEY": "demo-tts-key",
            "COGNIGY_PATHS_TRACE": pbx.folder.path("traces"), "COGNIGY_PATHS_METRICS": pbx.folder.path("metrics"),
        ]
        pbx.environment.merge(speech) { $1 }
        if kind == .dialog {
            let dialog = [
                "COGNIGY_API_KEY": "demo-api-key", "COGNIGY_BOT_ID": "demo-bot", "COGNIGY_DIALOG_ID": "demo-dialog",
            ]
            pbx.environment.merge(dialog) { $1 }
        }
        pbx.environment.merge(settings) { $1 }
        return pbx
    }

    private static func call(
        _ pbx: PBX, _ plan: CallPlan, _ channel: FakeChannel = FakeChannel()
    ) throws -> CallRecord {
        try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment, plan: plan,
            channel: channel, sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(40))
    }

    /// He says this once he has heard the greeting, and hears an answer.
    private static func plan(_ kind: Kind, _ words: String) throws -> CallPlan {
        let speech = try Espeak.samples(words)
        return switch kind {
        case .endpoint: [.say(speech, when: .whenHeard(1), after: .milliseconds(400))]
        case .dialog:
            [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(200)),
            ]
        }
    }

    /// What the flow or the bot was told that the caller has said.
    private static func said(_ kind: Kind, _ pbx: PBX) -> [String] {
        pbx.service.entries().filter { $0.event == (kind == .endpoint ? .input : .dialog) }
            .compactMap { $0["text"]?.string }.filter { !$0.isEmpty }
    }

    private static func heard(_ pbx: PBX) -> [Journal.Entry] { pbx.service.entries().filter { $0.event == .stt } }

    /// The one trace of the call, which runs again.
    private static func trace(_ pbx: PBX) throws -> String {
        let names = try FolderListing.names(pbx.folder.path("traces"))
        let text = try pbx.folder.text("traces/\(try #require(names.first))")
        if case .same = try Replay.run(text) {} else { Issue.record("the trace does not run again") }
        return text
    }

    // MARK: In good order

    @Test(arguments: Kind.allCases, styles) private func whatIsSaidIsWrittenDownWhileItIsSaid(
        kind: Kind, style: String
    ) throws {
        let pbx = try Self.pbx(kind, style, "stt say \"I want to pay my bill.\"")
        _ = try Self.call(pbx, try Self.plan(kind, "I want to pay my bill."))
        #expect(Self.said(kind, pbx) == ["I want to pay my bill."])
        let events = pbx.service.entries().map(\.event)
        // Three words and more before he had finished.
        let end = try #require(events.firstIndex(of: .stt))
        #expect(events[..<end].count { $0 == .sttWords } >= 3)
        let heard = try #require(Self.heard(pbx).first)
        #expect(heard["style"]?.string == style && heard["status"] == 200)
        if style == "websocket" { #expect(heard["language"] == "en-US") }
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
        // The one that was there for his next words.
        let goodbye = try pbx.service.wait { $0.event == .closed && $0["style"] != nil && $0["code"] != 1000 }
        #expect(goodbye["code"] == 1001 && goodbye["by"] == "client")
        let metrics = try JSON(parsing: Array(pbx.folder.text("metrics").split(separator: "\n")[0].utf8))
        #expect(metrics["audio_bytes_processed"]?.number == heard["bytes"]?.number)
        let trace = try Self.trace(pbx)
        #expect(!trace.contains("pay my bill") && !trace.contains("bill"))
        for text in [trace, pbx.log] { #expect(!text.contains("demo-stt-key") && !text.contains("bill")) }
    }

    @Test(arguments: styles) func theSameOverTLS(style: String) throws {
        let pbx = try Self.pbx(.endpoint, style, "stt say \"I want to pay.\"", tls: true)
        _ = try Self.call(pbx, try Self.plan(.endpoint, "I want to pay my bill."))
        #expect(Self.said(.endpoint, pbx) == ["I want to pay."])
        #expect(pbx.service.violations == [])
    }

    @Test func theFlowNamesTheLanguageAndTheWords() throws {
        let config = #"{"config":{"recognizer":{"language":"de-DE","hints":["Wien"]}}}"#
        let pbx = try Self.pbx(
            .endpoint, "websocket",
            flow: """
                event CALL_CREATED command [\(config),{"play":{"url":"/audio/hello-8k-300ms.wav"}}]
                event RECOGNIZED_SPEECH command {"hangup":{}}

                """)
        _ = try Self.call(pbx, try Self.plan(.endpoint, "I want to pay my bill."))
        let heard = Self.heard(pbx)
        #expect(heard.count == 1 && heard[0]["language"] == "de-DE" && heard[0]["hints"] == ["Wien"])
    }

    /// He goes on, but what he hears is over.
    @Test(arguments: styles) func whatHeSaysStopsTheAnswer(style: String) throws {
        let long = String(repeating: "This is a long answer that nobody wants to hear to its end. ", count: 5)
        let pbx = try Self.pbx(
            .dialog, style,
            "stt say \"I want to pay my bill.\" times 1\nstt say \"Stop it please.\"\ndialog any say \"\(long)\"")
        let record = try Self.call(
            pbx,
            [
                .say(try Espeak.samples("I want to pay my bill."), when: .whenWaiting, after: .milliseconds(400)),
                .say(try Espeak.samples("Stop it please."), when: .whenPlaying(1), after: .milliseconds(300)),
                .hangUp(when: .whenPlaying(2), after: .milliseconds(100)),
            ])
        #expect(record.sounds.first?.end == .command, "\(record.sounds)")
        #expect(Self.said(.dialog, pbx) == ["I want to pay my bill.", "Stop it please."])
        #expect(pbx.leftovers() == [] && pbx.service.violations == [])
    }

    // MARK: A recogniser that nobody here wrote

    @Test func aRealRecogniserUnderstandsHimWhileHeSpeaks() throws {
        let folder = try TemporaryFolder()
        let phrases = "i want to pay my bill | where is my parcel | stop it please"
        try folder.write("#JSGF V1.0;\ngrammar telephone;\npublic <phrase> = \(phrases);\n", to: "grammar")
        let recogniser = try PythonPeer.recogniser(grammar: folder.path("grammar"))
        let pbx = try Self.pbx(
            .dialog, "vosk",
            settings: ["COGNIGY_SPEECH_STT_URL": "ws" + recogniser.baseURL.dropFirst(4)])
        var channel = FakeChannel()
        channel.variables["EAGI_AUDIO_FORMAT"] = "slin16"
        _ = try Self.call(
            pbx,
            [
                .say(try Espeak.samples("where is my parcel", .sln16), when: .whenWaiting, after: .milliseconds(400)),
                .say(
                    try Espeak.samples("i want to pay my bill", .sln16), when: .whenHeard(1), after: .milliseconds(500)),
                .hangUp(when: .whenHeard(2), after: .milliseconds(200)),
            ], channel)
        #expect(Self.said(.dialog, pbx) == ["where is my parcel", "i want to pay my bill"])
        let events = recogniser.entries().map(\.event)
        // Words came before he had finished.
        #expect(events.firstIndex(of: .sttWords) ?? .max < events.firstIndex(of: .stt) ?? 0)
        #expect(recogniser.violations == [])
    }

    // MARK: Faults

    @Test(arguments: Kind.allCases, styles) private func aConnectionThatDropsAmidTheWordsLosesNothing(
        kind: Kind, style: String
    ) throws {
        let pbx = try Self.pbx(kind, style, "stt drop times 1\nstt say \"I want to pay my bill.\"")
        _ = try Self.call(pbx, try Self.plan(kind, "I want to pay my bill."))
        #expect(Self.said(kind, pbx) == ["I want to pay my bill."])
        let bytes = Self.heard(pbx).compactMap { $0["bytes"]?.number }
        #expect(bytes.count == 2 && bytes[1] > bytes[0] && bytes[1] > 32_000, "\(bytes)")
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }

    /// As where a recogniser that is sent whole utterances is away.
    @Test(arguments: Kind.allCases) private func aRecogniserThatIsAwayIsTold(kind: Kind) throws {
        let pbx = try Self.pbx(kind, "vosk", settings: ["COGNIGY_CALL_REPLY_TIMEOUT": "3"])
        pbx.environment["COGNIGY_SPEECH_STT_URL"] = "ws://127.0.0.1:9/stt/vosk"
        let speech = try Espeak.samples("Hello there.")
        let when: CallPlan.Trigger = kind == .endpoint ? .whenHeard(1) : .whenWaiting
        let record = try Self.call(pbx, [.say(speech, when: when, after: .milliseconds(400))])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "unreachable")
        #expect(record.isChannelThere)
        #expect(!pbx.log.contains("demo-stt-key"))
    }

    /// Neither a result nor an answer to a ping.
    @Test(arguments: Kind.allCases, styles) private func aRecogniserThatSaysNothingIsTold(
        kind: Kind, style: String
    ) throws {
        let pbx = try Self.pbx(kind, style, "stt-open silence", settings: ["COGNIGY_CALL_REPLY_TIMEOUT": "3"])
        let speech = try Espeak.samples("Hello there.")
        let when: CallPlan.Trigger = kind == .endpoint ? .whenHeard(1) : .whenWaiting
        let record = try Self.call(pbx, [.say(speech, when: when, after: .milliseconds(400))])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "unreachable")
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }

    @Test(arguments: Kind.allCases) private func aKeyThatIsRefusedIsNamed(kind: Kind) throws {
        let pbx = try Self.pbx(kind, "websocket", settings: ["COGNIGY_SPEECH_STT_KEY": "another-key"])
        let speech = try Espeak.samples("Hello there.")
        let when: CallPlan.Trigger = kind == .endpoint ? .whenHeard(1) : .whenWaiting
        let record = try Self.call(pbx, [.say(speech, when: when, after: .milliseconds(400))])
        #expect(record.variables["COGNIGY_REASON"] == "unauthorized")
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("stt_key") })
        #expect(!pbx.log.contains("another-key"))
    }

    /// The recogniser answers nothing, not even the handshake, and the call goes on all the same.
    @Test func aRecogniserThatStandsStillHoldsNothingUp() throws {
        let pbx = try Self.pbx(
            .endpoint, "vosk", "stt-socket hang\ninput 5 command [{\"hangup\":{}}]")
        let speech = try Espeak.samples("Hello there.")
        let record = try Self.call(
            pbx,
            [
                .say(speech, when: .whenHeard(1), after: .milliseconds(400)),
                .press("5", when: .whenWaiting, after: .milliseconds(900)),
            ])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(Self.said(.endpoint, pbx) == ["5"])
    }
}
