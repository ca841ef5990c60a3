import Glibc
import TestService
import Testbed
import Testing

@Suite struct TimeSliceTests {
    private func slice(of process: pid_t) -> Int? {
        contents(of: "/proc/\(process)/sched").flatMap(Self.slice(in:))
    }

    /// What Linux says of a process, in nanoseconds; nil where it does not say.
    private static func slice(in sched: String) -> Int? {
        let line = sched.split(separator: "\n").first { $0.hasPrefix("se.slice") }
        return line?.split(separator: " ").last.flatMap { Int($0) }
    }

    private static let canShorten: Bool = {
        let release = contents(of: "/proc/sys/kernel/osrelease") ?? ""
        let numbers = release.split(separator: ".").prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 12)
    }()

    @Test(.enabled(if: canShorten && geteuid() == 0)) func aCallRunsSoonAfterAsteriskHasAnswered() throws {
        let pbx = try PBX(#"open send {"type":"response","text":"7"}"#)
        let call = Box(try pbx.start([]))
        try call.run { !$0.sounds.isEmpty }
        let process = call.asterisk.processID
        guard let usual = slice(of: getpid()) else { return }
        #expect(usual > 100_000)
        #expect(slice(of: try #require(process)) == 100_000)
    }

    @Test(.enabled(if: canShorten)) func aVoiceProgramTakesItsTurnsAsEverybodyDoes() throws {
        guard let usual = slice(of: getpid()) else { return }
        let folder = try TemporaryFolder()
        try folder.write(
            "#!/bin/sh\ncp /proc/self/sched '\(folder.path("part"))'\nmv '\(folder.path("part"))' '\(folder.path("sched"))'\n",
            to: "voice", mode: 0o700)
        let pbx = try PBX(
            #"open send {"type":"response","text":"hello"}"#,
            settings: ["COGNIGY_SPEECH_TTS_COMMAND": folder.path("voice")])
        let call = Box(try pbx.start([]))
        try call.run { _ in (try? folder.names().contains("sched")) == true }
        #expect(Self.slice(in: try folder.text("sched")) == usual)
    }
}
