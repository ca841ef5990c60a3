import CSystem
import Glibc

/// What this machine gives a process.
public enum Machine {
    /// How many descriptors this process may have open. getrlimit(2).
    public static var mostOpenFiles: Int { Int(clamping: most_open_files()) }

    /// Whether somebody keeps the clock right, as ntpd and chrony tell the kernel; nil: it does not say. adjtimex(2).
    public static var isClockKept: Bool? {
        switch clock_state() {
        case 0: false
        case 1: true
        default: nil
        }
    }

    /// Whether a process goes before others at all times. sched_getscheduler(2).
    public static func isRealtime(_ process: pid_t) -> Bool {
        [SCHED_FIFO, SCHED_RR].contains(sched_getscheduler(process))
    }
}
