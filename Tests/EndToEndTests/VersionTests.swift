import Glibc
import System
import TestService
import Testing

@Suite struct VersionTests {
    private func version(_ program: String) throws -> String {
        let outcome = try Outcome(of: [program, "--version"])
        #expect(outcome.status == .code(0))
        return outcome.output
    }

    private static let isRepository = access(Binary.root + "/.git", F_OK) == 0

    /// Two programs of different sources can be told apart.
    @Test(.enabled(if: isRepository)) func whatMakeBuiltNamesItsCommit() throws {
        let said = try version(Binary.path)
        let commit = said.split { "()".contains($0) }.dropFirst().first ?? ""
        let known = try Outcome(of: ["git", "-C", Binary.root, "rev-parse", "--verify", "--quiet", "HEAD"])
        #expect(said.hasPrefix("cognigy-bridge 0.1.0 (") && said.hasSuffix(")\n") && commit.count >= 7, "\(said)")
        // As the owner of the repository only, git tells.
        if known.status == .code(0) { #expect(commit != "unknown") }
    }

    @Test(.enabled(if: access(Binary.root + "/.build/debug/cognigy-bridge", X_OK) == 0))
    func whatSwiftAloneBuiltDoesNotKnowIt() throws {
        #expect(try version(Binary.root + "/.build/debug/cognigy-bridge") == "cognigy-bridge 0.1.0 (unknown)\n")
    }
}
