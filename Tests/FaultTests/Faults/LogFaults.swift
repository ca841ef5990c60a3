import FakeAsterisk
import Glibc
import System
import TestService
import Testbed

extension Faults {
    private static func logging(_ path: @escaping @Sendable (PBX) throws -> String) -> Play {
        Play(
            prepare: { pbx in
                pbx.environment["COGNIGY_PATHS_LOG"] = try path(pbx)
                pbx.environment["COGNIGY_PATHS_LOG_LEVEL"] = "debug"
                return nil
            })
    }

    /// The program sees a /dev of its own with this socket as its log.
    private static let ownLog = """
        [ "$APART" ] || APART=1 exec unshare --mount "$0" "$@"
        dev=${0%/*}/dev; mkdir "$dev"; mount -t tmpfs none "$dev"; mkdir "$dev/shm"
        for name in null zero random urandom; do touch "$dev/$name"; mount --bind "/dev/$name" "$dev/$name"; done
        mount --bind /dev/shm "$dev/shm"; touch "$dev/log"
        [ -e "${0%/*}/daemon" ] && mount --bind "${0%/*}/daemon" "$dev/log"
        mount --rbind "$dev" /dev
        """

    private final class Daemon {
        let socket: UnixDatagram
        init(_ path: String) throws { socket = try UnixDatagram(bindingTo: path) }
    }

    static let log: [Fault] = [
        Fault(
            .log, "syslog takes nothing (a daemon that stands still)", needs: .mounts, caller: .served, log: .silent
        ) {
            try Play(
                settings: ["COGNIGY_PATHS_LOG": "syslog", "COGNIGY_PATHS_LOG_LEVEL": "debug"], shell: ownLog,
                prepare: { try Daemon($0.folder.path("daemon")) }
            ).run()
        },
        Fault(.log, "no syslog daemon", needs: .mounts, caller: .served, log: .silent) {
            try Play(settings: ["COGNIGY_PATHS_LOG": "syslog", "COGNIGY_PATHS_LOG_LEVEL": "debug"], shell: ownLog).run()
        },
        Fault(
            .log, "a log file that cannot be", logging { _ in "/proc/none/log" }, caller: .served,
            log: .says("/proc/none/log")),
        Fault(
            .log, "a folder in the log file's place",
            logging {
                mkdir($0.folder.path("logs"), 0o700)
                return $0.folder.path("logs")
            }, caller: .served, log: .says("logs")),
        Fault(
            .log, "a pipe that nobody reads in the log file's place",
            logging {
                mkfifo($0.folder.path("pipe"), 0o600)
                return $0.folder.path("pipe")
            }, caller: .served, log: .says("pipe")),
        Fault(
            .log, "a full device as log file", logging { _ in "/dev/full" }, caller: .served, log: .says("/dev/full")),
        Fault(
            .log, "a trace folder that others may read",
            Play(
                prepare: { pbx in
                    mkdir(pbx.folder.path("traces"), 0o755)
                    chmod(pbx.folder.path("traces"), 0o755)
                    pbx.environment["COGNIGY_PATHS_TRACE"] = pbx.folder.path("traces")
                    return nil
                }), caller: .served, log: .notes("traces")),
        Fault(
            .log, "metrics that cannot be written", Play(settings: ["COGNIGY_PATHS_METRICS": "/proc/none/metrics"]),
            caller: .served, log: .notes("/proc/none/metrics")),
        Fault(
            .log, "a transcript that cannot be written",
            Play(settings: ["COGNIGY_PATHS_TRANSCRIPT": "/proc/none/said"]),
            caller: .served, log: .notes("/proc/none/said")),
    ]
}
