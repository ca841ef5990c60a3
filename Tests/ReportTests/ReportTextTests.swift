import JSON
import Testing
import Text

@testable import Report

/// What a person and a program read.
@Suite struct ReportTextTests {
    private static let lines =
        (0..<30).map { Lines.call(Double($0) * 60, id: "1.\($0)", ["token_ms": $0 == 0 ? 40 : .null]) }
        + [Lines.call(1800, "UNAVAILABLE", "no_reply"), Lines.call(1801, "HANGUP", "hangup")]
        + (0..<10).map { Lines.turn(Double($0)) } + ["broken"]

    @Test func everythingIsSaidInEightyColumns() {
        let text = Lines.report(Self.lines).text
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let beginning = """
            Time     2025-11-24 16:00 to 2025-11-24 16:30 UTC
            Calls    32, with 10 turns, 96 prompts, 32 interrupted
            Length   p50 1 min 0 s, p90 1 min 0 s, p99 1 min 0 s
            At once  2 at most, at 2025-11-24 16:29
            Busiest  the hour from 2025-11-24 16:00: 32 calls

            How calls ended
              COMPLETED end                      30   93.8 %  ########################
              HANGUP hangup                       1    3.1 %  #
              UNAVAILABLE no_reply                1    3.1 %  #

            Errors by kind
              no_reply                            1  100.0 %  ########################

            Set-up, from the start of the call        calls        p50        p90        p99
              token                                       1      40 ms      40 ms      40 ms
              session                                    32      60 ms      60 ms      60 ms
              socket                                     32     121 ms     121 ms     121 ms
              ready                                      32     180 ms     180 ms     180 ms
              first sound                                32     900 ms     900 ms     900 ms

            Turns by voice: 10                        turns        p50        p90        p99
              end of turn                                10     500 ms     500 ms     500 ms
            """
        #expect(text.hasPrefix(beginning))
        #expect(text.contains("\n    recognition                                59 %  ##############\n"))
        #expect(text.contains("\n1 line could not be read. The first is file:43: it is no JSON object."))
        #expect(!text.contains("Turns by keys"))
    }

    @Test func withoutCallsThereIsNoTable() {
        let text = Lines.report([]).text
        #expect(
            text.hasPrefix(
                "Calls    0, with 0 turns, 0 prompts, 0 interrupted\n\nWhat that means\n-   There is no call"))
    }

    @Test func linesThatAreNotInOrderAreSpokenOf() {
        let text = Lines.report([Lines.call(200_000), Lines.call(0)]).text
        #expect(text.contains("1 call ended more than a day before the line above"))
    }

    @Test func programsReadTheSame() {
        let json = Lines.report(Self.lines).json
        #expect(json["calls"] == 32 && json["bad_calls"] == 1 && json["broken_lines"] == 1)
        #expect(json["from"] == "2025-11-24T16:00:00.000Z" && json["to"] == "2025-11-24T16:30:01.000Z")
        #expect(json["at_once"]?["most"] == 2)
        #expect(json["busiest_hour"] == ["from": "2025-11-24T16:00:00.000Z", "calls": 32])
        #expect(json["outcomes"]?.array?.first == ["status": "COMPLETED", "reason": "end", "calls": 30])
        #expect(
            json["setup"]?["token_ms"] == ["count": 1, "p50": 40.0, "p90": 40.0, "p95": 40.0, "p99": 40.0, "max": 40.0])
        #expect(json["turns"]?["voice"]?["count"] == 10 && json["turns"]?["keys"]?["count"] == 0)
        let shares = json["turns"]?["voice"]?["shares_of_the_wait"]?.object ?? [:]
        #expect(abs(shares.values.compactMap(\.number).reduce(0, +) - 1) < 0.01)
        #expect(json["first_broken_line"] == "file:43: it is no JSON object")
        #expect(Lines.report([]).json["from"] == nil)
        let again = try? JSON(parsing: json.serialized)
        #expect(again?["verdicts"] == json["verdicts"])
    }

    @Test func noLineCommandsTheTerminal() {
        let evil = "\u{1B}]0;x\u{7}\u{9B}1m"
        let report = Lines.report([Lines.call(0, evil, evil), Lines.call(1, "UNAVAILABLE", evil), "{\(evil)"])
        #expect(!report.text.unicodeScalars.contains { $0.isControlOrLineBreak && $0 != "\n" })
    }

    // MARK: The page

    @Test func thePageNeedsNothingElse() {
        let page = Lines.report(Self.lines + [Lines.call(7200), Lines.turn(7210, "dtmf_turn")]).page(
            madeAt: Lines.start + 9000)
        for word in ["http:", "https:", "<script", "<link", "<img", "@import", "url(", "src="] {
            #expect(!Array(page.utf8).holds(Array(word.utf8)), "\(word)")
        }
        for word in [
            "<meta name=\"viewport\"", "prefers-color-scheme: dark", "Content-Security-Policy", "Calls in each hour",
            "<h2>Turns by voice: 10</h2>", "<h2>Turns by keys: 1</h2>", "UNAVAILABLE <span>no_reply</span>",
            "Made by cognigy-bridge report, 2025-11-24 18:30 UTC.",
        ] { #expect(Array(page.utf8).holds(Array(word.utf8)), "\(word)") }
        isWellFormed(page)
    }

    @Test func nothingInALineIsMarkup() {
        let evil = "</style><script>alert(1)</script>\"'&<b x=\u{1B}"
        let page = Lines.report([
            Lines.call(0, evil, evil), Lines.call(9000, "UNAVAILABLE", evil), Lines.turn(5, ["intent": .string(evil)]),
            evil,
        ]).page(madeAt: Lines.start)
        #expect(!Array(page.utf8).holds(Array("<script".utf8)))
        #expect(!Array(page.utf8).holds(Array("<b x".utf8)))
        #expect(Array(page.utf8).holds(Array("&lt;/style&gt;&lt;script&gt;alert(1)".utf8)))
        isWellFormed(page)
    }

    @Test func ofYearsThereAreAHundredColumnsAtMost() {
        let year = 31_536_000.0
        let spans: [Double] = [3600, 86_400, 30 * 86_400, year, 3 * year, 20 * year, 74 * year]
        for span in spans {
            let page = Lines.report([Lines.call(0), Lines.call(span)]).page(madeAt: Lines.start)
            let columns = Array(page.utf8).pieces(between: Array("<g>".utf8)).count - 1
            #expect((2...101).contains(columns), "\(span): \(columns)")
        }
    }

    @Test func aPageOfNothingIsAPage() { isWellFormed(Lines.report([]).page(madeAt: Lines.start)) }

    /// Every element that is opened is closed, in order, and no attribute is left open.
    private func isWellFormed(_ page: String, location: SourceLocation = #_sourceLocation) {
        var open: [Substring] = []
        var rest = page[...]
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.prefix { !" />".contains($0) }
            #expect(tag.count { $0 == "\"" } % 2 == 0, "\(tag)", sourceLocation: location)
            if tag.hasPrefix("/") {
                #expect(open.popLast() == tag.dropFirst(), sourceLocation: location)
            } else if !tag.hasSuffix("/"), !tag.hasPrefix("!"), name != "meta" {
                open.append(name)
            }
        }
        #expect(open == [], sourceLocation: location)
    }
}
