import Report
import Testing

@testable import Counters

@Suite struct ExpositionTests {
    private func lines(_ counts: Counts = Counts(), _ state: Exposition.State = .init()) -> [String] {
        Exposition(counts, state, version: "1.2.3", commit: "abc").text.split(separator: "\n").map(String.init)
    }

    @Test func everySeriesIsThereFromTheBeginning() {
        let empty = lines()
        var counts = Counts()
        counts.add(CountsTests.call())
        counts.add([
            .eventType: "voice_turn", .endOfTurn: 1, .recognition: 1, .dialog: 1, .synthesis: 1, .firstSound: 1,
        ])
        counts.add([.eventType: "dtmf_turn", .dialog: 1, .synthesis: 1, .firstSound: 1])
        let names = { (lines: [String]) in
            lines.filter { !$0.hasPrefix("#") }.map { line in line.prefix { $0 != " " } }
        }
        #expect(names(lines(counts)) == names(empty))
        #expect(Set(names(empty)).count == names(empty).count)
        // Nobody's page grows with his calls.
        #expect(empty.count < 400)
    }

    @Test func everyMetricSaysWhatItIs() {
        var known = ""
        for line in lines() {
            let words = line.split(separator: " ")
            if line.hasPrefix("# HELP ") { #expect(words.count > 4, "\(line)") }
            if line.hasPrefix("# TYPE ") {
                known = String(words[2])
                #expect(["counter", "gauge", "histogram"].contains(words[3]))
                #expect(words[3] == "counter" ? known.hasSuffix("_total") : !known.hasSuffix("_total"))
            }
            if !line.hasPrefix("#") {
                #expect(line.hasPrefix(known) && !known.isEmpty && Double(words.last ?? "") != nil, "\(line)")
            }
        }
    }

    @Test func bucketsHoldThoseBelowThem() {
        var counts = Counts()
        for length in [1, 5000, 5000.1, 7_200_000] {
            counts.add(CountsTests.call("HANGUP", "hangup", [.length: .number(length)]))
        }
        let length = lines(counts).filter { $0.hasPrefix("cognigy_bridge_call_duration_seconds_") }
        #expect(
            length == [
                ("5", 2), ("10", 3), ("20", 3), ("30", 3), ("60", 3), ("120", 3), ("300", 3), ("600", 3), ("1800", 3),
                ("3600", 3), ("+Inf", 4),
            ].map { "cognigy_bridge_call_duration_seconds_bucket{le=\"\($0)\"} \($1)" } + [
                "cognigy_bridge_call_duration_seconds_sum 7210.0011", "cognigy_bridge_call_duration_seconds_count 4",
            ])
    }

    @Test func whatIsSoAtThisMomentIsTold() {
        var state = Exposition.State()
        state.breakersOpen = 1
        state.webhooksKept = 7
        let told = lines(Counts(), state)
        #expect(told.contains("cognigy_bridge_breakers_open 1") && told.contains("cognigy_bridge_webhooks_kept 7"))
        #expect(told.contains("cognigy_bridge_build_info{version=\"1.2.3\",commit=\"abc\"} 1"))
        let odd = Exposition(Counts(), state, version: "a\"b\\c\nd", commit: "").text
        #expect(odd.contains(#"version="a\"b\\c\nd""#))
    }

    @Test(arguments: [
        (0, "0"), (1, "0.000001"), (999_999, "0.999999"), (1_000_000, "1"), (1_500_000, "1.5"),
        (UInt64.max, "18446744073709.551615"),
    ])
    func millionthsAreWrittenAsADecimal(number: UInt64, text: String) {
        #expect(Exposition.decimal(number, places: 6) == text)
    }
}
