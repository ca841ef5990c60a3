import Foundation
import JSON
import Testing

/// Tests/ENDPOINT.md names tests that exist, and names every command that the fixtures have.
@Suite struct EndpointTableTests {
    private let tests: String
    private let table: String

    init() throws {
        tests = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        table = try String(contentsOfFile: tests + "/ENDPOINT.md", encoding: .utf8)
    }

    /// The cells of each row.
    private var rows: [[String]] {
        table.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// What stands between backticks.
    private func names(in cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    @Test func eachTestThatItNamesExists() throws {
        var sources: [String: String] = [:]
        let files = try #require(FileManager.default.enumerator(atPath: tests))
        for case let file as String in files where file.hasSuffix(".swift") {
            // A suite may go on in a file of its own: Suite+Part.swift.
            let name = try #require(file.split(separator: "/").last).prefix { $0 != "+" && $0 != "." }
            sources[String(name), default: ""] += try String(contentsOfFile: tests + "/" + file, encoding: .utf8)
        }
        let named = rows.flatMap { names(in: $0.last ?? "") }.filter { $0.contains("Tests.") }
        #expect(named.count > 60)
        for name in Set(named) {
            let parts = name.split(separator: ".").map(String.init)
            try #require(parts.count == 2, "\(name) is no Suite.test")
            let source = sources[parts[0]]
            #expect(source?.contains("struct \(parts[0]) ") ?? false, "there is no suite \(parts[0])")
            #expect(source?.contains(" func \(parts[1])(") ?? false, "there is no test \(name)")
        }
    }

    @Test func eachRowHasATestOrAReason() {
        for row in rows {
            #expect(row.count == 3, "\(row)")
            #expect(row.allSatisfy { !$0.isEmpty }, "\(row)")
        }
    }

    @Test func eachCommandOfTheFixturesIsInATable() throws {
        let words = Set(rows.flatMap { names(in: $0[0]) })
        for text in Fixture.verbs {
            let json = try Fixture.json(text)
            for verb in json.array ?? [json] {
                guard let object = verb.object, object["action"] == nil else { continue }
                if let name = verb["verb"]?.string {
                    #expect(words.contains(name))
                } else if object.count == 1, let name = object.keys.first {
                    #expect(words.contains(name))
                }
            }
        }
        for text in Fixture.activities {
            let json = try Fixture.json(text)
            #expect(words.contains(try #require((json["name"] ?? json["type"])?.string)))
        }
        for text in Fixture.nodes { #expect(words.contains(try #require(try Fixture.json(text)["type"]?.string))) }
        for text in Fixture.states {
            #expect(words.contains(try Fixture.json(text)["status"]?.string ?? "interpretAs"))
        }
        for text in Fixture.richContent {
            for name in try Fixture.json(text).object?.keys.map({ $0 }) ?? [] { #expect(words.contains(name)) }
        }
    }
}
