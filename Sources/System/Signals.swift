import CSystem
import Glibc

/// Signals as bytes on a descriptor, so that one poll waits for them and for everything else. signalfd(2).
public struct Signals: ~Copyable {
    private let descriptor: FileDescriptor

    public var raw: CInt { descriptor.raw }

    /// Blocks `signals` and reads them from a descriptor instead. Ignores SIGPIPE and SIGXFSZ, so that writes answer EPIPE
    /// and EFBIG.
    public init(_ signals: [CInt]) throws(Errno) {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = FileDescriptor(
            owning: try retryingOnInterrupt("signalfd") { signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK)) })
    }

    /// Lets them do again what they do by default, at once where one has come meanwhile.
    public static func unblock(_ signals: [CInt]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        sigprocmask(SIG_UNBLOCK, &set, nil)
    }

    /// Returns the next signal that has arrived, if any.
    public func next() -> CInt? {
        var info = signalfd_siginfo()
        let count = read(descriptor.raw, &info, MemoryLayout<signalfd_siginfo>.size)
        return count == MemoryLayout<signalfd_siginfo>.size ? CInt(info.ssi_signo) : nil
    }
}
