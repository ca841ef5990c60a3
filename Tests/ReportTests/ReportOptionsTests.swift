import Testing

@testable import Report

@Suite struct ReportOptionsTests {
    private static let now = 1_764_000_000.0

    private func options(_ words: String...) throws -> ReportOptions { try ReportOptions(words, now: Self.now) }

    private func mistake(_ words: String...) -> String {
        do {
            _ = try ReportOptions(words, now: Self.now)
            return ""
        } catch { return "\(error)" }
    }

    @Test func wordsAreFiles() throws {
        #expect(try options().files == [])
        #expect(try options("a", "-", "b", "--json").files == ["a", "-", "b"])
        #expect(try options("--", "--json", "-x").files == ["--json", "-x"])
        #expect(try options("--json").printsJSON && options("--fields").printsFields)
        #expect(try options("--html", "p", "a").page == "p")
        #expect(try options("--call", "1.1", "a").call == "1.1")
    }

    @Test(arguments: [
        ("90s", now - 90), ("90m", now - 5400), ("12h", now - 43_200), ("7d", now - 604_800), ("0d", now),
        ("2025-11-24", 1_763_942_400), ("2025-11-24T16:00", now), ("2025-11-24T16:00:00.000Z", now),
    ])
    func timesAreBeforeNowOrInUTC(text: String, time: Double) throws {
        #expect(try options("--since", text).period == Period(since: time))
        #expect(try options("--until", text).period == Period(until: time))
    }

    @Test(arguments: ["", "h", "1", "-1h", "1w", "1.5h", "+1h", "12345678h", "yesterday", "2025-13-01", "１h"])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(
            mistake("--since", text).hasPrefix(
                text.isEmpty ? "report: --since needs a value" : "report: --since \(text) is no time; "))
    }

    @Test(arguments: [
        ("--jsn", "--json"), ("--hmtl", "--html"), ("--field", "--fields"), ("--cal", "--call"), ("-j", "--"),
        ("--from", "--"),
    ])
    func theNearestOptionIsNamed(word: String, nearest: String) {
        #expect(mistake(word).hasPrefix("report: there is no option \(word); did you mean \(nearest)"))
    }

    @Test func whatLacksOrDoesNotGoTogetherIsNamed() {
        #expect(mistake("--call") == "report: --call needs a value")
        #expect(mistake("--html", "") == "report: --html needs a value")
        #expect(mistake("--call", "1", "--html", "p") == "report: --call and --html do not go together")
        #expect(mistake("--call", "1", "--since", "1h") == "report: --call and --since do not go together")
        #expect(mistake("--call", "1\u{1B}").hasPrefix("report: --call 1?: write the uniqueid"))
        #expect(mistake("--\u{1B}[2J").hasPrefix("report: there is no option --?[2J;"))
    }
}
