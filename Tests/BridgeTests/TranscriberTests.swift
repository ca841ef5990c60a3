import Cognigy
import HTTP
import JSON
import StandIn
import System
import Testing
import Transport

@testable import Bridge

/// Speech that is written down while it is said, by the stand-in's recognisers.
@Suite struct TranscriberTests {
    static let styles = ["websocket", "vosk"]

    /// A transcriber and a service in one poll.
    private final class Line {
        private final class Notes {
            var entries: [Journal.Entry] = []
            var reports: [String] = []
        }

        private let notes = Notes()
        private let server: StandInServer?
        private let client: HTTPClient
        private(set) var transcriber: Transcriber
        private(set) var news: [Transcriber.News] = []
        /// Added to the clock, so that what takes long is over at once.
        var later = Duration.zero

        /// `address`: of another service in place of the stand-in.
        init(
            _ style: String, _ scenario: String = "", key: String = "demo-stt-key", address: String? = nil
        ) throws {
            let notes = notes
            let options = StandInServer.Options(scenario: try Scenario(parsing: scenario))
            server = address == nil ? try StandInServer(options) { notes.entries.append($0) } : nil
            client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: nil))
            let place = try #require(Location(address ?? "\(server?.baseURL ?? "")/stt/\(style)"))
            let recognizer = Recognizer(
                location: place, key: key, style: .stream(style == "vosk" ? .vosk : .websocket))
            transcriber = try #require(
                Transcriber(recognizer, language: nil, client) { notes.reports.append($1) })
        }

        var now: Duration { MonotonicClock.now() + later }
        var entries: [Journal.Entry] { notes.entries }
        var reports: [String] { notes.reports }
        var violations: [String] { entries.filter { $0.event == .violation }.compactMap { $0["what"]?.string } }

        func turn() throws {
            let wait = min(max((transcriber.deadline ?? .seconds(1)) - now, .zero), .milliseconds(5))
            let ready = client.wait(for: transcriber.interests, timeout: wait)
            transcriber.process(ready, now)
            for completion in client.completions() { _ = transcriber.completed(completion, now) }
            news += transcriber.step(now)
            _ = try server?.step(timeout: .zero)
        }

        func turn(until isSo: () -> Bool) throws {
            let deadline = MonotonicClock.now() + .seconds(20)
            while !isSo() {
                if MonotonicClock.now() > deadline { throw CancellationError() }
                try turn()
            }
        }

        func turn(for time: Duration) throws {
            let end = MonotonicClock.now() + time
            while MonotonicClock.now() < end { try turn() }
        }

        func count(_ event: Journal.Event) -> Int { entries.count { $0.event == event } }

        func waitUntilOpen(_ sockets: Int = 1) throws {
            try turn { entries.count { $0.event == .sttSocket && $0["status"] == 101 } >= sockets }
            try turn(for: .milliseconds(20))
        }

        func begins(_ options: Recognizer.Options = .init()) {
            transcriber.began()
            transcriber.follow(options)
        }

        /// He says this and has finished.
        func says(_ samples: [Int16], _ options: Recognizer.Options = .init()) throws {
            begins(options)
            for start in stride(from: 0, to: samples.count, by: 1600) {
                transcriber.heard(Array(samples[start..<min(start + 1600, samples.count)]))
                try turn()
            }
            transcriber.ended(samples)
        }

        func asks(
            _ samples: [Int16], _ options: Recognizer.Options = .init(), within: Duration = .seconds(5)
        ) {
            transcriber.transcribe(samples, options, within: within, now)
        }

        var outcomes: [Result<Response, Failure>] {
            news.compactMap { if case .transcribed(let outcome) = $0 { outcome } else { nil } }
        }

        /// The answer to what was asked as the `number`th.
        func outcome(_ number: Int = 1) throws -> Result<Response, Failure> {
            try turn { outcomes.count >= number }
            return outcomes[number - 1]
        }

        func words(_ number: Int = 1) throws -> String? { try Recognition.heard(outcome(number).get().body)?.text }

        var told: [String] {
            news.compactMap { if case .words(let words, _) = $0 { words } else { nil } }
        }

        /// How many bytes each utterance had that was heard to its end.
        var heard: [Int] {
            entries.filter { $0.event == .stt && $0["status"] == 200 }.compactMap {
                $0["bytes"]?.number.map { Int($0) }
            }
        }
    }

    /// Not two of its samples are alike.
    private static func speech(_ milliseconds: Int, from first: Int16 = 1) -> [Int16] {
        (0..<16 * milliseconds).map { first &+ Int16(truncatingIfNeeded: $0) }
    }

    @Test(arguments: styles) func wordsComeWhileHeSpeaksAndTheRestAfterwards(style: String) throws {
        let line = try Line(style, "stt say \"I want to pay my bill.\"")
        try line.waitUntilOpen()
        let samples = Self.speech(1000)
        line.begins()
        line.transcriber.heard(Array(samples[..<6000]))
        try line.turn { line.told == ["I"] }
        line.later += Transcriber.wordsPause
        line.transcriber.heard(Array(samples[6000..<10_000]))
        try line.turn { line.told == ["I", "I want"] }
        line.transcriber.heard(Array(samples[10_000...]))
        line.transcriber.ended(samples)
        line.asks(samples)
        #expect(try line.words() == "I want to pay my bill.")
        #expect(line.heard == [32_000])
        #expect(line.violations == [] && line.reports == [])
    }

    /// The next one is there before he speaks again.
    @Test(arguments: styles) func eachUtteranceHasAConnectionOfItsOwn(style: String) throws {
        let line = try Line(style, "stt say one times 1\nstt say two")
        try line.waitUntilOpen()
        let (first, second) = (Self.speech(400), Self.speech(500, from: 77))
        try line.says(first)
        try line.waitUntilOpen(2)
        try line.says(second)
        // The call asks late, and in its own time.
        line.asks(first)
        #expect(try line.words() == "one")
        line.asks(second)
        #expect(try line.words(2) == "two")
        #expect(line.heard == [12_800, 16_000])
        #expect(line.violations == [])
    }

    @Test(arguments: styles) func aConnectionThatDropsAmidLosesNothing(style: String) throws {
        let line = try Line(style, "stt drop times 1\nstt say \"I want to pay.\"")
        try line.waitUntilOpen()
        let samples = Self.speech(1500)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == "I want to pay.")
        #expect(line.heard == [48_000])
        #expect(line.reports.count == 1 && line.violations == [])
    }

    /// The service ends the connection of the first, whose words were all sent.
    @Test func aConnectionThatDropsAtTheEndLosesNothing() throws {
        let line = try Line("vosk", "stt status 500 times 1\nstt say yes")
        let samples = Self.speech(600)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == "yes")
        #expect(line.heard == [19_200])
    }

    @Test(arguments: styles) func whatWasNotFedIsFed(style: String) throws {
        let line = try Line(style, "stt say yes")
        line.asks(Self.speech(30_000))
        #expect(try line.words() == "yes")
        #expect(line.heard == [960_000])
        #expect(line.violations == [])
    }

    @Test func whatHeHasSaidSoFarMayBeAsked() throws {
        let line = try Line("websocket", "stt say \"yes please\"")
        let samples = Self.speech(700)
        line.begins()
        line.transcriber.heard(samples)
        try line.turn { line.told == ["yes please"] }
        line.asks(Array(samples[..<9600]))
        #expect(try line.words() == "yes please")
        // What he says then is of no use to it.
        line.transcriber.heard(samples)
        line.transcriber.ended(samples + samples)
        try line.turn(for: .milliseconds(50))
        #expect(line.count(.stt) == 1 && line.violations == [])
    }

    @Test func whatIsAskedBelatedlyDisturbsNothingThatHeSays() throws {
        let line = try Line("websocket", "stt say one times 1\nstt say two")
        let (first, second) = (Self.speech(400), Self.speech(500, from: 77))
        line.begins()
        line.transcriber.heard(Array(second[..<2000]))
        line.asks(first)
        line.transcriber.heard(Array(second[2000...]))
        try line.turn { line.told.count == 1 }
        line.transcriber.ended(second)
        line.asks(second)
        _ = try line.words(2)
        #expect(line.heard.sorted() == [12_800, 16_000])
        #expect(line.violations == [])
    }

    @Test func nothingIsUnderstood() throws {
        let line = try Line("vosk", "stt say \"\"")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == nil)
    }

    // MARK: The language

    @Test func theLanguageAndTheHintsAreThoseOfTheEnd() throws {
        let line = try Line("websocket", "stt say ja")
        let (first, second) = (Self.speech(400), Self.speech(500, from: 77))
        let german = Recognizer.Options(language: "de-DE", hints: ["Wien"])
        // The flow has changed them meanwhile: he is heard anew.
        try line.says(first)
        line.asks(first, german)
        #expect(try line.words() == "ja")
        try line.says(second, german)
        line.asks(second, german)
        #expect(try line.words(2) == "ja")
        let heard = line.entries.filter { $0.event == .stt && $0["language"] == "de-DE" }
        #expect(heard.map { $0["hints"] } == [["Wien"], ["Wien"]])
        #expect(heard.map { $0["bytes"] } == [12_800, 16_000])
        #expect(line.violations == [])
    }

    @Test func whoIsNotListenedToCostsNothing() throws {
        let line = try Line("websocket")
        try line.waitUntilOpen()
        line.transcriber.began()
        line.transcriber.heard(Self.speech(1000))
        try line.turn(for: .milliseconds(50))
        line.transcriber.ended(Self.speech(1000))
        try line.turn(for: .milliseconds(50))
        #expect(line.count(.sttWords) == 0 && line.count(.stt) == 0 && line.count(.sttSocket) == 1)
    }

    // MARK: Faults

    @Test func aServiceThatIsAwayIsTold() throws {
        let gone = try StandInServer(StandInServer.Options(scenario: Scenario())) { _ in }.port
        let line = try Line("vosk", address: "http://127.0.0.1:\(gone)/")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        guard case .failure(.unreachable(let reason)) = try line.outcome() else {
            Issue.record("\(line.outcomes)")
            return
        }
        #expect(reason.contains("127.0.0.1"))
        #expect(line.reports.allSatisfy { !$0.contains("demo-stt-key") })
    }

    /// As by a request, so that the call decides what comes of it.
    @Test func aRefusalIsToldAsItIs() throws {
        let line = try Line("websocket", key: "wrong")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.outcome().get().status == 401)
        let full = try Line("vosk", "stt-socket status 503 retry-after 7")
        try full.says(samples)
        full.asks(samples)
        let answer = try full.outcome().get()
        #expect(answer.status == 503 && answer.retryAfter == "7")
        #expect((line.reports + full.reports).allSatisfy { !$0.contains("wrong") && !$0.contains("demo-stt-key") })
    }

    @Test(arguments: styles) func aServiceThatSaysNothingIsWaitedForAndNotLonger(style: String) throws {
        let line = try Line(style, "stt hang")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples, within: .milliseconds(300))
        guard case .failure(.timedOut) = try line.outcome() else {
            Issue.record("\(line.outcomes)")
            return
        }
        #expect(line.violations == [])
    }

    /// Some words are better than none.
    @Test(arguments: styles) func wordsThatNeverSettleCount(style: String) throws {
        let line = try Line(style, "stt say \"yes\"\nstt stall")
        let stalled = try Line(style, "stt stall")
        let samples = Self.speech(700)
        for line in [line, stalled] {
            try line.says(samples)
            line.asks(samples)
        }
        #expect(try line.words() == "yes")
        try stalled.turn(for: .milliseconds(100))
        #expect(stalled.outcomes.isEmpty)
        stalled.later += Transcriber.openPause
        #expect(try stalled.words() == "Hello.")
    }

    @Test func anErrorOfTheServiceIsReportedInItsWords() throws {
        let line = try Line("websocket", "stt status 503")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        guard case .failure(let failure) = try line.outcome() else {
            Issue.record("\(line.outcomes)")
            return
        }
        #expect("\(failure)".contains("reports an error"))
        #expect(line.reports.contains { $0.contains("status 503") })
    }

    @Test(arguments: ["garbage", "deep", "huge", "reply {\"type\":\"transcription\"}"]) func nonsenseIsAFailure(
        answer: String
    ) throws {
        let line = try Line("websocket", "stt \(answer)")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        if case .success = try line.outcome() { Issue.record("\(line.outcomes)") }
    }

    @Test func whatNobodyWaitsForAnyMoreIsDropped() throws {
        let line = try Line("vosk", "stt delay 200 say late")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        try line.turn { line.count(.stt) == 1 }
        line.transcriber.cancel()
        try line.turn(for: .milliseconds(300))
        #expect(line.outcomes.isEmpty && line.violations == [])
    }

    // MARK: The connection ahead

    @Test func aConnectionThatDropsWhileItWaitsIsReplaced() throws {
        let line = try Line("vosk", "stt-open delay 20 drop times 1")
        try line.waitUntilOpen()
        line.later += .seconds(11)
        try line.waitUntilOpen(2)
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == "Hello.")
    }

    @Test func aConnectionThatIsDeadIsFoundOutAndReplaced() throws {
        let line = try Line("vosk", "stt-open silence times 1")
        try line.waitUntilOpen()
        line.later += RecognitionSocket.keepAlive
        try line.turn(for: .milliseconds(20))
        #expect(line.count(.wsPing) == 1)
        line.later += RecognitionSocket.keepAlive
        try line.waitUntilOpen(2)
        #expect(line.violations == [])
    }

    @Test func aServiceThatKeepsDroppingIsNotCalledAllTheTime() throws {
        let line = try Line("vosk", "stt-open drop")
        try line.turn(for: .milliseconds(1200))
        #expect((1...3).contains(line.count(.sttSocket)))
    }

    /// Of a caller whom nobody asks about, only so much is kept.
    @Test func utterancesThatNobodyAsksForAreForgotten() throws {
        let line = try Line("websocket", "stt hang")
        for _ in 0..<20 { try line.says(Self.speech(60)) }
        #expect(line.transcriber.interests.count <= Transcriber.mostUtterances + 1)
        line.later += Transcriber.keep
        try line.turn(for: .milliseconds(20))
        #expect(line.transcriber.interests.count <= 1)
    }

    @Test func theEndOfTheCallClosesEverything() throws {
        let line = try Line("websocket")
        try line.waitUntilOpen()
        line.begins()
        line.transcriber.heard(Self.speech(100))
        try line.turn(for: .milliseconds(50))
        line.transcriber.finish()
        #expect(line.transcriber.interests.isEmpty && line.transcriber.deadline == nil)
        try line.turn { line.entries.contains { $0.event == .closed && $0["code"] == 1001 } }
    }
}
