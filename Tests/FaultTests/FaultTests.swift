import Glibc
import System
import TestService
import Testbed
import Testing

/// Each fault of the table against the static program. `make faults` writes the table, too.
@Suite struct FaultTests {
    static let all: [Fault] = [
        Faults.names, Faults.connection, Faults.certificates, Faults.token, Faults.session, Faults.endpoint,
        Faults.dialog, Faults.voiceSocket, Faults.socketIO, Faults.sounds, Faults.recogniser, Faults.voice,
        Faults.disk, Faults.limits, Faults.fleet, Faults.processes, Faults.clock, Faults.log, Faults.asterisk,
        Faults.caller,
    ].flatMap { $0 }

    @Test(arguments: all) func itIsAsTheTableSays(_ fault: Fault) async throws {
        if let need = fault.need, !need.isMet { try Test.cancel("\(fault.testDescription) \(need.rawValue)") }
        let seen = try await Turnstile.shared.pass { try fault.play() }
        for (name, cell) in zip(["the caller", "left on disk", "exit", "the log"], fault.cells) {
            #expect(cell.holds(seen), "\(name): \(cell.words)\nbut: \(seen)")
        }
    }

    @Test func theTableIsMadeOfThem() throws {
        let path = Binary.root + "/Tests/FAULTS.md"
        let text = FaultTable.text(Self.all, Elsewhere.all)
        if getenv("WRITE_FAULTS") != nil {
            let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
            try Descriptor.writeAll(file.raw, text.utf8, deadline: MonotonicClock.now() + .seconds(1))
        }
        #expect(contents(of: path) == text, "Tests/FAULTS.md is not what the faults say: make faults writes it")
    }

    @Test func whatIsProvedElsewhereIs() throws {
        var sources: [String: String] = [:]
        for folder in try FolderListing.names(Binary.root + "/Tests") where folder.hasSuffix("Tests") {
            for file in try FolderListing.names(Binary.root + "/Tests/" + folder) where file.hasSuffix(".swift") {
                // Two targets may have a suite of the same name.
                sources[String(file.dropLast(6)), default: ""] +=
                    contents(of: "\(Binary.root)/Tests/\(folder)/\(file)") ?? ""
            }
        }
        for fault in Elsewhere.all {
            let parts = fault.proof.split(separator: ".").map(String.init)
            let isThere = sources[parts[0]]?.contains(" func \(parts[1])(") ?? false
            #expect(isThere, "there is no test \(fault.proof)")
        }
    }

    @Test func noNameComesTwice() {
        var names: Set<String> = []
        for fault in Self.all { #expect(names.insert(fault.testDescription).inserted, "\(fault.testDescription)") }
    }
}
