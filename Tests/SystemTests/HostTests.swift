import System
import Testbed
import Testing

@Suite struct HostTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func identity(_ id: String, in file: String) throws -> String {
        try folder.write(id, to: file)
        return Host.identity(systemID: folder.path(file))
    }

    @Test func machinesOfTheSameNameAreToldApartByTheirSystems() throws {
        let one = try identity("0123456789abcdef0123456789abcdef\n", in: "one")
        let other = try identity("fedcba9876543210fedcba9876543210\n", in: "other")
        #expect(one != other)
        #expect(Host.identity(systemID: folder.path("one")) == one)
        // Cloned images have one id, and names of their own.
        #expect(one.hasSuffix(Host.name) && other.hasSuffix(Host.name))
    }

    @Test func whereThereIsNoIDTheNameIsLeft() throws {
        #expect(Host.identity(systemID: folder.path("none")) == Host.name)
        #expect(Host.identity(systemID: folder.path) == Host.name)
        #expect(try identity("", in: "empty") == Host.name)
    }

    @Test func aFileThatIsTooLongIsNotReadToItsEnd() throws {
        #expect(
            try identity(String(repeating: "x", count: 100_000), in: "long").utf8.count <= 64 + Host.name.utf8.count)
    }
}
