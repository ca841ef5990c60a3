import AGI
import Call
import Cognigy
import Configuration
import HTTP
import StandIn
import System
import Testbed
import Testing
import Transport

@testable import Bridge

/// Texts that the stand-in's voice speaks on a WebSocket.
@Suite struct SynthesisSocketTests {
    /// A voice and whoever lets it speak, in one poll.
    private final class Line {
        private final class Notes { var entries: [Journal.Entry] = [] }

        let bench: PromptBench
        let speaker: PromptMaker
        private let notes = Notes()
        private let server: StandInServer
        private(set) var finished: [PromptMaker.Finished] = []
        /// Added to the clock.
        var later = Duration.zero
        /// Where the clock stands still but for `later`.
        var clock: Duration?
        /// Nothing reaches the service any more, nor comes from it.
        var isAway = false

        init(_ scenario: String = "") throws {
            let notes = notes
            bench = try PromptBench()
            server = try StandInServer(StandInServer.Options(scenario: try Scenario(parsing: scenario))) {
                notes.entries.append($0)
            }
            let location = try #require(Location("\(server.baseURL)/tts/stream"))
            let address = SynthesisStream.Address(
                location: location, key: "demo-tts-key", voice: "anna", language: nil)
            speaker = try bench.speaker(.socket(address), keeps: true)
        }

        var now: Duration { (clock ?? MonotonicClock.now()) + later }

        func turn() throws {
            finished += speaker.step(now)
            let wait = min(max((speaker.deadline ?? .seconds(1 << 30)) - now, .zero), .milliseconds(5))
            speaker.process(bench.client.wait(for: speaker.interests, timeout: wait), now)
            for completion in bench.client.completions() { speaker.completed(completion, now) }
            if !isAway { _ = try server.step(timeout: .zero) }
        }

        /// Once at least.
        func turn(until isSo: () throws -> Bool) throws {
            let deadline = MonotonicClock.now() + .seconds(20)
            repeat {
                if MonotonicClock.now() > deadline { throw CancellationError() }
                try turn()
            } while try !isSo()
        }

        func count(_ event: Journal.Event) -> Int { notes.entries.count { $0.event == event } }
        var violations: [Journal.Entry] { notes.entries.filter { $0.event == .violation } }

        func openAhead() throws {
            speaker.openAhead()
            try turn { speaker.spare?.rate != nil }
        }

        func says(_ text: String, isSensitive: Bool = false) {
            var message = Message(text: text)
            message.isSensitive = isSensitive
            speaker.prepare(1, PromptOrder(message, token: nil, format: .sln))
        }

        /// How many sentences are kept for other calls.
        var kept: Int { ((try? FolderListing.names(bench.folder.path("state/voices"))) ?? []).count }
    }

    private let bench: PromptBench

    init() throws { bench = try PromptBench() }

    /// One that has never been connected.
    private func socket() throws -> SynthesisSocket {
        let address = SynthesisStream.Address(
            location: try #require(Location("http://127.0.0.1:9/")), key: nil, voice: "anna", language: nil)
        return SynthesisSocket(bench.client, address, timeout: .seconds(8), now: .zero)
    }

    // MARK: Connections that die

    @Test func aTextIsSpokenThoughTheConnectionThatWaitedIsDead() throws {
        let line = try Line()
        try line.openAhead()
        line.isAway = true
        line.says("hello")
        try line.turn()
        line.later += SynthesisSocket.proof
        try line.turn { line.bench.lines.contains { $0.contains("dead; it is asked again") } }
        line.isAway = false
        try line.turn { !line.finished.isEmpty }
        #expect(line.finished.first?.loss == nil && line.finished.first?.sound != nil)
        #expect(line.violations.isEmpty)
    }

    /// Its connection answers, so it is no dead one.
    @Test func aVoiceThatThinksIsWaitedFor() throws {
        let line = try Line("tts hang")
        try line.openAhead()
        line.says("hello")
        try line.turn { line.count(.tts) == 1 && line.count(.wsPing) == 1 }
        // The answer to the ping is read.
        for _ in 0..<3 { try line.turn() }
        line.later += SynthesisSocket.proof
        try line.turn()
        #expect(line.finished.isEmpty && line.bench.lines.isEmpty && line.count(.tts) == 1)
    }

    @Test func aConnectionThatWaitsShowsThatItLives() throws {
        let line = try Line()
        try line.openAhead()
        line.later += SynthesisSocket.keepAlive
        try line.turn { line.count(.wsPing) == 1 }
        #expect(line.speaker.spare != nil)
        line.isAway = true
        for _ in 0..<3 {
            line.later += SynthesisSocket.keepAlive
            for _ in 0..<3 { try line.turn() }
        }
        #expect(line.speaker.spare == nil && line.speaker.interests.isEmpty)
        #expect(line.violations.isEmpty)
    }

    @Test func aHandshakeThatIsNotAnsweredIsGivenUp() throws {
        let line = try Line()
        line.isAway = true
        line.speaker.openAhead()
        for _ in 0..<3 { try line.turn() }
        #expect(line.speaker.spare != nil)
        line.later += PromptJob.streamTimeout
        try line.turn { line.speaker.spare == nil }
    }

    // MARK: What is kept

    @Test func whatWasHeardIsKeptOnceTheVoiceHasBeenSilentForLong() throws {
        let line = try Line()
        line.says("hello")
        try line.turn { !line.finished.isEmpty }
        guard case .growing(let path) = line.finished.first?.sound else {
            Issue.record("\(line.finished)")
            return
        }
        line.clock = line.now
        line.speaker.sent(.streamFile(path, escape: .all), now: line.now)
        line.later += .milliseconds(900)
        try line.turn { line.finished.count == 2 }
        #expect(line.finished.last?.sound == .file(path) && line.kept == 0)
        line.later += .seconds(2)
        try line.turn { line.kept == 1 }
        #expect(line.speaker.interests.isEmpty && line.speaker.deadline == nil)
    }

    @Test func whatAVoiceHasNotSpokenWholeIsNotKept() throws {
        var kept = 0
        func voice(_ happens: (SynthesisSocket) -> Void) throws -> SilentVoice {
            let socket = try socket()
            socket.speak("hello", .zero)
            socket.take(.text(#"{"type":"connect"}"#), .zero)
            happens(socket)
            let voice = SilentVoice(socket, until: .seconds(2))
            voice.keep = { kept += 1 }
            return voice
        }
        #expect(try voice { $0.take(sound: [1, 1]) }.isDone(.seconds(1)))
        #expect(try voice { $0.take(.closed(nil, reason: "it broke"), .seconds(1)) }.isDone(.seconds(1)))
        #expect(kept == 0)
        #expect(try voice { $0.take(.closed(.normal, reason: ""), .seconds(1)) }.isDone(.seconds(1)))
        #expect(kept == 1)
        let silent = try voice { _ in }
        #expect(!silent.isDone(.seconds(1)) && kept == 1)
        #expect(silent.isDone(.seconds(2)) && kept == 2)
    }

    // MARK: Voices that do not behave

    @Test func soundBeforeTheTextIsAFault() throws {
        let socket = try socket()
        socket.take(.text(#"{"type":"connect"}"#), .zero)
        #expect(socket.isUsable)
        socket.take(.text(#"{"type":"data","data":{"audio":"AAAA"}}"#), .zero)
        #expect(!socket.isUsable && socket.arrived().isEmpty)
    }

    @Test func soundWithoutEndIsAFault() throws {
        let socket = try socket()
        socket.speak("hello", .zero)
        socket.take(.text(#"{"type":"connect"}"#), .zero)
        let piece = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<32 { socket.take(sound: piece) }
        #expect(socket.isUsable)
        for _ in 0..<32 { socket.take(sound: piece) }
        #expect(!socket.isUsable && socket.arrived().count == SynthesisSocket.mostSound)
    }

    /// A busy voice may be asked again.
    @Test(arguments: [(401, true), (404, true), (408, false), (429, false), (503, false), (200, false)])
    func anAnswerThatIsNoWebSocketSaysSo(_ status: Int, _ isRefusal: Bool) throws {
        let socket = try socket()
        socket.take(.refused(status: status, retryAfter: nil), .zero)
        #expect(socket.fault?.line() == "HTTP \(status) to the WebSocket")
        #expect(socket.fault?.isRefusal == isRefusal)
    }

    /// The voice's words may repeat the text.
    @Test(arguments: [false, true]) func whatAVoiceSaysOfASensitiveTextIsNotWrittenDown(_ isSensitive: Bool) throws {
        let line = try Line("tts status 503")
        line.says("hello", isSensitive: isSensitive)
        try line.turn { !line.finished.isEmpty }
        let why = isSensitive ? "it reports an error" : "it reports an error: status 503"
        #expect(line.finished.first?.loss == Loss(kind: .voice, why: why))
        #expect(line.bench.lines.contains("voice: \(why)"))
        #expect(line.bench.lines.contains { $0.contains("status 503") } == !isSensitive)
    }

    // MARK: The check

    @Test func onlyTheVoiceThatCallsUseIsTried() {
        var settings = Settings()
        settings.speech.ttsURL = "wss://tts.test/stream"
        settings.speech.ttsStyle = .websocket
        #expect(VoiceTrial(settings, bench.client, folder: nil)?.place == "tts.test")
        settings.speech.ttsCommand = ["/bin/true"]
        settings.speech.tts = .command
        #expect(VoiceTrial(settings, bench.client, folder: nil)?.place == "/bin/true")
        settings.speech.tts = .none
        #expect(VoiceTrial(settings, bench.client, folder: nil) == nil)
    }
}
