import JSON
import Testing
import WebSocket

@testable import StandIn

/// The stand-in's sockets of speech to text, for which a client says what it should and what it should not.
@Suite struct HearingTests {
    typealias Style = HearingLink.Style

    private static let start: JSON = [
        "type": "start", "language": "en-US", "format": "raw", "encoding": "LINEAR16", "sampleRateHz": 16_000,
        "interimResults": true,
    ]

    static func opening(_ style: Style) -> String {
        style == .vosk ? #"{"config":{"sample_rate":16000}}"# : start.text
    }

    static func end(_ style: Style) -> String { style == .vosk ? #"{"eof" : 1}"# : #"{"type":"stop"}"# }

    private static func handshake(_ style: Style, key: String? = "demo-stt-key") -> Request {
        Request(
            "GET", "/stt/\(style.rawValue)",
            [
                "upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13",
                "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            ]
        ).with("authorization", key.map { "Bearer \($0)" })
    }

    private func open(_ style: Style, _ scenario: String = "") throws -> Stage {
        let stage = try Stage(scenario)
        #expect(stage.answer(Self.handshake(style)).last?.effect == .openHearing(style))
        _ = stage.service.openHearing(style, on: 1)
        return stage
    }

    private func text(_ text: String, to stage: Stage) -> [Assembler.Incoming] {
        stage.frames(stage.receive(.text(text)))
    }

    private func sound(_ milliseconds: Int, to stage: Stage) -> [Assembler.Incoming] {
        stage.frames(stage.receive(.binary([UInt8](repeating: 1, count: 32 * milliseconds))))
    }

    private func result(_ frame: Assembler.Incoming?) throws -> JSON {
        guard case .text(let text)? = frame else { throw CancellationError() }
        return try JSON(parsing: text.utf8)
    }

    @Test func wordsGrowAsSoundArrives() throws {
        let stage = try open(.websocket, "stt say \"I want to pay\"")
        #expect(text(Self.start.text, to: stage) == [])
        #expect(sound(290, to: stage) == [])
        let first = try result(sound(20, to: stage).first)
        #expect(first["is_final"] == false && first["alternatives"]?.array?.first?["transcript"] == "I")
        #expect(sound(200, to: stage) == [])
        let second = try result(sound(100, to: stage).first)
        #expect(second["alternatives"]?.array?.first?["transcript"] == "I want")
        let end = text(Self.end(.websocket), to: stage)
        let last = try result(end.first)
        #expect(last["is_final"] == true && last["language"] == "en-US")
        #expect(last["alternatives"]?.array?.first?["transcript"] == "I want to pay")
        #expect(end.last == .close(.normal, ""))
        #expect(stage.violations == [])
        let entry = stage.entries.last { $0.event == .stt }
        #expect(entry?["bytes"] == .integer(610 * 32) && entry?["text"] == "I want to pay")
        #expect(stage.entries.filter { $0.event == .sttWords }.map { $0["text"] } == ["I", "I want"])
    }

    @Test func voskAnswersEveryMessage() throws {
        let stage = try open(.vosk, "stt say \"I want\"")
        _ = text(Self.opening(.vosk), to: stage)
        #expect(try result(sound(20, to: stage).first) == ["partial": ""])
        #expect(try result(sound(300, to: stage).first) == ["partial": "I"])
        let end = text(Self.end(.vosk), to: stage)
        #expect(try result(end.first) == ["text": "I want"])
        #expect(end.last == .close(.normal, ""))
        #expect(stage.violations == [])
    }

    @Test(arguments: [Style.websocket, .vosk]) func silenceHasNoWords(_ style: Style) throws {
        let stage = try open(style)
        _ = text(Self.opening(style), to: stage)
        _ = text(Self.end(style), to: stage)
        #expect(stage.entries.last { $0.event == .stt }?["text"] == "")
        #expect(stage.violations == [])
    }

    @Test func theKeyIsLookedAt() throws {
        let stage = try Stage()
        try stage.expectBreach(Self.handshake(.websocket, key: "wrong"), 401)
        try stage.expectBreach(Self.handshake(.websocket, key: nil), 401)
        try stage.expectBreach(Self.handshake(.vosk, key: "wrong"), 401)
        #expect(stage.answer(Self.handshake(.vosk, key: nil)).last?.effect == .openHearing(.vosk))
    }

    @Test(
        arguments: [
            #"{"type":"stop"}"#, "{}", "start", #"{"type":"start"}"#,
            start.with("sampleRateHz", 8000).text, start.with("interimResults", false).text,
            start.with("language", nil).text, start.with("key", "x").text,
            start.with("options", ["hints": []]).text, start.with("options", ["hints": [1]]).text,
            start.with("options", ["hints": ["a"], "x": 1]).text,
        ])
    func aWrongBeginningIsAViolation(_ opening: String) throws {
        let stage = try open(.websocket)
        #expect(text(opening, to: stage) == [.close(.policyViolation, "")])
        #expect(stage.violations.count == 1)
    }

    @Test func theLanguageAndTheHintsAreNoted() throws {
        let stage = try open(.websocket)
        _ = text(Self.start.with("language", "de").with("options", ["hints": ["Wien"]]).text, to: stage)
        _ = text(Self.end(.websocket), to: stage)
        let entry = stage.entries.last { $0.event == .stt }
        #expect(entry?["language"] == "de" && entry?["hints"] == ["Wien"])
        #expect(stage.violations == [])
    }

    @Test(arguments: [Style.websocket, .vosk]) func whatComesAtTheWrongTimeIsAViolation(_ style: Style) throws {
        let before = try open(style)
        #expect(sound(20, to: before) == [.close(.policyViolation, "")])
        let twice = try open(style)
        _ = text(Self.opening(style), to: twice)
        #expect(text(Self.opening(style), to: twice) == [.close(.policyViolation, "")])
        let odd = try open(style)
        _ = text(Self.opening(style), to: odd)
        #expect(odd.frames(odd.receive(.binary([1]))) == [.close(.policyViolation, "")])
        let after = try open(style, "stt hang")
        _ = text(Self.opening(style), to: after)
        _ = sound(20, to: after)
        #expect(text(Self.end(style), to: after) == [])
        #expect(sound(20, to: after) == [.close(.policyViolation, "")])
        for stage in [before, twice, odd, after] { #expect(stage.violations.count == 1) }
    }

    /// asr_server.py would take it for sound.
    @Test func voskWantsItsEndLetterByLetter() throws {
        let stage = try open(.vosk)
        _ = text(Self.opening(.vosk), to: stage)
        #expect(text(#"{"eof":1}"#, to: stage) == [.close(.policyViolation, "")])
    }

    @Test func faultsArePlayed() throws {
        let dropping = try open(.websocket, "stt drop times 1")
        _ = text(Self.start.text, to: dropping)
        #expect(sound(200, to: dropping) == [])
        #expect(dropping.entries.allSatisfy { $0.event != .closed })
        _ = sound(200, to: dropping)
        #expect(dropping.entries.last?.event == .closed)
        let stalling = try open(.vosk, "stt stall")
        _ = text(Self.opening(.vosk), to: stalling)
        #expect(sound(400, to: stalling).count == 1)
        #expect(text(Self.end(.vosk), to: stalling) == [])
        let failing = try open(.websocket, "stt status 503")
        _ = text(Self.start.text, to: failing)
        _ = sound(20, to: failing)
        #expect(try result(text(Self.end(.websocket), to: failing).first) == ["type": "error", "error": "status 503"])
        let full = try Stage("stt-socket status 503")
        #expect(try full.reply(to: Self.handshake(.vosk)).status == 503)
        for stage in [dropping, stalling, failing, full] { #expect(stage.violations == []) }
    }
}
