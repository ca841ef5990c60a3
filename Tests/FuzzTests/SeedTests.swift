import Glibc
import System
import Testing

/// The seeds of each fuzz target, what once crashed it among them, keep their promises in an ordinary build too.
@Suite struct SeedTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    private static let seeds = root + "/Tests/Fuzz/seeds"

    private static func names(in folder: String) -> [String] {
        ((try? FolderListing.names(folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Runs `fuzz`, which the package builds beside the tests.
    private func fuzz(_ words: [String]) throws -> (output: String, exit: Subprocess.ExitStatus) {
        let tests = try #require(realpath("/proc/self/exe", nil))
        defer { free(tests) }
        let folder = String(cString: tests).split(separator: "/").dropLast().joined(separator: "/")
        var output = try Pipe()
        var process = try Subprocess(
            ["/\(folder)/fuzz"] + words, environment: ["SWIFT_BACKTRACE=enable=no"], output: output.rawWriter,
            errors: output.rawWriter)
        output.writer = nil
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(output.rawReader) { bytes += more }
        return (String(decoding: bytes, as: UTF8.self), process.wait())
    }

    @Test func everyTargetHasSeeds() throws {
        let targets = try fuzz([]).output.split(separator: "\n").map(String.init)
        #expect(targets.sorted() == Self.names(in: Self.seeds))
    }

    @Test(arguments: names(in: seeds)) func seedsBreakNoPromise(of target: String) throws {
        let files = Self.names(in: "\(Self.seeds)/\(target)").map { "\(Self.seeds)/\(target)/\($0)" }
        #expect(!files.isEmpty)
        let (output, exit) = try fuzz([target] + files)
        #expect(exit == .code(0), "\(target): \(output)")
    }
}
