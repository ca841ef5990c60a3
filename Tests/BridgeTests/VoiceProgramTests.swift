import Call
import Glibc
import Testbed
import Testing

@testable import Bridge

@Suite struct VoiceProgramTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func theFirstProgramInPATHSpeaksTheLanguageOfTheCall() throws {
        try folder.write("", to: "espeak-ng", mode: 0o700)
        let program = folder.path("espeak-ng")
        #expect(
            VoiceProgram.find(path: "/nowhere:\(folder.path)", locale: "de-DE")
                == [program, "-v", "de", "--stdin", "--stdout"])
        #expect(VoiceProgram.find(path: folder.path, locale: nil) == [program, "--stdin", "--stdout"])
        // What is no language is not handed to a program.
        for locale in ["", "-x", "12", "x", "de;id"] {
            let command = VoiceProgram.find(path: folder.path, locale: locale)
            #expect(command?.dropFirst().allSatisfy { ["-v", "de", "--stdin", "--stdout"].contains($0) } == true)
        }
    }

    @Test func whatCannotBeStartedIsPassedOver() throws {
        try folder.write("", to: "espeak-ng", mode: 0o600)
        try folder.write("", to: "espeak", mode: 0o700)
        let found = VoiceProgram.find(path: folder.path, locale: nil)
        #expect(found != nil && found?.first != folder.path("espeak-ng"))
    }

    @Test func theUsualFoldersAreSearchedWithoutAPath() {
        // `make test` installs it.
        guard access("/usr/bin/espeak-ng", X_OK) == 0 else { return }
        #expect(VoiceProgram.find(path: nil, locale: nil)?.first?.hasSuffix("/espeak-ng") == true)
    }
}
