import FakeAsterisk
import Glibc
import System
import TestService

/// As many short calls as the machine carries, so many at a time, and who takes the processors meanwhile.
enum Saturation {
    private static let atOnce = [1, 4, 16, 64]

    static func measure(_ effort: Effort) throws {
        Report.section("Calls without a pause: greeting, end; no TLS")
        let pbx = try PBX(
            #"open send {"type":"response","text":"0","end":true}"#, settings: ["COGNIGY_PATHS_LOG": "off"])
        Report.row("at once", ["calls a second", "bridge", "service", "bench", "idle"])
        for count in atOnce {
            Report.progress("\(count) at once")
            let service = try ticks(of: pbx.service.processID)
            let (own, calls, began) = (ownCPU(), childrensCPU(), MonotonicClock.now())
            let made = try run(pbx, count, for: effort.saturation)
            let time = (MonotonicClock.now() - began).inSeconds * 1000
            let processors = Double(sysconf(CInt(_SC_NPROCESSORS_ONLN)))
            let shares = [
                childrensCPU() - calls, Double(try ticks(of: pbx.service.processID) - service) * 1000 / 100,
                ownCPU() - own,
            ].map { $0 / time / processors * 100 }
            Report.row(
                "\(count)",
                ["\(Int(Double(made) / time * 1000))"]
                    + (shares + [max(0, 100 - shares.reduce(0, +))]).map { "\(Int($0.rounded())) %" })
        }
    }

    private static func run(_ pbx: PBX, _ atOnce: Int, for length: Duration) throws -> Int {
        let end = MonotonicClock.now() + length
        var running: [Box] = []
        var made = 0
        while MonotonicClock.now() < end || !running.isEmpty {
            while running.count < atOnce, MonotonicClock.now() < end {
                made += 1
                var channel = FakeChannel()
                channel.uniqueID = "1700000000.\(made)"
                running.append(Box(try pbx.start([], channel: channel, speed: 50)))
            }
            let timeout = running.compactMap { $0.asterisk.timeout }.min()
            _ = try Poll.wait(
                for: running.flatMap { $0.asterisk.interests } + [pbx.service.interest],
                timeout: min(timeout ?? .seconds(1), .seconds(1)))
            _ = pbx.service.entries()
            for call in running { try call.asterisk.advance() }
            running.removeAll { $0.asterisk.isOver }
        }
        return made
    }

    private static func ownCPU() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)
    }

    /// User and system time of a process, in hundredths of a second: proc_pid_stat(5).
    private static func ticks(of pid: pid_t) throws -> Int {
        let file = try FileDescriptor.open("/proc/\(pid)/stat", O_RDONLY)
        guard case .bytes(let bytes) = try Descriptor.read(file.raw) else { return 0 }
        // After the name, which may hold blanks.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    }
}
