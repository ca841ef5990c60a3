import JSON
import Testing

@testable import Report

@Suite struct VerdictTests {
    private func verdicts(_ lines: [String]) -> [String] {
        Lines.report(lines).verdicts.map { "\($0.weight): \($0.sentence)" }
    }

    private func calls(_ count: Int, _ more: [String: JSON] = [:]) -> [String] {
        (0..<count).map { Lines.call(Double($0), more) }
    }

    @Test func nothingIsSaidOfNothing() {
        #expect(verdicts([]) == ["note: There is no call and no turn in these lines."])
    }

    @Test func callsThatAreWellAreSaidToBe() {
        #expect(
            verdicts(calls(20)) == [
                "good: No call was lost to the service or to this machine.",
                "good: 19 of 20 callers hear something within 900 ms of the start.",
            ])
    }

    @Test func fewCallsSayLittle() {
        #expect(verdicts(calls(19)).last == "note: With 19 calls the percentiles say little.")
    }

    @Test func lostCallsComeFirst() {
        let lost = [Lines.call(30, "UNAVAILABLE", "no_reply"), Lines.call(31, "UNAVAILABLE", "http_503")]
        #expect(
            verdicts(calls(38) + lost + [Lines.call(32, "UNAVAILABLE", "no_reply")]).first
                == "bad: 3 of 41 calls (7.3 %) found the service away or this machine broken, most with no_reply (2). Look at: the "
                + "flow; its logs have COGNIGY_SESSION_ID.")
        #expect(
            verdicts([Lines.call(30, "UNAVAILABLE", "http_503")]).contains {
                $0.contains("http_503 (1). Look at: its status page")
            })
        // The breaker's own reason says nothing of the cause.
        let broken = (0..<3).map { Lines.call(Double(30 + $0), "UNAVAILABLE", "circuit_open") } + lost
        #expect(
            verdicts(broken).first?.contains("most with http_503 (1), which circuit_open (3) follows. Look at: its")
                == true
        )
        #expect(
            verdicts(calls(200) + [Lines.call(300, "ERROR", "x")]).contains {
                $0.hasPrefix("note: 1 of 201 calls (0.5 %)")
            })
    }

    @Test func theRecognitionIsNamedWhereItIsTheWait() {
        let turn: [String: JSON] = [
            "end_of_turn_ms": 400, "stt_latency_ms": 1900, "cognigy_latency_ms": 100, "tts_latency_ms": 50,
            "first_sound_ms": 2500,
        ]
        #expect(
            verdicts(calls(20) + (0..<20).map { Lines.turn(Double($0), turn) }).first
                == "bad: Callers who say something wait 2.5 s for an answer (p95). Recognition p95 is 1.9 s: three quarters of "
                + "the wait. A recogniser that listens while the caller speaks is faster: stt_style = websocket or vosk."
        )
    }

    @Test(arguments: [
        (
            "end_of_turn_ms",
            "The silence that ends what is said p95 is 2.5 s: nearly all of the wait. Look at end_silence_ms"
        ),
        ("cognigy_latency_ms", "The flow p95 is 2.5 s: nearly all of the wait. Look at the flow's nodes"),
        ("tts_latency_ms", "The voice and the start of the sound takes longest: nearly all of the wait. A voice that"),
    ])
    func theLongestPartIsNamed(field: String, words: String) {
        var turn: [String: JSON] = [
            "end_of_turn_ms": 0, "stt_latency_ms": 0, "cognigy_latency_ms": 0, "tts_latency_ms": 0,
            "first_sound_ms": 2500,
        ]
        turn[field] = 2500
        let said = verdicts(calls(20) + (0..<20).map { Lines.turn(Double($0), "dtmf_turn", turn) }).first ?? ""
        #expect(said.hasPrefix("bad: Callers who press keys wait 2.5 s for an answer (p95). \(words)"), "\(said)")
    }

    @Test func turnsThatAreFastAreSaidToBe() {
        let turns = (0..<20).map { Lines.turn(Double($0), ["first_sound_ms": 1100]) }
        #expect(verdicts(turns) == ["good: Callers who say something are answered within 1.1 s 19 times of 20."])
    }

    @Test(
        arguments: [
            (
                ["setup_ms": 500],
                "the service is ready after 500 ms, so it is the flow or its first sound that takes long"
            ),
            (["setup_ms": 4500, "session_ms": 4000], "of the steps of the set-up the session takes longest, 4.0 s"),
            (["setup_ms": 4500, "session_ms": .null, "socket_ms": .null], "the service is ready after 4.5 s"),
        ] as [([String: JSON], String)])
    func aSlowSetUpHasACause(times: [String: JSON], cause: String) {
        let said = verdicts(calls(20, times.merging(["first_sound_ms": 5000]) { $1 }))
        #expect(said.first == "bad: One caller in 20 hears nothing for 5.0 s or more (first sound p95): \(cause).")
    }

    @Test func traffic() {
        let said = verdicts(
            calls(30) + [
                Lines.call(40, ["reconnects": 3]), Lines.call(41, ["retries": 1]), Lines.call(42, ["retries": 2]),
                Lines.call(43, "HANGUP", "hangup", ["first_sound_ms": .null]),
            ])
        #expect(said.contains("note: 1 caller (2.9 %) hung up before anything was heard."))
        #expect(said.contains { $0.hasPrefix("note: The socket dropped and was opened again in 1 call (2.9 %)") })
        #expect(said.contains { $0.hasPrefix("bad: A request of the set-up was made again in 2 calls (5.9 %)") })
    }
}
