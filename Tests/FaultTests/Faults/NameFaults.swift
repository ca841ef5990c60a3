import System
import TestService
import Testbed

extension Faults {
    /// The program sees a resolv.conf of its own, in a mount namespace of its own.
    private static func play(_ answer: NameServer.Answer, setUp: String = "15") -> @Sendable () throws -> Sighting {
        {
            let server = try NameServer(answer)
            defer { withExtendedLifetime(server) {} }
            return try lookUp("nameserver \(server.address)\n", setUp: setUp)
        }
    }

    private static func lookUp(_ list: String, setUp: String = "15") throws -> Sighting {
        try Play(
            settings: ["COGNIGY_BASE_URL": "https://service.test", "COGNIGY_CALL_SETUP_TIMEOUT": setUp],
            shell: """
                [ "$APART" ] || APART=1 exec unshare --mount "$0" "$@"
                mount --bind "${0%/*}/resolv.conf" /etc/resolv.conf
                """,
            prepare: { pbx in
                try pbx.folder.write(list, to: "resolv.conf", mode: 0o644)
                return nil
            }
        ).run()
    }

    private static func fault(
        _ name: String, caller: Cell = .people("unreachable") + .atOnce,
        log: Cell = .says("UNAVAILABLE unreachable", "service.test", "cannot be resolved"),
        play: @escaping @Sendable () throws -> Sighting
    ) -> Fault {
        Fault(.names, name, needs: .nameServer, caller: caller, left: .counted, log: log, play: play)
    }

    static let names: [Fault] = [
        fault("no such name (NXDOMAIN)", play: play(.code(3))),
        fault("the name server fails (SERVFAIL)", play: play(.code(2))),
        fault("the name server refuses (REFUSED)", play: play(.code(5))),
        fault("a name without an address", play: play(.empty)),
        fault(
            "an answer that is none", caller: .people("setup_timeout") + .after("setup_timeout", .seconds(12)),
            log: .says("UNAVAILABLE setup_timeout", "service.test: no answer while looking up the name"),
            play: play(.garbage, setUp: "12")),
        fault(
            "no answer", caller: .people("setup_timeout") + .after("setup_timeout", .seconds(12)),
            log: .says("UNAVAILABLE setup_timeout", "service.test: no answer while looking up the name"),
            play: play(.nothing, setUp: "12")),
        fault("nobody at the name server's address") { try lookUp("nameserver 127.83.83.85\n") },
        fault("an empty resolv.conf") { try lookUp("") },
        fault(
            "a wrong address", log: .says("UNAVAILABLE unreachable", "no connection to 127.83.83.86"),
            play: play(.address(127, 83, 83, 86))),
    ]
}
