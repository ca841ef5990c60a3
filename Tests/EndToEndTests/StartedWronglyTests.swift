import FakeAsterisk
import System
import TestService
import Testbed
import Testing

/// Asterisk hears of every mistake on its console and in the dialplan's variables.
@Suite struct StartedWronglyTests {
    /// The sentence in Asterisk's log of a call that is refused.
    private func refusal(
        _ arguments: [String], program: String = Binary.path, location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let record = try FakeCall(
            program: program, arguments: arguments, environment: ["COGNIGY_BRIDGE_CONF": "/nonexistent.conf"]
        ).run()
        #expect(record.variables["COGNIGY_STATUS"] == "ERROR", sourceLocation: location)
        #expect(record.variables["COGNIGY_REASON"] == "configuration", sourceLocation: location)
        #expect(record.exit == .code(78), sourceLocation: location)
        return try #require(record.commands.first { $0.hasPrefix("EXEC Log") }, sourceLocation: location)
    }

    @Test(arguments: ["sales", "flow", "voicemail"]) func aWordThatSaysNothingIsNamedOnTheConsole(word: String) throws {
        let said = try refusal([word])
        #expect(said.contains("AGI(cognigy-bridge,\(word)): there is no such word; write handoff, voice"))
        #expect(said.contains("key=value as flow_id=ID"))
    }

    @Test(arguments: [
        ["check"], ["call", "--digits", "1"], ["simulate"], ["assist"], ["barge-in", "--retry"], ["--help"],
        ["--version"],
    ])
    func aCommandForAShellIsNoneForTheDialplan(words: [String]) throws {
        #expect(try refusal(words).contains("AGI(cognigy-bridge,\(words[0])): \(words[0]) is a command for a shell"))
    }

    @Test func theOptionsOfAShellAreNoneForTheDialplan() throws {
        let record = try PBX("").call([], arguments: ["handoff", "--session", "x"])
        #expect(record.variables["COGNIGY_STATUS"] == "ERROR")
        #expect(record.commands.first { $0.hasPrefix("EXEC Log") }?.contains("argument 1: is not key=value") == true)
    }

    /// Without AST_AGI_DIR too: whoever writes an AGI environment expects AGI.
    @Test func whoSpeaksAGIIsAnsweredInAGI() throws {
        let outcome = try Outcome(of: [Binary.path, "sales"], input: "agi_request: x\nagi_uniqueid: 1.1\n\n")
        #expect(
            outcome.output.hasPrefix(
                "EXEC Log \"WARNING,cognigy-bridge: AGI(cognigy-bridge,sales): there is no such word"))
        #expect(outcome.status == .code(78))
    }

    @Test func aShellIsToldOfItsCommands() throws {
        for input in ["", "\n", "y\n\n"] {
            let outcome = try Outcome(of: [Binary.path, "sales"], input: input)
            #expect(
                outcome.errors == "cognigy-bridge: there is no command \"sales\"; cognigy-bridge --help lists them\n")
            #expect(outcome.output == "")
            #expect(outcome.status == .code(2))
        }
    }

    @Test func withoutFreeDescriptorsItSaysSo() throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\nulimit -n 3\nexec \(Binary.path) \"$@\"\n", to: "few", mode: 0o700)
        let said = try refusal([], program: folder.path("few"))
        #expect(said.contains("raise the limit of open files") && !said.contains("/proc"))
    }

    /// An Asterisk that was restarted from a web page has that page's environment.
    @Test func aCallUnderTheEnvironmentOfAWebPageIsACall() throws {
        let pbx = try PBX(#"open send {"type":"response","end":true}"#)
        pbx.environment.merge([
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/admin/restart",
            "CONTENT_LENGTH": "0",
        ]) { $1 }
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
    }
}
