import FakeAsterisk
import Glibc
import StandIn
import System
import TestService
import Testbed

extension Faults {
    /// A key's answer is a sound, which must be written, and a number, which need not be.
    private static let rules = """
        key 5 send {"type":"response","text":"55","audioUrl":"/audio/a-8k-300ms.wav"}
        """
    private static let plan: CallPlan = [
        .press("5", when: .whenHeard(1), after: .milliseconds(50)),
        .press("9", when: .whenHeard(2), after: .milliseconds(50)),
    ]

    /// The state folder is a file system in memory; where one is, calls share it and nothing else.
    private static func disk(
        _ name: String, _ options: String, prompts: String = rules, plan: CallPlan = plan, caller: Cell, log: Cell,
        change: @escaping @Sendable (Mount) throws -> Void = { _ in }
    ) -> Fault {
        var fault = Fault(
            .disk, name,
            Play(
                rules: prompts, settings: ["COGNIGY_SPEECH_TTS": "none"], plan: plan,
                prepare: { pbx in
                    let mount = try Mount(pbx.folder.path("state"), options)
                    try change(mount)
                    return mount
                }), caller: caller, log: log)
        fault.need = .mounts
        return fault
    }

    private static func folder(
        _ name: String, caller: Cell = .served, log: Cell, settings: [String: String] = [:], needs need: Need? = nil,
        prepare: @escaping @Sendable (PBX) throws -> Void
    ) -> Fault {
        Fault(
            .disk, name, needs: need,
            Play(
                rules: rules, settings: settings, plan: plan,
                prepare: {
                    try prepare($0)
                    return nil
                }), caller: caller, log: log)
    }

    /// Something happens to the files while the first sound after a key plays.
    private static func inMidCall(_ name: String, log: Cell, _ happens: @escaping @Sendable (PBX) -> Void) -> Fault {
        Fault(
            .disk, name,
            Play(
                rules: """
                    key 5 send {"type":"response","audioUrl":"/audio/a-8k-300ms.wav"} times 1
                    key 5 send {"type":"response","audioUrl":"/audio/b-8k-300ms.wav"}
                    """,
                plan: [
                    .press("5", when: .whenHeard(1), after: .milliseconds(50)),
                    .press("5", when: .whenHeard(2), after: .milliseconds(400)),
                    .press("9", when: .whenHeard(3), after: .milliseconds(50)),
                ],
                meanwhile: { call, pbx in
                    if call.asterisk.record.sounds.count == 2, call.asterisk.record.keys.count == 1 { happens(pbx) }
                }), caller: .served + hearsNext, log: log)
    }

    private static let hearsNext = Cell("hears the next sound") { $0.sounds.count >= 3 && $0.pressedKeys == "559" }
    private static let hearsWords = Cell.hears("hears the words", "SAY NUMBER 55")
    private static let mute = #"key 5 send {"type":"response","audioUrl":"/audio/a-8k-300ms.wav"}"#

    static let disk: [Fault] = [
        disk(
            "full; what is said has words that Asterisk has, too", "size=64k", caller: .served + hearsWords,
            log: .notes("a prompt could not be written", "No space left")
        ) { try $0.fill() },
        disk(
            "full; a sound has no words", "size=64k", prompts: mute,
            plan: [.press("5", when: .whenHeard(1), after: .milliseconds(50))], caller: .people("no_disk") + .atOnce,
            log: .says("UNAVAILABLE no_disk", "No space left")
        ) { try $0.fill() },
        disk(
            "no more files (inodes)", "size=1m,nr_inodes=3", caller: .served + hearsWords,
            log: .notes("a prompt could not be written", "No space left")),
        disk("read-only", "size=1m", caller: .served + hearsWords, log: .notes("Read-only file system")) {
            try $0.makeReadOnly()
        },
        folder("a file in the state folder's place", log: .silent) { pbx in
            try pbx.folder.write("", to: "state")
        },
        folder("a state folder of another user", log: .silent, needs: .root) { pbx in
            mkdir(pbx.folder.path("state"), 0o700)
            try retryingOnInterrupt("chown") { chown(pbx.folder.path("state"), 12_345, 12_345) }
        },
        folder("a state folder that everybody may write", log: .silent) { pbx in
            mkdir(pbx.folder.path("state"), 0o777)
            chmod(pbx.folder.path("state"), 0o777)
        },
        folder("a link in the shared folder's place", log: .says("is a symbolic link")) { pbx in
            let path = pbx.sharedPath("").dropLast()
            var removal = try Subprocess(["rm", "-rf", String(path)])
            removal.wait()
            try pbx.folder.write("", to: "elsewhere")
            symlink(pbx.folder.path("elsewhere"), String(path))
        },
        folder("a state folder that cannot be (/proc)", log: .silent, settings: ["COGNIGY_PATHS_STATE": "/proc/none"]) {
            _ in
        },
        inMidCall("the call's folder is gone in mid-call", log: .silent) { pbx in
            var removal = try? Subprocess(["rm", "-rf", pbx.sharedPath("calls")])
            removal?.wait()
        },
        inMidCall("all that calls share is gone in mid-call", log: .silent) { pbx in
            var removal = try? Subprocess(["rm", "-rf", pbx.sharedPath("")])
            removal?.wait()
        },
    ]
}
