import Glibc
import JSON
import System
import TestService
import Testing

/// What others wrote of the program: the list of it that make writes, and the licences in the program.
@Suite struct PartsTests {
    private static let list = Binary.path + ".spdx.json"
    private static let names = ["openssl", "curl", "c-ares", "speexdsp", "silero-vad", "glibc", "gcc", "swift"]

    @Test func theListHasEachPart() throws {
        let text = try AtomicFile.read(Self.list, limit: 1 << 20, forbidden: 0).bytes
        let parts = try JSON(parsing: text)["packages"]?.array ?? []
        #expect(parts.count == Self.names.count + 1)
        let program = try Outcome(of: ["sha256sum", Binary.path]).output
        #expect(parts.first?["checksums"]?.array?.first?["checksumValue"]?.string == String(program.prefix(64)))
        for name in Self.names {
            let part = try #require(parts.first { $0["name"]?.string?.hasPrefix(name) == true }, "\(name)")
            #expect(part["checksums"]?.array?.first?["checksumValue"]?.string?.count == 64, "\(name)")
            #expect(part["versionInfo"]?.string?.first?.isNumber == true, "\(name)")
        }
    }

    /// By a reader of such lists that was not written here.
    @Test(.enabled(if: access(PythonPeer.interpreter, X_OK) == 0)) func othersCanReadTheList() throws {
        let reader = "from spdx_tools.spdx.clitools.pyspdxtools import main; main()"
        let outcome = try Outcome(of: [PythonPeer.interpreter, "-c", reader, "--infile", Self.list])
        #expect(outcome.status == .code(0), "\(outcome.errors)")
    }

    @Test func theProgramHasTheLicences() throws {
        let outcome = try Outcome(of: [Binary.path, "--licenses"])
        #expect(outcome.status == .code(0))
        let index = outcome.output.split(separator: "\n").prefix(Self.names.count + 1)
        for (name, line) in zip(Self.names, index.dropFirst()) { #expect(line.hasPrefix("  " + name)) }
        for words in [
            "Permission is hereby granted, free of charge", "Apache License", "GNU LESSER GENERAL PUBLIC LICENSE",
            "GNU GENERAL PUBLIC LICENSE", "Daniel Stenberg", "Silero Team",
        ] {
            #expect(outcome.output.contains(words), "\(words)")
        }
    }
}
