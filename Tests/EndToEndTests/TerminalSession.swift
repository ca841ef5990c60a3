import Glibc
import System
import TestService

/// A program at a terminal, and a person who reads what it shows and types. pty(7).
final class TerminalSession {
    struct Late: Error, CustomStringConvertible {
        let description: String
    }

    private let master: FileDescriptor
    /// Kept, so that its settings can be looked at after the program.
    private let slave: FileDescriptor
    private var process: Subprocess
    private(set) var shown = ""
    private var seen: String.Index

    private static let patience = Duration.seconds(30)

    init(_ command: [String], environment: [String: String]) throws {
        let master = try FileDescriptor.open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2): unlockpt(3) and ptsname(3), which Glibc does not show.
        var (lock, number): (CInt, CInt) = (0, 0)
        try retryingOnInterrupt("TIOCSPTLCK") { ioctl(master.raw, 0x4004_5431, &lock) }
        try retryingOnInterrupt("TIOCGPTN") { ioctl(master.raw, 0x8004_5430, &number) }
        let slave = try FileDescriptor.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        let variables = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        process = try Subprocess(
            command, environment: variables.map { "\($0.key)=\($0.value)" }, input: slave.raw, output: slave.raw,
            errors: slave.raw)
        self.master = master
        self.slave = slave
        seen = shown.startIndex
    }

    /// Whether what is typed now is shown.
    var echoes: Bool {
        var settings = termios()
        return tcgetattr(slave.raw, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    func expect(_ words: String) throws {
        let deadline = MonotonicClock.now() + Self.patience
        while shown[seen...].firstRange(of: words) == nil {
            try take(before: deadline, "\"\(words)\"")
        }
        seen = shown[seen...].firstRange(of: words)?.upperBound ?? seen
    }

    /// A line, or a key such as Ctrl-D.
    func type(_ text: String) throws {
        try Descriptor.writeAll(master.raw, text.utf8, deadline: MonotonicClock.now() + .seconds(5))
    }

    func signal(_ number: CInt) { process.kill(number) }

    /// How it ended; all that it showed is in `shown`.
    func end() throws -> Subprocess.ExitStatus {
        let deadline = MonotonicClock.now() + Self.patience
        while true {
            if let status = process.reap() {
                while try !Poll.wait(for: [Poll.Interest(master.raw, .readable)], timeout: .zero).isEmpty {
                    try take(before: deadline, "the rest")
                }
                return status
            }
            _ = try? take(before: MonotonicClock.now() + .milliseconds(20), "its end")
            if deadline < MonotonicClock.now() { throw Late(description: "no end: \(shown)") }
        }
    }

    private func take(before deadline: Duration, _ what: String) throws {
        let ready = try Poll.wait(
            for: [Poll.Interest(master.raw, .readable)], timeout: deadline - MonotonicClock.now())
        if ready.isEmpty { throw Late(description: "\(what) was not shown: \(shown)") }
        guard case .bytes(let bytes) = try Descriptor.read(master.raw) else { return }
        let offset = shown.utf8.distance(from: shown.startIndex, to: seen)
        shown += String(decoding: bytes, as: UTF8.self)
        seen = shown.utf8.index(shown.startIndex, offsetBy: offset)
    }
}
