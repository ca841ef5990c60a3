import FakeAsterisk

extension Faults {
    private static func limit(_ shell: String, _ rules: String = "", plan: CallPlan? = nil) -> Play {
        Play(rules: rules, plan: plan, shell: shell)
    }

    static let limits: [Fault] =
        [
            Fault(
                .limits, "3 descriptors (`ulimit -n`)", limit("ulimit -n 3"), caller: .refused("configuration"),
                exit: .exits(78), log: .says("raise the limit of open files")),
            Fault(
                .limits, "4 descriptors", limit("ulimit -n 4"), caller: .refused("configuration"), exit: .exits(78),
                log: .says("open files")),
        ]
        + [5, 7].map { count in
            Fault(
                .limits, "\(count) descriptors", limit("ulimit -n \(count)"), caller: .people("unreachable"),
                log: .says("UNAVAILABLE unreachable", "may open no more files"))
        }
        + [12, 16].map { count in
            Fault(
                .limits, "\(count) descriptors", limit("ulimit -n \(count)"), caller: .served, log: .silent)
        }
        + [14, 18].map { count in
            Fault(
                .limits, "\(count) descriptors, and a sound by URL",
                limit(
                    "ulimit -n \(count)",
                    #"key 5 send {"type":"response","text":"55","audioUrl":"/audio/a-8k-300ms.wav"}"#),
                caller: .served, log: .silent)
        } + [
            Fault(
                .limits, "20 MB of address space (`ulimit -v`)", limit("ulimit -v 20000"), caller: .served,
                log: .silent),
            Fault(
                .limits, "60 MB of address space", limit("ulimit -v 60000"), caller: .served, log: .silent),
            Fault(
                .limits, "60 MB of address space, and a sound of 30 minutes",
                limit(
                    "ulimit -v 60000",
                    #"key 5 send {"type":"response","text":"55","audioUrl":"/audio/a-8k-1800000ms.wav"}"#,
                    plan: [
                        .press("5", when: .whenHeard(1), after: .milliseconds(50)),
                        .press("9", when: .whenWaiting, after: .seconds(2)),
                    ]), caller: .served, log: .silent),
            Fault(
                .limits, "files of 4 KiB at most (`ulimit -f`), and a sound of 30 KB",
                limit(
                    "ulimit -f 4", #"key 5 send {"type":"response","text":"55","audioUrl":"/audio/a-8k-2000ms.wav"}"#,
                    plan: [
                        .press("5", when: .whenHeard(1), after: .milliseconds(50)),
                        .press("9", when: .whenHeard(2), after: .milliseconds(50)),
                    ]), caller: .served + .hears("hears the words", "SAY NUMBER 55"),
                log: .notes("a prompt could not be written", "File too large")),
            Fault(.limits, "a stack of 128 KiB (`ulimit -s`)", limit("ulimit -s 128"), caller: .served, log: .silent),
        ]
}
