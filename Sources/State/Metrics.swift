import JSON
import System

/// A file of JSON lines, one an event, from the processes of all calls. It never holds a call up.
public final class Metrics {
    private let path: String?
    private let log: Log
    private var hasComplained = false

    /// Without a path, events go nowhere.
    public init(path: String?, log: Log) {
        self.path = path
        self.log = log
    }

    public func append(_ event: [String: JSON]) {
        guard let path else { return }
        do throws(Errno) {
            try LineFile.append(JSON.object(event).serialized + [UInt8(ascii: "\n")], to: path)
        } catch {
            if hasComplained { return }
            hasComplained = true
            log.write(.warning, "metrics are lost: \(path): \(error)")
        }
    }
}
