import System
import TestService

/// The table, a line as soon as it is known.
enum Report {
    struct Run {
        let version: AsteriskVersion
        let program: String
        let calls: Int
        let failures: Int?
        let losses: Losses
        let warnings: Int
        let packets: Double?
        /// Of all calls together.
        let seconds: Double
        /// ms of CPU.
        let asterisk: Double
        let bridges: Double
        let service: Double
        let callers: Double
        /// Bytes.
        let toService: Int
        let fromService: Int
        let load: String

        /// Calls on a box of 4 processors that are busy for 70 % of the time.
        var carried: Int { seconds > 0 ? Int(0.7 * 4 * 1000 / ((asterisk + bridges) / seconds)) : 0 }
    }

    static func heading(_ options: Options) {
        let profile = options.profile
        write(
            """
            \(profile.name.rawValue): \(options.calls) callers at once, each for \(profile.length.inSeconds) s with \
            \(profile.presses.count) keys.
            failed: SIP calls. gap: keys that ended between two commands. WARNINGs: in Asterisk's log per 1,000 keys (per call \
            without keys).
            RTP/s: packets to a caller. CPU: ms a second of call. to, from: the service, kbit/s of a call, without TLS. a box: calls
            at once on 4 processors like these at 70 %.

            """)
        row(
            "Asterisk", "failed", "pressed", "heard", "received", "gap", "lost there", "elsewhere", "invented",
            "WARNINGs",
            "RTP/s", "CPU Asterisk", "bridge", "service", "SIPp", "to", "from", "a box", "load", "program")
    }

    static func line(_ run: Run) {
        let keys = run.losses
        func perSecond(_ used: Double) -> String { run.seconds > 0 ? rounded(used / run.seconds, 2) : "?" }
        row(
            run.version.rawValue, run.failures.map(String.init) ?? "?", "\(keys.pressed)", "\(keys.heard)",
            "\(keys.received)", "\(keys.betweenCommands)", "\(keys.lostBetweenCommands)", "\(keys.lostElsewhere)",
            "\(keys.invented)",
            rounded(
                keys.pressed > 0
                    ? Double(run.warnings * 1000) / Double(keys.pressed) : Double(run.warnings) / Double(run.calls), 1),
            run.packets.map { rounded($0, 1) } ?? "?", perSecond(run.asterisk), perSecond(run.bridges),
            perSecond(run.service),
            perSecond(run.callers), perSecond(Double(run.toService) * 8 / 1000),
            perSecond(Double(run.fromService) * 8 / 1000),
            "\(run.carried)", run.load, run.program)
    }

    private static func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return "\((value * scale).rounded() / scale)"
    }

    private static func row(_ cells: String...) {
        write(cells.map { String(repeating: " ", count: max(0, 10 - $0.count)) + $0 }.joined(separator: " ") + "\n")
    }

    private static func write(_ text: String) { try? Descriptor.writeWhole(1, text.utf8) }
}
