import Cognigy
import HTTP
import StandIn
import System
import Testing
import Transport

@testable import Bridge

/// A transcriber and a service in one poll.
final class TranscriberLine {
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
    /// Where the clock stands still but for `later`.
    var clock: Duration?

    /// Nothing reaches the service any more, nor comes from it.
    var isAway = false

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

    var now: Duration { (clock ?? MonotonicClock.now()) + later }
    var entries: [Journal.Entry] { notes.entries }
    var reports: [String] { notes.reports }
    var violations: [String] { entries.filter { $0.event == .violation }.compactMap { $0["what"]?.string } }

    func turn() throws {
        let wait = min(max((transcriber.deadline ?? .seconds(1)) - now, .zero), .milliseconds(5))
        let ready = client.wait(for: transcriber.interests, timeout: wait)
        transcriber.process(ready, now)
        for completion in client.completions() { _ = transcriber.completed(completion, now) }
        news += transcriber.step(now)
        if !isAway { _ = try server?.step(timeout: .zero) }
    }

    /// Once at least, so that what is due by then is done.
    func turn(until isSo: () -> Bool) throws {
        let deadline = MonotonicClock.now() + .seconds(20)
        repeat {
            if MonotonicClock.now() > deadline { throw CancellationError() }
            try turn()
        } while !isSo()
    }

    func turn(for time: Duration) throws {
        let end = MonotonicClock.now() + time
        while MonotonicClock.now() < end { try turn() }
    }

    func count(_ event: Journal.Event) -> Int { entries.count { $0.event == event } }

    /// The connection ahead stands, the `number`th of all.
    func waitUntilOpen(_ number: Int = 1) throws {
        try turn {
            transcriber.ahead?.state == .idle
                && entries.count { $0.event == .sttSocket && $0["status"] == 101 } >= number
        }
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
        _ samples: [Int16], _ options: Recognizer.Options = .init(), within: Duration = .seconds(60)
    ) {
        transcriber.transcribe(samples, options, within: within, now)
    }

    var outcomes: [Result<Response, Failure>] {
        news.compactMap { if case .transcribed(let outcome) = $0 { outcome } else { nil } }
    }

    /// Why there is no result.
    func failure() throws -> String {
        guard case .failure(let failure) = try outcome() else {
            Issue.record("\(outcomes)")
            return ""
        }
        return "\(failure)"
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

    /// The socket of the first utterance that is not over.
    var socket: RecognitionSocket? { transcriber.utterances.first?.socket }

    /// How many bytes each utterance had that was heard to its end.
    var heard: [Int] {
        entries.filter { $0.event == .stt && $0["status"] == 200 }.compactMap {
            $0["bytes"]?.number.map { Int($0) }
        }
    }
}
