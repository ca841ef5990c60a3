import Glibc
import System

/// Ends a process group when this process is gone, even after SIGKILL: a shell waits for the end of a pipe of ours.
package final class Watchdog {
    private let process: Subprocess
    private let pipe: FileDescriptor

    package init(over pid: pid_t) throws(Errno) {
        var pipe = try Pipe()
        process = try Subprocess(["sh", "-c", "read -r _; kill -KILL -\(pid)"], input: pipe.rawReader)
        guard let writer = pipe.writer.take() else { throw Errno("pipe") }
        self.pipe = writer
    }

    deinit { process.kill(SIGKILL) }
}
