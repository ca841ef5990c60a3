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

    /// Not two of its samples are alike.
    private static func speech(_ milliseconds: Int, from first: Int16 = 1) -> [Int16] {
        (0..<16 * milliseconds).map { first &+ Int16(truncatingIfNeeded: $0) }
    }

    @Test(arguments: styles) func wordsComeWhileHeSpeaksAndTheRestAfterwards(style: String) throws {
        let line = try TranscriberLine(style, "stt say \"I want to pay my bill.\"")
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
        let line = try TranscriberLine(style, "stt say one times 1\nstt say two")
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
        let line = try TranscriberLine(style, "stt drop times 1\nstt say \"I want to pay.\"")
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
        let line = try TranscriberLine("vosk", "stt status 500 times 1\nstt say yes")
        let samples = Self.speech(600)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == "yes")
        #expect(line.heard == [19_200])
    }

    @Test(arguments: styles) func whatWasNotFedIsFed(style: String) throws {
        let line = try TranscriberLine(style, "stt say yes")
        line.asks(Self.speech(30_000))
        #expect(try line.words() == "yes")
        #expect(line.heard == [960_000])
        #expect(line.violations == [])
    }

    @Test func whatIsAskedBelatedlyDisturbsNothingThatHeSays() throws {
        let line = try TranscriberLine("websocket", "stt say one times 1\nstt say two")
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
        let line = try TranscriberLine("vosk", "stt say \"\"")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == nil)
    }

    // MARK: The language

    @Test func theLanguageAndTheHintsAreThoseOfTheEnd() throws {
        let line = try TranscriberLine("websocket", "stt say ja")
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
        let line = try TranscriberLine("websocket")
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
        let line = try TranscriberLine("vosk", address: "http://127.0.0.1:\(gone)/")
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
        let line = try TranscriberLine("websocket", key: "wrong")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.outcome().get().status == 401)
        let full = try TranscriberLine("vosk", "stt-socket status 503 retry-after 7")
        try full.says(samples)
        full.asks(samples)
        let answer = try full.outcome().get()
        #expect(answer.status == 503 && answer.retryAfter == "7")
        #expect((line.reports + full.reports).allSatisfy { !$0.contains("wrong") && !$0.contains("demo-stt-key") })
    }

    @Test(arguments: styles) func aServiceThatSaysNothingIsWaitedForAndNotLonger(style: String) throws {
        let line = try TranscriberLine(style, "stt hang")
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
        let line = try TranscriberLine(style, "stt say \"yes\"\nstt stall")
        let stalled = try TranscriberLine(style, "stt stall")
        let samples = Self.speech(700)
        for line in [line, stalled] {
            try line.says(samples)
            line.asks(samples)
        }
        #expect(try line.words() == "yes")
        try stalled.turn { stalled.socket?.state == .ending && stalled.socket?.isAlive == true }
        #expect(stalled.outcomes.isEmpty)
        stalled.later += Transcriber.openPause
        #expect(try stalled.words() == "Hello.")
    }

    /// Whose words may hold what the caller said.
    @Test func anErrorOfTheServiceIsReportedWithoutItsWords() throws {
        let line = try TranscriberLine("websocket", "stt status 503")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        let failure = try line.failure()
        #expect(failure.contains("reports an error"))
        #expect(line.reports.contains { $0.contains("reports an error") })
        #expect(line.reports.allSatisfy { !$0.contains("status 503") })
    }

    @Test(arguments: ["garbage", "deep", "huge", "reply {\"type\":\"transcription\"}"]) func nonsenseIsAFailure(
        answer: String
    ) throws {
        let line = try TranscriberLine("websocket", "stt \(answer)")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        if case .success = try line.outcome() { Issue.record("\(line.outcomes)") }
    }

    @Test func whatNobodyWaitsForAnyMoreIsDropped() throws {
        let line = try TranscriberLine("vosk", "stt delay 200 say late")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        try line.turn { line.count(.stt) == 1 }
        line.transcriber.cancel()
        try line.turn(for: .milliseconds(300))
        #expect(line.outcomes.isEmpty && line.violations == [])
    }

    /// A cough comes to no result, and the caller waits no longer than he has to.
    @Test(arguments: styles) func whereNoResultComesNothingWasUnderstood(style: String) throws {
        let line = try TranscriberLine(style, "stt hang")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples, within: .seconds(60))
        try line.turn { line.socket?.state == .ending && line.socket?.isAlive == true }
        #expect(line.outcomes.isEmpty)
        line.later += Transcriber.emptyPause
        #expect(try line.words() == nil)
        #expect(line.violations == [] && line.reports == [])
    }

    @Test(arguments: styles) func aConnectionThatDiesUnnoticedLosesNothing(style: String) throws {
        let line = try TranscriberLine(style, "stt say yes")
        try line.waitUntilOpen()
        line.isAway = true
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples, within: .seconds(60))
        try line.turn { line.socket?.state == .ending }
        line.later += RecognitionSocket.proof
        try line.turn { line.reports.contains { $0.contains("dead") } }
        line.isAway = false
        #expect(try line.words() == "yes")
        #expect(line.violations == [])
    }

    /// One that was just about to end the first part of what he said goes on with the second.
    @Test func aSecondResultAfterTheEndIsWaitedFor() throws {
        let line = try TranscriberLine("websocket", "stt stall")
        let samples = Self.speech(700)
        try line.says(samples)
        line.asks(samples, within: .seconds(60))
        try line.turn { line.socket?.state == .ending && line.socket?.isAlive == true }
        let final = #"{"type":"transcription","is_final":true,"alternatives":[{"transcript":"Hello."}]}"#
        line.clock = line.now
        line.socket?.take(.text(final), line.now)
        line.later += .milliseconds(400)
        try line.turn()
        #expect(line.outcomes.isEmpty)
        line.socket?.take(.text(final), line.now)
        line.later += Transcriber.settledPause
        #expect(try line.words() == "Hello. Hello.")
    }

    /// A web server that knows nothing of WebSockets.
    @Test func aPageInPlaceOfAWebSocketIsNoTranscript() throws {
        let line = try TranscriberLine("vosk", "stt-socket status 200")
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        let failure = try line.failure()
        #expect(failure.contains("WebSocket"))
    }

    // MARK: The connection ahead

    @Test func aConnectionThatDropsWhileItWaitsIsReplaced() throws {
        let line = try TranscriberLine("vosk", "stt-open delay 20 drop times 1")
        try line.waitUntilOpen()
        line.later += .seconds(11)
        try line.waitUntilOpen(2)
        let samples = Self.speech(400)
        try line.says(samples)
        line.asks(samples)
        #expect(try line.words() == "Hello.")
    }

    @Test func aConnectionThatIsDeadIsFoundOutAndReplaced() throws {
        let line = try TranscriberLine("vosk", "stt-open silence times 1")
        try line.waitUntilOpen()
        line.later += RecognitionSocket.keepAlive
        try line.turn { line.count(.wsPing) == 1 }
        line.later += RecognitionSocket.keepAlive
        try line.waitUntilOpen(2)
        #expect(line.violations == [])
    }

    @Test func aServiceThatKeepsDroppingIsNotCalledAllTheTime() throws {
        let line = try TranscriberLine("vosk", "stt-open drop")
        try line.turn(for: .milliseconds(1200))
        #expect((1...3).contains(line.count(.sttSocket)))
    }

    /// Of a caller whom nobody asks about, only so much is kept.
    @Test func utterancesThatNobodyAsksForAreForgotten() throws {
        let line = try TranscriberLine("websocket", "stt hang")
        for _ in 0..<20 { try line.says(Self.speech(60)) }
        #expect(line.transcriber.interests.count <= Transcriber.mostUtterances + 1)
        line.later += Transcriber.keep
        try line.turn { line.transcriber.utterances.isEmpty }
        #expect(line.transcriber.interests.count <= 1)
    }

    @Test func theEndOfTheCallClosesEverything() throws {
        let line = try TranscriberLine("websocket")
        try line.waitUntilOpen()
        line.begins()
        line.transcriber.heard(Self.speech(100))
        try line.turn(for: .milliseconds(50))
        line.transcriber.finish()
        #expect(line.transcriber.interests.isEmpty && line.transcriber.deadline == nil)
        try line.turn { line.entries.contains { $0.event == .closed && $0["code"] == 1001 } }
    }
}
