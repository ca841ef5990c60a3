import JSON
import Report
import Testbed
import Testing

@testable import Counters

@Suite struct CountsTests {
    static func call(
        _ status: String = "COMPLETED", _ reason: String = "end", _ more: [MetricsField: JSON] = [:]
    ) -> [MetricsField: JSON] {
        let line: [MetricsField: JSON] = [
            .eventType: "call", .user: "0123456789abcdef", .call: "1700000000.1", .session: "s1", .service: "endpoint",
            .status: .string(status), .reason: .string(reason), .length: 61_000.5, .token: .null, .sessionTime: 60,
            .socket: 120.5, .setup: 180.1, .firstSound: 900, .keys: 2, .prompts: 3, .interruptions: 1, .turns: 2,
            .reconnects: 0, .retries: 4,
        ]
        return line.merging(more) { $1 }
    }

    private func counts(_ lines: [MetricsField: JSON]...) -> Counts {
        var counts = Counts()
        for line in lines { counts.add(line) }
        return counts
    }

    private func text(_ counts: Counts) -> String { String(decoding: counts.line, as: UTF8.self) }

    @Test func aCallIsWhatItsLineSays() {
        #expect(
            text(counts(Self.call())) == """

                1 call/first_sound_ms/1000=1 call/first_sound_ms/us=900000 call/length_ms/120000=1 \
                call/length_ms/us=61000500 call/session_ms/100=1 call/session_ms/us=60000 call/setup_ms/200=1 \
                call/setup_ms/us=180100 call/socket_ms/200=1 call/socket_ms/us=120500 calls/COMPLETED/end=1 \
                interruptions=1 keys=2 prompts=3 retries=4 .

                """)
    }

    @Test func aTurnIsWhatItsLineSays() {
        let turn: [MetricsField: JSON] = [
            .eventType: "voice_turn", .intent: "refund", .endOfTurn: 500, .recognition: 10, .dialog: 10.1,
            .synthesis: .null, .firstSound: 40_000,
        ]
        #expect(
            text(counts(turn)) == """

                1 turns/voice_turn=1 voice_turn/cognigy_latency_ms/25=1 voice_turn/cognigy_latency_ms/us=10100 \
                voice_turn/end_of_turn_ms/500=1 voice_turn/end_of_turn_ms/us=500000 \
                voice_turn/first_sound_ms/more=1 voice_turn/first_sound_ms/us=40000000 \
                voice_turn/stt_latency_ms/10=1 voice_turn/stt_latency_ms/us=10000 .

                """)
        #expect(counts([.eventType: "dtmf_turn", .dialog: 1])["turns/dtmf_turn"] == 1)
    }

    /// A dialog waits for the caller's first word.
    @Test(arguments: ["dialog", "handoff"]) func theTimesOfACallThatGreetsNobodyAreNoSetUp(service: String) {
        let counts = counts(Self.call("HANDOFF", "handoff", [.service: .string(service)]))
        #expect(counts["call/setup_ms/us"] == 0 && counts["call/first_sound_ms/us"] == 0)
        #expect(counts["call/length_ms/us"] == 61_000_500 && counts["calls/HANDOFF/handoff"] == 1)
    }

    @Test(arguments: [
        ("COMPLETED", "end", "end"), ("COMPLETED", "the caller's 4711", "other"), ("COMPLETED", "http_404", "other"),
        ("UNAVAILABLE", "http_503", "http_5xx"), ("UNAVAILABLE", "http_418", "http_4xx"),
        ("UNAVAILABLE", "http_404", "http_404"), ("UNAVAILABLE", "http_302", "other"),
        ("UNAVAILABLE", "http_-99", "other"), ("HANGUP", "x\n1 keys=9 .", "other"),
    ])
    func aReasonThatIsNotOursIsNoLabel(status: String, reason: String, known: String) {
        let counts = counts(Self.call(status, reason, [.keys: 0]))
        #expect(counts.sums.keys.filter { $0.hasPrefix("calls") } == ["calls/\(status)/\(known)"])
        #expect(Counts.read(counts.line).counts == counts)
    }

    @Test func whatIsNoCallAndNoTurnCountsForNothing() {
        let lines: [[MetricsField: JSON]] = [
            [:], [.eventType: "other"], [.eventType: 1], [.eventType: "caller_said", .text: "x"],
            [.eventType: "call"], [.eventType: "call", .status: "LOST", .reason: "end"],
        ]
        for line in lines { #expect(counts(line).isEmpty) }
        let odd = counts(Self.call("COMPLETED", "end", [.keys: -1, .prompts: "3", .length: -5, .setup: 1e300]))
        #expect(odd["keys"] == 0 && odd["prompts"] == 0 && odd["call/length_ms/us"] == 0)
        #expect(odd["call/setup_ms/us"] == 31 * 86_400_000_000 && odd["call/setup_ms/more"] == 1)
    }

    // MARK: The file

    @Test func linesAreAddedUp() {
        let one = counts(Self.call())
        let two = counts(Self.call("HANGUP", "hangup", [.keys: 40]))
        let (sum, broken) = Counts.read(one.line + two.line + one.line)
        #expect(broken == 0)
        #expect(sum["keys"] == 44 && sum["calls/COMPLETED/end"] == 2 && sum["calls/HANGUP/hangup"] == 1)
        #expect(sum["call/length_ms/120000"] == 3 && sum["call/length_ms/us"] == 3 * 61_000_500)
        #expect(Counts.read(sum.line).counts == sum)
    }

    /// Wherever its writer is killed.
    @Test func aTornLineTakesNoOtherWithIt() {
        let line = counts(Self.call()).line
        for length in 0..<line.count - 1 {
            let (sum, broken) = Counts.read(line + line.prefix(length) + line)
            // All but the end of the line may be there.
            let isWhole = length == line.count - 1
            #expect(sum["keys"] == (isWhole ? 6 : 4), "\(length)")
            #expect(broken == (length > 1 && !isWhole ? 1 : 0), "\(length)")
        }
    }

    @Test(arguments: [
        "keys=1 .", "2 keys=1 .", "1 keys=1", "1 keys .", "1 keys= .", "1 =1 .", "1 keys=-1 .", "1 keys=1x .",
        "1 keys=+1 .", "1 keys=1=1 .", "1 ke\"ys=1 .", "1 keys=18446744073709551616 .", "1", "1 .x", "\u{0}\u{1}",
        "1 \(String(repeating: "k", count: 81))=1 .", "1 prompts=1 keys=99999999999999999999999 .",
    ])
    func aLineThatMakesNoSenseCountsForNothing(text: String) {
        let (sum, broken) = Counts.read(Array("1 keys=5 .\n\(text)\n1 keys=2 .\n".utf8))
        #expect(sum.sums == ["keys": 7])
        #expect(broken == 1)
    }

    @Test func aSumStaysAtTheLargestNumber() {
        let most = "1 keys=18446744073709551615 .\n"
        #expect(Counts.read(Array((most + most).utf8)).counts["keys"] == .max)
    }

    @Test func namesOfALaterVersionAreKeptButNotWithoutEnd() {
        #expect(Counts.read(Array("1 later/name=3 .".utf8)).counts.sums == ["later/name": 3])
        let many = (0..<3000).map { "1 n\($0)=1 .\n" }.joined()
        #expect(Counts.read(Array(many.utf8)).counts.sums.count == Counts.mostNames)
    }

    @Test func bytesOfAnyKindAreRead() {
        var random = SeededGenerator(seed: 17)
        let letters = Array("1 keys=.\n90/".utf8)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? letters.randomElement(using: &random) ?? 0 : .random(in: 0...255, using: &random)
            }
            let sum = Counts.read(bytes).counts
            #expect(Counts.read(sum.line).counts == sum)
        }
    }
}
