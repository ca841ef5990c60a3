import Glibc
import System
import Text

/// Where this process says what happens: nowhere, to the syslog daemon, or to a file that all calls share.
package final class Log {
    /// Which call the lines are about.
    package var callID = "-"
    /// So many more lines are written, and then one that says so: what a stranger does over and over again fills no disk.
    /// nil: any number.
    package var linesLeft: Int?
    /// More than any ordinary call has, at any level.
    package static let mostOfACall = 2000

    private let target: LogTarget
    private let level: LogLevel
    private let clock: () -> Double
    /// Longest first: one may contain another.
    private var hidden: [String] = []
    private let daemon: Syslog

    package init(
        target: LogTarget, level: LogLevel, clock: @escaping () -> Double = WallClock.now, syslog: String = "/dev/log"
    ) {
        self.target = target
        self.level = level
        self.clock = clock
        daemon = Syslog(path: syslog, clock: clock)
    }

    /// The second line of defence: no line will show this text. A shorter one would garble innocent words.
    package func hide(_ secret: String) {
        if secret.utf8.count < 4 || hidden.contains(secret) { return }
        hidden.append(secret)
        hidden.sort { $0.utf8.count > $1.utf8.count }
    }

    /// The same for what others than the log are to show.
    package func hiding(_ text: String) -> String { LogLine.clean(text, hiding: hidden) }

    /// Why lines are lost here, for whoever reads another log; nil where they are not.
    package var problem: String? {
        guard case .file(let path) = target else { return nil }
        do throws(Errno) {
            try LineFile.append([], to: path)
            return nil
        } catch {
            return "[paths] log: \(path) takes no lines (\(error))"
        }
    }

    /// The message is only composed where it is wanted.
    package func write(_ level: LogLevel, _ message: @autoclosure () -> String) {
        if target == .off || level > self.level { return }
        if let left = linesLeft {
            linesLeft = max(left - 1, -1)
            if left < 0 { return }
        }
        let text = linesLeft == -1 ? "more lines than a call should have; the rest is left out" : message()
        let about = LogLine.clean("\(callID) \(text)", hiding: hidden)
        switch target {
        case .off: break
        case .syslog: daemon.write(level, about)
        case .file(let path):
            let line = "\(Timestamp.text(clock())) \(level.rawValue)[\(getpid())] \(about)\n"
            // Where the log itself fails there is nobody left to tell.
            try? LineFile.append(Array(line.utf8), to: path)
        }
    }
}
