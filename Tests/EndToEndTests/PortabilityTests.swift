import FakeAsterisk
import Glibc
import StandIn
import System
import TestService
import Testbed
import Testing

/// The same file runs wherever there is a Linux for its processor.
@Suite(.enabled(if: getuid() == 0 && mayMount)) struct PortabilityTests {
    private static let plan: CallPlan = [.press("9", when: .whenPlaying(1), after: .milliseconds(200))]

    private func expectWhole(_ record: CallRecord, _ pbx: PBX, location: SourceLocation = #_sourceLocation) {
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED", "\(pbx.log)", sourceLocation: location)
        #expect(record.sounds.map(\.end) == [.key("9"), .complete], sourceLocation: location)
        #expect(pbx.service.violations == [], sourceLocation: location)
        #expect(pbx.leftovers() == [], sourceLocation: location)
    }

    /// By TLS and by name, with the certificates that the system trusts.
    @Test(arguments: Layout.allCases.filter(\.isThere)) func aCallIsCarried(in layout: Layout) throws {
        let pbx = try EndpointTests.pbx(tls: true)
        pbx.environment["COGNIGY_CA_FILE"] = nil
        pbx.environment["COGNIGY_ENDPOINT_URL"] = pbx.service.endpointURL.atLocalhost
        pbx.environment["COGNIGY_CALL_AUDIO_HOSTS"] = "127.0.0.1:\(pbx.service.port)"
        let record = try pbx.start(Self.plan, program: layout.program(pbx)).run(deadline: .seconds(60))
        expectWhole(record, pbx)
    }

    /// What README lets docker run.
    @Test(.enabled(if: Layout.scratch.isThere)) func anImageOfTheProgramAlonePlaysACall() throws {
        let pbx = try EndpointTests.pbx(tls: true)
        let program = try Layout.scratch.program(pbx)
        let outcome = try Outcome(
            of: [program, "call", "--digits", "1239"], environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"])
        #expect(outcome.status == .code(0), "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.contains("4 pressed, 4 received"))
    }

    @Test func whereNoServerOfNamesIsKnownThatIsSaid() throws {
        let pbx = try EndpointTests.pbx(tls: true)
        pbx.environment["COGNIGY_ENDPOINT_URL"] = "https://elsewhere.test/" + Scenario.demoToken
        let program = try Layout.withoutNameServers.program(pbx)
        let record = try pbx.start([], program: program).run(deadline: .seconds(60))
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(pbx.log.contains("elsewhere.test: the name cannot be resolved; /etc/resolv.conf"), "\(pbx.log)")
    }

    @Test func aMachineWithoutIPv4HasCalls() throws {
        let only6 = ["unshare", "--net", "sh", "-c"]
        let script = #"ip link set lo up && ip address del 127.0.0.1/8 dev lo && exec "$@""#
        let pbx = try EndpointTests.pbx(tls: true, within: only6 + [script, "sh"])
        #expect(pbx.service.endpointURL.hasPrefix("https://[::1]:"))
        let program = "#!/bin/sh\nexec nsenter --net=/proc/\(pbx.service.processID)/ns/net \(Binary.path) \"$@\"\n"
        try pbx.folder.write(program, to: "program", mode: 0o700)
        expectWhole(try pbx.start(Self.plan, program: pbx.folder.path("program")).run(deadline: .seconds(60)), pbx)
    }

    /// A processor of 2008, on which a call with speech runs all that is vectorised.
    @Test(.enabled(if: access("/usr/bin/qemu-x86_64", X_OK) == 0)) func anOldProcessorHearsSpeech() throws {
        let pbx = try VoiceChannelTests.pbx(#"stt say "Yes.""#)
        let program = "#!/bin/sh\nexec qemu-x86_64 -cpu Nehalem \(Binary.path) \"$@\"\n"
        try pbx.folder.write(program, to: "program", mode: 0o700)
        let record = try FakeCall(
            program: pbx.folder.path("program"), arguments: ["voice"], environment: pbx.environment,
            plan: [
                .say(try Espeak.samples("I want to pay my bill.", .sln), when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(200)),
            ], sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(120))
        #expect(record.tells("COGNIGY_TURNS", "1"))
        #expect(pbx.service.entries().first { $0.event == .dialog }?["text"]?.string == "Yes.")
    }
}

extension String {
    /// The same address by the name of this machine.
    fileprivate var atLocalhost: String {
        "https://localhost" + drop { !$0.isNumber }.drop { $0 != ":" }
    }
}
