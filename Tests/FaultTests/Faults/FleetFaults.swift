import FakeAsterisk
import Glibc
import StandIn
import System
import TestService
import Testbed

/// A call without the Redis is a call as on a machine of its own, after `timeout_ms` at most.
extension Faults {
    private static let alone = "this machine goes on alone"

    private static func at(_ url: @escaping @Sendable (PBX) throws -> (String, AnyObject?)) -> Play {
        Play(
            prepare: { pbx in
                let (url, kept) = try url(pbx)
                pbx.environment["COGNIGY_FLEET_REDIS_URL"] = url
                return kept
            })
    }

    private static func server(
        _ security: RedisServer.Security = .none, _ options: [String] = [],
        meanwhile: (@Sendable (RedisServer, Box) -> Void)? = nil
    ) -> Play {
        let held = Held()
        var play = at { pbx in
            let server = try RedisServer(in: pbx.folder, security, options: options)
            held.server = server
            return ("redis://127.0.0.1:\(server.port)", server)
        }
        if let meanwhile {
            play.meanwhile = { call, _ in if let server = held.server { meanwhile(server, call) } }
        }
        return play
    }

    /// What a play begins with and looks at later. One thread plays a fault.
    private final class Held: @unchecked Sendable { weak var server: RedisServer? }

    private final class Silence {
        let socket: ListeningSocket
        init() throws { socket = try ListeningSocket(port: 0) }
    }

    private static func hasBegun(_ call: Box) -> Bool {
        call.asterisk.record.events.contains { if case .playing = $0.what { true } else { false } }
    }

    static let fleet: [Fault] = [
        Fault(
            .fleet, "nobody listens",
            at { _ in
                let port = try ClosedPort()
                return ("redis://127.0.0.1:\(port.port)", port)
            }, caller: .served, left: .away, log: .notes("Connection refused", alone)),
        Fault(
            .fleet, "its host says nothing",
            at { _ in
                let silence = try Silence()
                return ("redis://127.0.0.1:\(silence.socket.port)", silence)
            }, caller: .served, left: .away, log: .notes("no answer within 100 ms", alone)),
        Fault(
            .fleet, "a web server in its place",
            at { _ in
                let server = try StandInService("", in: TemporaryFolder())
                return ("redis://127.0.0.1:\(server.port)", server)
            }, caller: .served, left: .away, log: .notes("is away", alone)),
        Fault(
            .fleet, "its socket is not there", at { ("unix://\($0.folder.path)/none.sock", nil) }, caller: .served,
            left: .away,
            log: .notes("none.sock", alone)),
        Fault(
            .fleet, "it wants a password", needs: .redis, server(.password("hunter2")), caller: .served, left: .away,
            log: .notes("it wants a password", alone)),
        Fault(
            .fleet, "its memory is full", needs: .redis,
            server(.none, ["maxmemory 1mb", "maxmemory-policy noeviction"]), caller: .served, left: .perhapsAway,
            log: .notes("its memory is full", alone)),
        Fault(
            .fleet, "it takes no more clients", needs: .redis, server(.none, ["maxclients 1"]), caller: .served,
            left: .perhapsAway,
            log: .perhaps("takes no more clients")),
        Fault(
            .fleet, "it is killed in a call", needs: .redis, server { if hasBegun($1) { $0.end() } }, caller: .served,
            left: .perhapsAway,
            log: .perhaps(alone)),
        Fault(
            .fleet, "it stands still in a call (SIGSTOP)", needs: .redis, server { if hasBegun($1) { $0.stop() } },
            caller: .served, left: .perhapsAway, log: .perhaps(alone)),
    ]
}
