import Glibc
import System
import Testbed
import Testing

@testable import Configuration

@Suite struct TenantFileTests {
    let folder: TemporaryFolder
    private let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(minimal, to: "main.conf")
        try retryingOnInterrupt("mkdir") { [folder] in mkdir(folder.path("cognigy-bridge.d"), 0o755) }
        for name in ["acme", "Beta_2"] {
            try folder.write(
                minimal.replacing("flow_id = flow", with: "flow_id = \(name)"), to: "cognigy-bridge.d/\(name).conf")
        }
        environment = ["COGNIGY_BRIDGE_CONF": folder.path("main.conf")]
    }

    private func flow(_ arguments: [String]) throws -> String {
        try Settings.load(environment: environment, arguments: arguments).cognigy.flowID
    }

    private func objection(_ arguments: [String]) -> String? {
        do throws(ConfigurationError) {
            _ = try Settings.load(environment: environment, arguments: arguments)
            return nil
        } catch { return error.description }
    }

    @Test func theNamedFileStandsInTheMainOnesPlace() throws {
        #expect(try flow([]) == "flow")
        #expect(try flow(["conf=acme"]) == "acme")
        #expect(try flow(["voice=x", "conf=Beta_2"]) == "Beta_2")
        #expect(try flow(["conf=acme", "flow_id=own"]) == "own")
    }

    @Test func whatIsThereIsNamedWhereTheFileIsNot() throws {
        #expect(
            objection(["conf=acne"])
                == "argument conf: \(folder.path("cognigy-bridge.d/acne.conf")) does not exist; write it, or name one of: "
                + "Beta_2, acme")
        for name in ["acme", "Beta_2"] { unlink(folder.path("cognigy-bridge.d/\(name).conf")) }
        #expect(objection(["conf=acme"])?.hasSuffix("does not exist; write it; that folder holds no other") == true)
        rmdir(folder.path("cognigy-bridge.d"))
        #expect(objection(["conf=acme"])?.hasSuffix("does not exist; write it; that folder holds no other") == true)
    }

    /// A caller's text may be the name: it leads to no other folder.
    @Test(arguments: [
        "", "../main", "acme.conf", "/etc/passwd", "a b", "ä", "acme\n", String(repeating: "a", count: 65),
    ])
    func nothingElseIsAName(name: String) {
        #expect(objection(["conf=\(name)"])?.hasPrefix("argument conf: is not the name of a file; write NAME") == true)
    }

    @Test func itIsNamedOnce() {
        #expect(objection(["conf=acme", "conf=acme"]) == "argument conf: is set already; remove one of the two")
    }

    @Test func aFaultInItIsToldWithItsPath() throws {
        try folder.write("[cognigy]\nbase_urll = x", to: "cognigy-bridge.d/bad.conf")
        #expect(objection(["conf=bad"])?.hasPrefix("\(folder.path("cognigy-bridge.d/bad.conf")):2: ") == true)
        try folder.write(minimal, to: "cognigy-bridge.d/open.conf", mode: 0o646)
        #expect(objection(["conf=open"])?.contains("everybody on this machine can change this file") == true)
    }
}
