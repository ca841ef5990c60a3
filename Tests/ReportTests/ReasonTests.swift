import Glibc
import System
import Testing

@testable import Report

@Suite struct ReasonTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    private static func text(of path: String) throws -> String {
        let file = "\(root)/\(path)"
        return String(
            decoding: try AtomicFile.read(file, limit: 1 << 20, owner: .anyone, forbidden: 0).bytes, as: UTF8.self)
    }

    @Test func theTableInREADMEIsThisOne() throws {
        let readme = try Self.text(of: "README.md")
        #expect(readme.contains("\n\(Reason.table)\n"), "README's table is to be:\n\(Reason.table)")
    }

    /// Each word that the sources end a call with.
    @Test func whatTheCodeSaysIsThere() throws {
        var words: Set<String> = []
        for folder in ["Call", "Bridge", "Cognigy", "cognigy-bridge"] {
            for file in try Self.sources("Sources/\(folder)") {
                let parts = try Self.text(of: file).split(separator: "Ending(")
                for part in parts.dropFirst() {
                    // Ending(.unavailable, "word", ...), perhaps on lines of their own.
                    let first = part.drop { $0.isWhitespace }
                    guard first.first == ".", let comma = first.firstIndex(of: ",") else { continue }
                    let second = first[first.index(after: comma)...].drop { $0.isWhitespace }
                    if second.first == "\"" { words.insert(String(second.dropFirst().prefix { $0 != "\"" })) }
                }
            }
        }
        #expect(words.count > 12, "\(words)")
        let known = Set(Reason.all.flatMap(\.words))
        #expect(words.subtracting(known) == [])
    }

    private static func sources(_ folder: String) throws -> [String] {
        try FolderListing.names("\(root)/\(folder)").flatMap { name -> [String] in
            name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : (try? sources("\(folder)/\(name)")) ?? []
        }
    }

    @Test func theOneThatIsMostFrequentComesWithItsRemedy() {
        var report = Report()
        for second in 0..<30 {
            let line = Lines.call(Double(second), "UNAVAILABLE", "unreachable", [:])
            report.take(Array(line.utf8)[...]) { "1" }
        }
        report.finish()
        #expect(report.verdicts.first?.sentence.contains("unreachable (30). Look at: the firewall") == true)
    }
}
