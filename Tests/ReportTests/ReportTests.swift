import JSON
import Testing

@testable import Report

@Suite struct ReportTests {
    @Test func callsAreCountedByHowTheyEnded() {
        let report = Lines.report([
            Lines.call(0), Lines.call(10), Lines.call(20, "UNAVAILABLE", "no_reply"),
            Lines.call(30, "ERROR", "configuration"),
            Lines.call(40, "UNAVAILABLE", "no_reply"), Lines.call(50, "HANGUP", "hangup", ["first_sound_ms": .null]),
        ])
        #expect(report.calls == 6 && report.bad == 3 && report.unheard == 1)
        #expect(
            report.outcomes.sorted.map { "\($0.name.status) \($0.name.reason) \($0.count)" }.sorted() == [
                "COMPLETED end 2", "ERROR configuration 1", "HANGUP hangup 1", "UNAVAILABLE no_reply 2",
            ])
        #expect(report.errors.map(\.name.reason) == ["no_reply", "configuration"])
        #expect(report.prompts == 18 && report.interruptions == 6)
        #expect(report.atOnce.most == 6)
    }

    @Test func aStepThatWasNotTakenHasNoTime() {
        let report = Lines.report([Lines.call(0), Lines.call(1, ["token_ms": 40])])
        #expect(report.steps[.token]?.count == 1)
        #expect(report.steps[.token]?.percentile(0.5) == 40)
        #expect(report.steps[.socket]?.count == 2)
    }

    /// It waits for his first word, however long that takes him.
    @Test(arguments: ["dialog", "handoff"]) func whereTheCallerIsNotGreetedThereIsNoSetUp(service: String) {
        let report = Lines.report([
            Lines.call(0, ["service": .string(service), "first_sound_ms": 60_000]),
            Lines.call(1, "HANGUP", "hangup", ["service": .string(service), "first_sound_ms": .null]),
        ])
        #expect(report.calls == 2 && report.steps.isEmpty && report.unheard == 0)
    }

    @Test func theBusiestHourIsTheOneInWhichMostCallsEnded() {
        let report = Lines.report([
            Lines.call(0), Lines.call(3600), Lines.call(3700), Lines.call(7200), Lines.call(7201),
        ])
        #expect(report.busiestHour?.hour == Int(Lines.start) / 3600 + 1)
        #expect(report.busiestHour?.calls == 2)
    }

    @Test func onlyLinesOfThePeriodCount() {
        let period = Period(since: Lines.start + 10, until: Lines.start + 20)
        let report = Lines.report([Lines.call(9.9), Lines.call(10), Lines.call(19.9), Lines.call(20)], of: period)
        #expect(report.calls == 2)
    }

    @Test(arguments: [
        ("{", "it is no JSON object"), ("[1]", "it is no JSON object"), ("\u{0}", "it is no JSON object"),
        (#"{"event_type":"call"}"#, "it has no timestamp"),
        (#"{"event_type":"call","timestamp":"yesterday"}"#, "it has no timestamp"),
        (#"{"event_type":"call","timestamp":"1999-12-31T23:59:59.999Z"}"#, "it has no timestamp"),
        (#"{"event_type":"call","timestamp":"2100-01-01T00:00:00.000Z"}"#, "it has no timestamp"),
        (#"{"event_type":"call","timestamp":5}"#, "it has no timestamp"),
        (#"{"timestamp":"2025-11-24T16:00:00.000Z"}"#, "it has no event_type"),
    ])
    func aLineThatMakesNoSenseIsNamed(line: String, why: String) {
        let report = Lines.report([Lines.call(0), "", line, "nonsense", Lines.call(1)])
        #expect(report.calls == 2)
        #expect(report.broken.count == 2)
        #expect(report.broken.first == "file:3: \(why)")
    }

    @Test func aLineThatIsTooLongIsNamedToo() {
        var report = Report()
        report.take(nil) { "file:1" }
        #expect(report.broken.first == "file:1: it is longer than 64 KiB")
    }

    @Test func numbersThatCannotBeAreNone() {
        for value: JSON in [-1, 1e300, "60", .null, true, [], 2_678_400_001] {
            let report = Lines.report([Lines.call(0, ["session_ms": value, "length_ms": value, "retries": value])])
            #expect(report.steps[.sessionTime] == nil)
            #expect(report.calls == 1 && report.retried == 0)
        }
    }

    @Test func eventsOfLaterVersionsAreCountedApart() {
        let report = Lines.report([Lines.turn(0, "fax_turn"), Lines.call(0)])
        #expect(report.unknown == 1 && report.broken.count == 0)
        #expect(report.remarks.contains("1 line of events that this version does not know."))
    }

    @Test func onlySoManyReasonsAreKept() {
        let report = Lines.report((0..<1000).map { Lines.call(Double($0), "COMPLETED", "reason \($0)") })
        #expect(report.outcomes.sorted.count == 200)
        #expect(report.outcomes.others == 800)
    }

    // MARK: Of what a wait is made

    private func shares(_ times: [String: JSON]) -> [String: Int] {
        let turns = Lines.report([Lines.turn(0, times)]).spoken
        return Dictionary(turns.shares.map { ($0.part.rawValue, Int(($0.share * 1000).rounded())) }) { $1 }
    }

    @Test func theWaitIsTheSumOfItsParts() {
        #expect(
            shares([
                "end_of_turn_ms": 500, "stt_latency_ms": 1000, "cognigy_latency_ms": 250, "tts_latency_ms": 200,
                "first_sound_ms": 2000,
            ]) == ["silence": 250, "recognition": 500, "flow": 125, "sound": 125])
    }

    /// The recogniser was at work while the silence lasted: it cost the caller nothing.
    @Test func aRecognitionInTheSilenceIsNoWait() {
        #expect(
            shares([
                "end_of_turn_ms": 500, "stt_latency_ms": 400, "cognigy_latency_ms": 300, "tts_latency_ms": 150,
                "first_sound_ms": 1000,
            ]) == ["silence": 500, "recognition": 50, "flow": 300, "sound": 150])
    }

    @Test func partsThatAreLongerThanTheWholeAreCut() {
        #expect(
            shares(["end_of_turn_ms": 5000, "stt_latency_ms": 1, "cognigy_latency_ms": 1, "first_sound_ms": 1000])
                == ["silence": 1000, "recognition": 0, "flow": 0, "sound": 0])
    }

    @Test func aTurnWithoutASoundHasNoShares() {
        #expect(shares(["first_sound_ms": .null]) == [:])
        #expect(Lines.report([Lines.turn(0, ["first_sound_ms": .null])]).spoken.count == 1)
    }
}
