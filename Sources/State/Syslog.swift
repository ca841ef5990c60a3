import Glibc
import System
import Text

/// Writes to the syslog daemon of this machine as syslog(3) does, but never waits for it: a line that the daemon does not
/// take at once is lost, and counted.
final class Syslog {
    /// RFC 3164, section 4.1.1.
    private static let daemonFacility: CInt = 3

    let path: String
    private let clock: () -> Double
    private var socket: FileDescriptor?
    private var lost = 0

    init(path: String, clock: @escaping () -> Double) {
        self.path = path
        self.clock = clock
    }

    /// Whether the daemon took the line.
    @discardableResult
    func write(_ level: LogLevel, _ text: String) -> Bool {
        var line = Syslog.head(level, clock()) + text
        if lost > 0 { line += lost == 1 ? " (1 line before it was lost)" : " (\(lost) lines before it were lost)" }
        let isTaken = send(Array(line.utf8))
        lost = isTaken ? 0 : lost + 1
        return isTaken
    }

    /// Tries a second time on a new socket, because a daemon that was started anew does not have the old one.
    private func send(_ bytes: [UInt8]) -> Bool {
        do throws(Errno) {
            if let raw = socket?.raw {
                try UnixDatagram.send(bytes, on: raw)
                return true
            }
        } catch {
            // The daemon is there but does not read.
            if error.code == EAGAIN || error.code == ENOBUFS { return false }
            socket = nil
        }
        do throws(Errno) {
            let new = try UnixDatagram.connected(to: path)
            let raw = new.raw
            socket = consume new
            try UnixDatagram.send(bytes, on: raw)
            return true
        } catch { return false }
    }

    /// RFC 3164, section 4.1.2, without the host's name: the daemon adds it and expects none from local programs.
    private static func head(_ level: LogLevel, _ time: Double) -> String {
        var seconds = time_t(time.rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: CInt, _ filler: String = "0") -> String { number < 10 ? "\(filler)\(number)" : "\(number)" }
        let date = "\(months[Int(parts.tm_mon)]) \(two(parts.tm_mday, " "))"
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "<\(daemonFacility * 8 + level.severity)>\(date) \(clock) cognigy-bridge[\(getpid())]: "
    }
}
