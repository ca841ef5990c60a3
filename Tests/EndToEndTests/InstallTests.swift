import Glibc
import System
import TestService
import Testbed
import Testing

/// `make install`, into a folder in place of the machine.
@Suite struct InstallTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func install(_ words: String...) throws -> Outcome {
        try Outcome(of: ["make", "-s", "-C", Binary.root, "install", "DESTDIR=\(folder.path)"] + words)
    }

    private func isProgram(_ path: String) throws -> Bool {
        try Outcome(of: [folder.path(path), "--version"]).output.hasPrefix("cognigy-bridge ")
    }

    private func directories(_ mark: String, _ agi: String) -> String {
        "[options]\nastagidir = /wrong\n[directories]\(mark)\nastetcdir => /etc/asterisk\nastagidir => \(agi) ; here\n[files]\n"
    }

    private func write(_ configuration: String) throws {
        try #require(try Outcome(of: ["mkdir", "-p", folder.path("etc/asterisk")]).status == .code(0))
        try folder.write(configuration, to: "etc/asterisk/asterisk.conf")
    }

    @Test func asteriskSaysWhereItLooks() throws {
        try write(directories("", "/opt/asterisk/agi"))
        let outcome = try install()
        #expect(outcome.output == "/opt/asterisk/agi/cognigy-bridge\n", "\(outcome.errors)")
        #expect(try isProgram("opt/asterisk/agi/cognigy-bridge"))
        var status = stat()
        #expect(
            lstat(folder.path("etc/asterisk/cognigy-bridge.conf"), &status) == 0 && status.st_mode & 0o7777 == 0o640)
    }

    /// As Debian ships it: a template, from which Asterisk takes nothing.
    @Test func aTemplateSaysNothing() throws {
        try write(directories("(!)", "/opt/asterisk/agi"))
        let outcome = try install()
        #expect(outcome.status == .code(0) && outcome.output != "/opt/asterisk/agi/cognigy-bridge\n")
        #expect(outcome.output.hasSuffix("/cognigy-bridge\n"))
        #expect(access(folder.path("opt"), F_OK) != 0)
    }

    @Test func whatIsConfiguredStays() throws {
        try write("")
        try folder.write("mine", to: "etc/asterisk/cognigy-bridge.conf")
        #expect(try install("AGI_BIN=/agi").status == .code(0))
        #expect(try folder.text("etc/asterisk/cognigy-bridge.conf") == "mine")
    }

    @Test func aFileInPlaceOfTheFolderIsAFailureAndStays() throws {
        try folder.write("a file", to: "agi")
        let outcome = try install("AGI_BIN=/agi")
        #expect(outcome.status != .code(0) && outcome.errors.contains("agi"))
        #expect(try folder.text("agi") == "a file")
    }

    /// Calls start while the program is replaced.
    @Test func everyStartMeetsAWholeProgram() throws {
        _ = try install("AGI_BIN=/agi")
        let script = """
            .ci/install agi-bin/cognigy-bridge agi-bin/cognigy-bridge.conf '\(folder.path)' /agi /etc >/dev/null || exit 9
            """
        var upgrades = try Subprocess(
            ["sh", "-c", "cd '\(Binary.root)'; for n in 1 2 3 4 5 6 7 8 9 10 11 12; do \(script); done"])
        var starts = 0
        var failures = 0
        while upgrades.reap() == nil || starts < 20 {
            starts += 1
            if try Outcome(of: [folder.path("agi/cognigy-bridge"), "--version"]).status != .code(0) { failures += 1 }
        }
        #expect(upgrades.wait() == .code(0))
        #expect(failures == 0, "\(failures) of \(starts)")
        #expect(try FolderListing.names(folder.path("agi")) == ["cognigy-bridge"])
    }
}
