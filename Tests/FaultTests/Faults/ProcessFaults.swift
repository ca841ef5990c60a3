import FakeAsterisk
import Glibc
import StandIn
import System
import TestService
import Testbed

extension Faults {
    /// The program is killed as soon as this has happened; then another call is made, and must be served.
    private static func killed(
        _ moment: String, _ rules: String = "", caller: Cell = .abandoned, left: Cell = atMostHalf,
        when: @escaping @Sendable (CallRecord, PBX) -> Bool
    ) -> Fault {
        Fault(
            .processes, "SIGKILL \(moment)",
            Play(
                rules: rules, plan: [],
                meanwhile: { call, pbx in
                    if when(call.asterisk.record, pbx) { call.signal(SIGKILL) }
                },
                notes: { pbx in
                    let next = Box(try pbx.start([.press("9", when: .whenWaiting, after: .milliseconds(50))]))
                    try Play.carry(next, pbx)
                    return [next.asterisk.record.variables["COGNIGY_STATUS"] ?? "-"]
                }), caller: caller + nextIsServed, left: left, exit: .isKilled(by: SIGKILL, "SIGKILL"), log: .silent)
    }

    private static let atMostHalf = Cell("nothing, or half a file until it is swept") {
        $0.left.allSatisfy { $0 == "half a file" }
    }
    private static let nextIsServed = Cell("the next call is served") { $0.notes == ["COMPLETED"] }
    private static let gone = Cell("silence, then the dialplan goes on", .dead) { $0.isChannelThere }

    private static func signalled(_ name: String, _ signal: CInt, caller: Cell, log: Cell) -> Fault {
        Fault(
            .processes, "\(name) while it waits for a key",
            Play(
                plan: [],
                meanwhile: { call, pbx in
                    if call.asterisk.record.sounds.count == 1 { call.signal(signal) }
                }), caller: caller, log: log)
    }

    static let processes: [Fault] = [
        killed("at its first command", caller: gone) { record, _ in record.commands.count >= 1 },
        killed("while the token is asked for", "token delay 700 times 1") { record, pbx in
            pbx.service.count(.connected) > 0 && record.commands.contains { $0.hasPrefix("STREAM FILE") }
        },
        killed("while the session is made", "session delay 700 times 1") { record, pbx in
            pbx.service.count(.token) == 1 && record.variables["COGNIGY_REASON"] != nil
        },
        killed("while the voice socket is opened", "voice delay 700 times 1") { record, pbx in
            pbx.service.count(.session) == 1 && record.variables["COGNIGY_REASON"] != nil
        },
        killed(
            "in a prompt", #"open send {"type":"response","audioUrl":"/audio/a-8k-3000ms.wav"}"#,
            left: .leaves("the call's folder, until a call five minutes later", "call folder")
        ) { record, _ in
            record.events.contains { if case .playing(let name, _) = $0.what { name.hasSuffix("/1") } else { false } }
        },
        killed("while it waits for a key") { record, _ in record.sounds.count == 1 },
        Fault(
            .processes, "another call stands still (SIGSTOP) while it fetches the token",
            caller: .served + .atOnce, log: .silent
        ) {
            let pbx = try PBX(
                """
                token delay 500 times 1
                open send {"type":"response","text":"1"}
                key 9 send {"type":"response","text":"9","end":true}
                """)
            pbx.environment["COGNIGY_PATHS_LOG_LEVEL"] = nil
            let first = Box(try pbx.start([]))
            try first.run { $0.commands.contains { $0.hasPrefix("STREAM FILE") } }
            first.signal(SIGSTOP)
            defer { first.signal(SIGKILL) }
            let call = Box(try pbx.start([.press("9", when: .whenWaiting, after: .milliseconds(50))]))
            try Play.carry(call, pbx)
            return Sighting(call.asterisk.record, pbx, arrived: pbx.service.keys)
        },
        Fault(
            .processes, "a handoff stands still (SIGSTOP) while it marks the session", caller: .served + .atOnce,
            log: .silent
        ) {
            let pbx = try PBX(
                """
                handoff-session s1 {"variables":{}}
                mark delay 500
                open send {"type":"response","text":"1"}
                key 9 send {"type":"response","text":"9","end":true}
                """)
            pbx.environment["COGNIGY_PATHS_LOG_LEVEL"] = nil
            var handoff = try Subprocess(
                [Binary.path, "handoff", "--session", "s1", "--queue", "q1", "--json"],
                environment: pbx.environment.map { "\($0.key)=\($0.value)" })
            try pbx.service.wait { $0.event == .mark }
            handoff.kill(SIGSTOP)
            defer {
                handoff.kill(SIGKILL)
                handoff.wait()
            }
            let call = Box(try pbx.start([.press("9", when: .whenWaiting, after: .milliseconds(50))]))
            try Play.carry(call, pbx)
            return Sighting(call.asterisk.record, pbx, arrived: pbx.service.keys)
        },
        Fault(
            .processes, "SIGSTOP for a second in mid-call, then SIGCONT", caller: .served, log: .silent
        ) {
            let pbx = try PBX(
                """
                open send {"type":"response","text":"1"}
                key 9 send {"type":"response","text":"9","end":true}
                """)
            pbx.environment["COGNIGY_PATHS_LOG_LEVEL"] = nil
            let call = Box(try pbx.start([]))
            try call.run { $0.sounds.count == 1 && $0.commands.last?.hasPrefix("STREAM FILE") == true }
            call.signal(SIGSTOP)
            let end = MonotonicClock.now() + .seconds(1)
            call.asterisk.press("9")
            try? call.run(within: .seconds(1)) { _ in MonotonicClock.now() >= end }
            call.signal(SIGCONT)
            try Play.carry(call, pbx)
            return Sighting(call.asterisk.record, pbx, arrived: pbx.service.keys)
        },
        signalled("SIGTERM", SIGTERM, caller: .people("terminated"), log: .says("UNAVAILABLE terminated")),
        signalled("SIGINT", SIGINT, caller: .people("terminated"), log: .says("UNAVAILABLE terminated")),
        Fault(
            .processes, "SIGHUP without a hangup",
            Play(
                plan: [],
                meanwhile: { call, _ in if call.asterisk.record.sounds.count == 1 { call.signal(SIGHUP) } }),
            caller: Cell("the dialplan goes on (`HANGUP`)", .over) { $0.status == "HANGUP" }, log: .silent),
    ]
}
