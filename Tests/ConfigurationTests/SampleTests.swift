import System
import Testing

@testable import Configuration

/// The file that users copy says what the program does.
@Suite struct SampleTests {
    private let lines: [String]

    init() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let bytes = try AtomicFile.read(
            "/\(root)/agi-bin/cognigy-bridge.conf", limit: 1 << 16, owner: .anyone, forbidden: 0
        ).bytes
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// `;key = value`: a setting that waits for its semicolon to be removed.
    private func isWaiting(_ line: String) -> Bool {
        line.hasPrefix(";") && line.dropFirst().first?.isLetter == true && line.contains(" = ")
    }

    private func parse(_ lines: [String]) throws -> Settings {
        try Settings.parse(
            lines.joined(separator: "\n"), fileName: "sample",
            environment: ["COGNIGY_ENDPOINT_URL": "https://host.test/0123456789abcdef"])
    }

    @Test func itParsesAsItIsAndSetsOnlyWhatIsRequired() throws {
        var expected = Settings()
        expected.cognigy.endpoint = Settings.Endpoint(server: "https://host.test", token: Secret("0123456789abcdef"))
        #expect(try parse(lines) == expected)
    }

    @Test func whatItShowsAsDefaultIsTheDefault() throws {
        let defaults = lines.map { isWaiting($0) && !$0.contains("; example") ? String($0.dropFirst()) : $0 }
        #expect(defaults != lines)
        #expect(try parse(defaults) == (try parse(lines)))
    }

    @Test func everyExampleParses() throws {
        let replaced = [";endpoint_url": "endpoint_url_file"]
        // These name a file which is read at once.
        let readAtOnce = [";api_key_file", ";secret_file", ";client_secret_file", ";password_file"]
        for line in lines where isWaiting(line) && !readAtOnce.contains(where: line.hasPrefix) {
            let instead = replaced[String(line.prefix { $0 != " " })]
            let changed = lines.filter { instead.map($0.hasPrefix) != true }
                .map { $0 == line ? String(line.dropFirst()) : $0 }
            #expect(throws: Never.self, "\(line)") { try parse(changed) }
        }
    }

    @Test func everyKeyIsShownInItsSection() {
        var section = ""
        var shown = Set<String>()
        for line in lines {
            if line.hasPrefix("[") { section = String(line.dropFirst().dropLast()) }
            let setting = isWaiting(line) ? line.dropFirst() : line[...]
            if let name = setting.split(separator: " ").first { shown.insert("\(section).\(name)") }
        }
        for key in Schema.keys { #expect(shown.contains("\(key.section).\(key.name)"), "\(key.name)") }
    }
}
