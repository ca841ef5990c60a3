import Checkup
import System

/// Checks what this machine gives a process: descriptors, and the time.
enum MachineCheck {
    /// A call with speech opens about thirty.
    private static let leastFiles = 64

    static func run(_ steps: CheckSteps) {
        steps.run("limits") { () throws(Trouble) in
            let files = Machine.mostOpenFiles
            if files < leastFiles {
                throw Trouble(
                    .machine, "this process may open \(files) files, and a call needs up to \(leastFiles)",
                    "raise the limit of whoever starts it (ulimit -n; LimitNOFILE= of Asterisk)")
            }
            return "\(files) open files for a process"
        }
        steps.run("clock") { () throws(Trouble) in
            switch Machine.isClockKept {
            case true: return "somebody keeps it right"
            case false:
                throw .warning(
                    "nobody keeps it right: once it is wrong, certificates and signed webhooks are refused",
                    "install chrony, or let systemd-timesyncd run")
            case nil: throw .skipped("the kernel does not say whether somebody keeps it right")
            }
        }
    }
}
