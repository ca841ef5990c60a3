import Glibc
import JSON
import System

/// A file of JSON lines, one for each event, from the processes of all calls.
///
/// A line costs one write(2) into the kernel's memory. No call waits until it is on the disk, and a full disk loses it.
/// A call waits only where a disk is so stuck that the kernel accepts no writes at all. With a FIFO in place of the file
/// no call ever waits: a line that its reader does not take in time is lost.
public final class Metrics {
    private let path: String?
    private let log: Log
    /// What the lines are, and who may read a file that is made for them.
    private let name: String
    private let mode: mode_t
    private var hasWarned = false

    /// Without a path, events go nowhere.
    public init(path: String?, log: Log, name: String = "metrics", mode: mode_t = 0o640) {
        self.path = path
        self.log = log
        self.name = name
        self.mode = mode
    }

    public func append(_ event: [String: JSON]) {
        guard let path else { return }
        do throws(Errno) {
            try LineFile.append(JSON.object(event).serialized + [UInt8(ascii: "\n")], to: path, mode: mode)
        } catch {
            if hasWarned { return }
            hasWarned = true
            log.write(.warning, "\(name) are lost: \(path): \(error)")
        }
    }
}
