import Glibc
import Testbed
import Testing

@testable import Configuration

@Suite struct SecretFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func configuration(_ name: String = "s") -> String {
        minimal.replacing("client_secret = secret", with: "client_secret_file = \(folder.path(name))")
    }

    private func secret() throws -> String {
        try Settings.parse(configuration(), fileName: "f.conf").cognigy.clientSecret.reveal()
    }

    /// Editors and terminals add them.
    @Test(arguments: ["abc", "abc\n", "abc\r\n", "abc\n\n", "abc ", "abc \t\n", "abc \r\n"])
    func blanksAtTheEndAreNoPartOfTheSecret(text: String) throws {
        try folder.write(text, to: "s")
        #expect(try secret() == "abc")
    }

    @Test func blanksInItArePartOfTheSecret() throws {
        try folder.write(" a b;\n", to: "s", mode: 0o400)
        #expect(try secret() == " a b;")
    }

    @Test func aLinkToASecretIsFollowedAndItsTargetChecked() throws {
        try folder.write("abc", to: "target")
        symlink("target", folder.path("s"))
        #expect(try secret() == "abc")
        chmod(folder.path("target"), 0o644)
        #expect(objection(to: configuration())?.contains("is open to other users") == true)
    }

    @Test(
        arguments: [
            ("", 0o600, "is empty"), ("\n", 0o600, "is empty"), (" \t\n", 0o600, "is empty"),
            ("a\nb", 0o600, "is not one line of text"),
            ("abc", 0o640, "is open to other users; close it with: chmod 600"),
            ("abc", 0o604, "is open to other users"),
        ] as [(String, mode_t, String)])
    func unusableFilesAreNamedWithTheirRemedy(text: String, mode: mode_t, problem: String) throws {
        try folder.write(text, to: "s", mode: mode)
        let message = objection(to: configuration()) ?? ""
        #expect(message.hasPrefix("f.conf:4: [cognigy] client_secret_file: \(folder.path("s")) \(problem)"))
    }

    @Test func sizeIsLimited() throws {
        try folder.write(String(repeating: "x", count: 4096), to: "s")
        #expect(try secret().utf8.count == 4096)
        try folder.write(String(repeating: "x", count: 4097), to: "s")
        #expect(objection(to: configuration())?.contains("larger than 4096 bytes") == true)
    }

    @Test func aMissingFileAndAFolderAreNamed() {
        #expect(objection(to: configuration("none"))?.contains("does not exist") == true)
        #expect(objection(to: configuration("."))?.contains("is not a file") == true)
    }

    @Test(.enabled(if: geteuid() == 0)) func aSecretOfSomebodyElseIsRefused() throws {
        try folder.write("abc", to: "s")
        chown(folder.path("s"), 12_345, 0)
        #expect(objection(to: configuration())?.contains("belongs to neither root nor") == true)
    }

    @Test func aFileThatALaterLayerReplacesIsNotRead() throws {
        let settings = try Settings.parse(
            configuration("none"), fileName: "f", environment: ["COGNIGY_CLIENT_SECRET": "later"])
        #expect(settings.cognigy.clientSecret.reveal() == "later")
    }
}
