import Glibc
import System
import TestService
import Testbed
import Testing

/// What `cognigy-bridge check` asks Asterisk.
@Suite struct AsteriskCheckTests {
    private func check(_ pbx: PBX, code: CInt) throws -> [CheckStep] {
        let (steps, outcome) = try CheckStep.run(pbx)
        #expect(outcome.status == .code(code), "\(outcome.output)")
        return steps
    }

    private func step(_ name: String, _ steps: [CheckStep]) throws -> CheckStep {
        try #require(steps.first { $0.name == name }, "\(steps.map(\.name))")
    }

    @Test(arguments: ["16", "22"]) func oneThatIsAsItShouldBe(version: String) throws {
        let pbx = try PBX("")
        let asterisk = try ConsoleAsterisk(pbx, version: version)
        try asterisk.change("pjsip show endpoint g729-trunk", "(g729)", to: "(g729|alaw)")
        try asterisk.change("pjsip show endpoint g729-trunk", ": 30\n", to: ": 60\n")
        for name in ["info", "rfc4733", "talker"] {
            try asterisk.answer("pjsip show endpoint \(name)", " allow : (ulaw)\n")
        }
        let steps = try check(pbx, code: 0)
        let names = ["asterisk", "AGI folder", "AGI module", "formats", "codecs", "RTP", "open files", "dialplan"]
        #expect(steps.map(\.name).filter(names.contains) == names)
        for name in names { #expect(try step(name, steps).outcome == "ok", "\(steps)") }
        #expect(try step("asterisk", steps).text.hasPrefix("version \(version)."))
        #expect(try step("AGI folder", steps).text == Binary.path)
        #expect(try step("codecs", steps).text == "5 of 5 endpoints of PJSIP hear prompts")
        #expect(try step("dialplan", steps).text == "2 places start it, such as cognigy-voice,s,6")
    }

    @Test func oneThatDoesNotRunIsNoFault() throws {
        let pbx = try PBX("")
        let asterisk = try ConsoleAsterisk(pbx)
        try pbx.folder.write(
            "#!/bin/sh\necho 'Unable to connect to remote asterisk (does /var/run/asterisk/asterisk.ctl exist?)' >&2\nexit 1\n",
            to: "console/bin/asterisk", mode: 0o755)
        _ = asterisk
        let steps = try check(pbx, code: 0)
        let said = try step("asterisk", steps)
        #expect(said.outcome == "skipped" && said.text.contains("not asked"))
        #expect(!steps.contains { ["dialplan", "codecs"].contains($0.name) })
        // asterisk.conf says where it looks.
        #expect(try step("AGI folder", steps).text == Binary.path)
    }

    @Test func oneThatHangsIsGivenUp() throws {
        let pbx = try PBX("")
        _ = try ConsoleAsterisk(pbx)
        try pbx.folder.write("#!/bin/sh\nexec sleep 600\n", to: "console/bin/asterisk", mode: 0o755)
        let start = MonotonicClock.now()
        #expect(try step("asterisk", check(pbx, code: 0)).outcome == "skipped")
        #expect(MonotonicClock.now() - start < .seconds(20))
    }

    @Test func oneThatRunsAsSomebodyElseIsSaid() throws {
        let pbx = try PBX("")
        _ = try ConsoleAsterisk(pbx)
        // Process 1 is root's, and a child of this one is ours.
        try pbx.folder.write(geteuid() == 0 ? "\(getpid())\n" : "1\n", to: "pid")
        let said = try step("asterisk", check(pbx, code: 0))
        #expect(said.outcome == (geteuid() == 0 ? "ok" : "warning"), "\(said)")
    }

    @Test func aModuleOrAFormatThatIsMissingIsNamed() throws {
        let pbx = try PBX("")
        let asterisk = try ConsoleAsterisk(pbx)
        try asterisk.answer(
            "module show like res_agi",
            "Module                         Description                              Use Count  Status      Support Level\n"
                + "0 modules loaded\n")
        try asterisk.change("core show file formats", "slin16     sln16      sln16               \n", to: "")
        let steps = try check(pbx, code: 1)
        #expect(try step("AGI module", steps).remedy?.contains("module load res_agi") == true)
        let formats = try step("formats", steps)
        #expect(
            formats.outcome == "bad" && formats.text.contains("no .sln16")
                && formats.remedy?.contains("format_sln") == true)
    }

    @Test func fewOpenFilesAreSaid() throws {
        let pbx = try PBX("")
        let asterisk = try ConsoleAsterisk(pbx)
        try asterisk.change("core show settings", "handles:   20000", to: "handles:   1024")
        let said = try step("open files", check(pbx, code: 0))
        #expect(
            said.outcome == "warning" && said.text.contains("1024") && said.remedy?.contains("LimitNOFILE=") == true)
    }

    @Test func whatEndsACallOfOneWhoListensIsSaid() throws {
        let pbx = try PBX("")
        _ = try ConsoleAsterisk(pbx)
        let steps = try check(pbx, code: 0)
        let rtp = try step("RTP", steps)
        #expect(rtp.outcome == "warning" && rtp.text.hasPrefix("g729-trunk: who sends no sound for 30 s"), "\(rtp)")
        let people = try step("people", steps)
        #expect(
            people.outcome == "warning"
                && people.text.hasPrefix("people,s,1 calls PJSIP/reception, which is no endpoint"))
    }

    /// The configuration may name contexts.
    @Test(arguments: ["CONTEXT", "ROUTINE"]) func aContextThatIsNotThereIsNamed(key: String) throws {
        let pbx = try PBX("", settings: ["COGNIGY_HANDOFF_\(key)": "agents"])
        let asterisk = try ConsoleAsterisk(pbx)
        let bad = try check(pbx, code: 78).filter { $0.outcome == "bad" }
        #expect(bad.map(\.text) == ["[handoff] \(key.lowercased()) = agents: there is no such context"])
        try asterisk.add("agents", ["NoOp(here)"])
        _ = try check(pbx, code: 0)
    }

    @Test func aDialplanWithoutItIsSaid() throws {
        let pbx = try PBX("")
        let asterisk = try ConsoleAsterisk(pbx)
        try asterisk.answer(
            "dialplan show", "[ Context 'default' created by 'pbx_config' ]\n  's' =>  1. Hangup()  [x:1]\n")
        let said = try step("dialplan", check(pbx, code: 0))
        #expect(said.outcome == "warning" && said.text == "nothing in it starts cognigy-bridge")
    }
}
