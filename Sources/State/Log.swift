import Glibc
import System
import Text

/// Writes what happens in this process to the syslog daemon, to a file that all calls share, or nowhere.
public final class Log {
    /// Which call the lines are about.
    public var callID = "-"
    /// How many more lines are written before one that says that the rest is left out, so that a stranger who does
    /// something over and over again fills no disk. nil: any number.
    public var linesLeft: Int?
    /// No ordinary call writes so many lines at any level.
    public static let mostOfACall = 2000

    private let target: LogTarget
    private let level: LogLevel
    private let clock: () -> Double
    /// The longest first, because one may contain another.
    private var hidden: [String] = []
    private let daemon: Syslog

    public init(
        target: LogTarget, level: LogLevel, clock: @escaping () -> Double = WallClock.now, syslog: String = "/dev/log"
    ) {
        self.target = target
        self.level = level
        self.clock = clock
        daemon = Syslog(path: syslog, clock: clock)
    }

    /// From now on no line shows this text. A text of fewer than four bytes is not hidden, because that would garble other
    /// words.
    public func hide(_ secret: String) {
        if secret.utf8.count < 4 || hidden.contains(secret) { return }
        hidden.append(secret)
        hidden.sort { $0.utf8.count > $1.utf8.count }
    }

    /// `text` without the hidden texts, for output other than the log.
    public func hiding(_ text: String) -> String { LogLine.clean(text, hiding: hidden) }

    /// Replaces the secrets and nothing else, in a text that is one line already.
    public func redacting(_ text: String) -> String { LogLine.redact(text, hidden) }

    /// Why this log loses its lines, to be said in another log; nil where it does not.
    public var problem: String? {
        guard case .file(let path) = target else { return nil }
        do throws(Errno) {
            try LineFile.append([], to: path)
            return nil
        } catch {
            return "[paths] log: \(path) takes no lines (\(error))"
        }
    }

    /// Writes a line at any level, for an operator who asks whether the log takes it. Why it does not; nil where it does.
    public func refusal(of message: String) -> String? {
        switch target {
        case .off: return nil
        case .syslog:
            return daemon.write(.notice, "\(callID) \(message)")
                ? nil : "nobody takes what is written to \(daemon.path)"
        case .file(let path):
            do throws(Errno) {
                try LineFile.append(line(.notice, "\(callID) \(message)"), to: path)
                return nil
            } catch { return "\(path) takes no lines (\(error))" }
        }
    }

    private func line(_ level: LogLevel, _ about: String) -> [UInt8] {
        Array("\(Timestamp.text(clock())) \(level.rawValue)[\(getpid())] \(about)\n".utf8)
    }

    /// Composes the message only where it is written.
    public func write(_ level: LogLevel, counts: Bool = true, _ message: @autoclosure () -> String) {
        if target == .off || level > self.level { return }
        if counts, let left = linesLeft {
            linesLeft = max(left - 1, -1)
            if left < 0 { return }
        }
        let text = counts && linesLeft == -1 ? "more lines than a call should have; the rest is left out" : message()
        let about = LogLine.clean("\(callID) \(text)", hiding: hidden)
        switch target {
        case .off: break
        case .syslog: daemon.write(level, about)
        case .file(let path):
            // Where the log itself fails, nothing is left to report that to.
            try? LineFile.append(line(level, about), to: path)
        }
    }
}
