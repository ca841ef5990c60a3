import Checkup
import Testing

/// What real Asterisks say is understood; anything else is nothing.
@Suite struct ConsoleTests {
    @Test(arguments: Console.versions) func theSettings(version: String) throws {
        let settings = try #require(AsteriskSettings(Console.answer("core show settings", version)))
        #expect(settings.version.hasPrefix("\(version)."))
        #expect(settings.language == "en")
        #expect(settings.mostOpenFiles == 20_000)
        #expect(settings.agiFolder == "/usr/share/asterisk/agi-bin")
        #expect(settings.dataFolder == "/usr/share/asterisk")
        #expect(settings.processFile == "/var/run/asterisk/asterisk.pid")
    }

    @Test func aConsoleInColourSaysTheSame() throws {
        let settings = AsteriskSettings(
            "\u{1b}[0m  Version:   \u{1b}[1;32m20.1\u{1b}[0m\r\n  Default language:  de\r\n")
        #expect(settings?.version == "20.1")
        #expect(settings?.language == "de")
        #expect(settings?.agiFolder == nil && settings?.mostOpenFiles == nil)
    }

    @Test(arguments: Console.versions) func theFormats(version: String) throws {
        let formats = try #require(FileFormats(Console.answer("core show file formats", version)))
        #expect(formats.missing == [])
        #expect(formats.endings.isSuperset(of: ["sln", "sln16", "wav", "wav16", "alaw", "al", "ulaw", "g722"]))
        #expect(!formats.endings.contains("gsm"))
    }

    @Test func formatsThatAreMissingAreNamed() {
        let head = "Format     Name       Extensions          \n------     ----       ----------          \n"
        #expect(FileFormats(head + "slin       wav        wav                 \n")?.missing == ["sln", "sln16"])
        #expect(FileFormats(head + "slin       sln        sln|raw\n")?.missing == ["sln16"])
    }

    @Test(arguments: Console.versions) func theCodecs(version: String) throws {
        let codecs = try #require(Codecs(Console.answer("core show translation paths slin", version)))
        #expect(codecs.reach(["ulaw"]) && codecs.reach(["g722"]) && codecs.reach(["slin"]))
        #expect(!codecs.reach(["g729"]) && !codecs.reach(["g729", "gsm"]) && !codecs.reach(["opus"]))
        #expect(codecs.reach(["g729", "alaw"]))
        // Nothing is known of these.
        #expect(codecs.reach([]) && codecs.reach(["h264"]))
    }

    @Test(arguments: Console.versions) func theEndpoints(version: String) throws {
        let names = Endpoints.names(try Console.answer("pjsip list endpoints", version))
        #expect(names == ["g729-trunk", "info", "rfc4733", "talker", "wide"])
        #expect(Endpoints.codecs(try Console.answer("pjsip show endpoint g729-trunk", version)) == ["g729"])
        #expect(Endpoints.codecs(try Console.answer("pjsip show endpoint wide", version)) == ["opus", "g722", "ulaw"])
    }

    @Test(arguments: Console.versions) func whoIsHungUpForSayingNothing(version: String) throws {
        #expect(Endpoints.timeout(try Console.answer("pjsip show endpoint g729-trunk", version)) == 30)
        #expect(Endpoints.timeout(try Console.answer("pjsip show endpoint wide", version)) == 0)
        #expect(Endpoints.timeout("") == 0)
    }

    @Test func anEndpointHasItsNameWithoutItsCallerIDAndWhole() {
        let long = String(repeating: "x", count: 41)
        #expect(
            Endpoints.names(
                " Endpoint:  trunk/100    Not in use    0 of inf\n Endpoint:  \(long)    Not in use    0 of inf\n")
                == ["trunk"])
    }

    @Test(arguments: ["", "\n\n", "No such command 'x' (type 'core show help x' for other possible commands)", "a: b"])
    func whatIsNoAnswerIsNone(_ text: String) {
        #expect(AsteriskSettings(text) == nil)
        #expect(FileFormats(text) == nil)
        #expect(Codecs(text) == nil)
        #expect(Dialplan(text) == nil)
        #expect(Endpoints.names(text) == [] && Endpoints.codecs(text) == [])
    }
}
