import Glibc
import Testing

@testable import Counters

@Suite struct KnownEndingTests {
    /// Whatever README tells operators of is a label of its own, but a call that has not ended.
    @Test func everyReasonOfREADMEIsKnown() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let file = try #require(fopen(root + "/README.md", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let length = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes.prefix(length), as: UTF8.self)
        let rows = text.split(separator: "\n").drop { $0 != "| reason | what it means | what to do |" }
            .dropFirst(2).prefix { $0.hasPrefix("| ") }
        let reasons = rows.flatMap { row in
            row.dropFirst(2).prefix { $0 != "|" }.split { $0 == "," || $0 == " " }.map(String.init)
        }
        #expect(reasons.count > 25)
        for reason in reasons where reason != "unfinished" {
            #expect(KnownEnding.all.contains { $0.reason == reason }, "\(reason)")
        }
    }

    @Test func eachIsThereOnce() {
        #expect(Set(KnownEnding.all.map(\.name)).count == KnownEnding.all.count)
        for ending in KnownEnding.all { #expect(KnownEnding(ending.status, ending.reason) == ending) }
    }
}
