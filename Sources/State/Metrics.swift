import JSON
import System

/// A file of JSON lines, one an event, from the processes of all calls.
///
/// A line costs one write(2) into the kernel's memory; nothing waits until it is on the disk, and a full disk loses it.
/// Only where a disk is so stuck that the kernel lets nobody write does a call wait with everybody else. A FIFO in place
/// of the file never waits: what its reader does not take in time is lost.
package final class Metrics {
    private let path: String?
    private let log: Log
    private var hasWarned = false

    /// Without a path, events go nowhere.
    package init(path: String?, log: Log) {
        self.path = path
        self.log = log
    }

    package func append(_ event: [String: JSON]) {
        guard let path else { return }
        do throws(Errno) {
            try LineFile.append(JSON.object(event).serialized + [UInt8(ascii: "\n")], to: path)
        } catch {
            if hasWarned { return }
            hasWarned = true
            log.write(.warning, "metrics are lost: \(path): \(error)")
        }
    }
}
