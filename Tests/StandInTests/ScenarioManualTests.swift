import Foundation
import Testing

@testable import StandIn

/// The section "Scenarios" of Tests/README.md says what the parser does.
@Suite struct ScenarioManualTests {
    private let root: String
    private let manual: String

    init() throws {
        root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try String(contentsOfFile: root + "/Tests/README.md", encoding: .utf8)
        let start = try #require(text.range(of: "\n## Scenarios\n")).upperBound
        let end = text[start...].range(of: "\n## ")?.lowerBound ?? text.endIndex
        manual = String(text[start..<end])
    }

    /// The rows of the table under a heading, each as its cells.
    private func table(_ heading: String) throws -> [[String]] {
        let start = try #require(manual.range(of: "\n### \(heading)\n")).upperBound
        let end = manual[start...].range(of: "\n### ")?.lowerBound ?? manual.endIndex
        return manual[start..<end].split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map(String.init) }
    }

    /// The first word of each piece between backticks.
    private func words(in cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .compactMap { $0.element.split(separator: " ").first.map(String.init) }
    }

    private func named(in heading: String) throws -> [String] {
        try table(heading).compactMap { words(in: $0[0]).first }
    }

    /// The words that a part of the parser compares with.
    private func parsed(in file: String, from start: String = "", to end: String = "") throws -> Set<String> {
        let code = try String(contentsOfFile: root + "/Sources/StandIn/Scenario/\(file).swift", encoding: .utf8)
        let first = start.isEmpty ? code.startIndex : try #require(code.range(of: start)).upperBound
        let last = end.isEmpty ? code.endIndex : try #require(code[first...].range(of: end)).lowerBound
        return Set(code[first..<last].matches(of: /(?:case|case \(|with:|==) ?"([A-Za-z-]+)"/).map { String($0.1) })
    }

    @Test func everyTriggerIsExplainedWithItsActions() throws {
        var actions: [String: Set<String>] = [:]
        for row in try table("Triggers") {
            let name = try #require(words(in: row[0]).first)
            let known = words(in: row[2])
            let others = known.compactMap { actions[$0] }.reduce(Set()) { $0.union($1) }
            actions[name] = Set(known.filter { actions[$0] == nil }).union(others)
            let arguments = [
                "key": " 1", "after": " 1", "audio": " a", "dialog": " a", "suggest": " a", "input": " a",
                "event": " a",
            ]
            let argument = arguments[name] ?? ""
            let rule = try #require(try Scenario(parsing: "\(name)\(argument) delay 1").rules.first)
            #expect(actions[name] == rule.trigger.actions, "\(name)")
        }
        #expect(
            Set(actions.keys)
                == (try parsed(in: "ScenarioTrigger", from: "init(", to: "var actions")).subtracting(["any"]))
    }

    @Test func everyActionIsExplained() throws {
        let actions = try parsed(in: "ScenarioStep", from: "private mutating func action", to: "private mutating func")
        #expect(Set(try named(in: "Actions")) == actions)
    }

    @Test func everySettingIsExplained() throws {
        #expect(
            Set(try named(in: "Settings"))
                == (try parsed(in: "ScenarioParser")).subtracting(["then", "omit", "yes", "no"]))
    }

    @Test func everyOtherWordOccurs() throws {
        let files = ["ScenarioParser", "ScenarioTrigger", "ScenarioStep", "ScenarioSession"]
        for word in try files.reduce(into: Set<String>(), { $0.formUnion(try parsed(in: $1)) }) {
            #expect(manual.contains("`\(word)") || manual.contains("\"\(word)\""), "\(word)")
        }
    }

    @Test func theExamplesAreScenarios() throws {
        let examples = manual.components(separatedBy: "```scenario\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(examples.count == 4)
        for example in examples { #expect(try !Scenario(parsing: example).rules.isEmpty) }
    }
}
