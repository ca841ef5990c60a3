import Glibc
import JSON
import System

/// The folder that the processes of all calls share. Where it cannot be used there is simply no state.
public struct StateFolder: Sendable {
    public let path: String

    /// Makes the folder if need be; nil, and one line to `report`, where it is not ours alone.
    public init?(path: String, report: (String) -> Void) {
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(path)
        } catch {
            report("no state is kept: \(error)")
            return nil
        }
        self.path = path
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// What a file holds; one that is absent, foreign, exposed or broken holds nothing.
    func read(_ name: String) -> JSON? {
        guard let content = try? AtomicFile.read(path(name), limit: 1 << 16) else { return nil }
        return try? JSON(parsing: content.bytes)
    }

    /// Replaces a file; false where the disk does not let us.
    @discardableResult
    func write(_ value: JSON, _ name: String) -> Bool {
        (try? AtomicFile.write(value.serialized, to: path(name))) != nil
    }

    func remove(_ name: String) { unlink(path(name)) }

    func holds(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    /// The lock that guards `name`, tried until `patience` is over: then nil. A lock that cannot be had at all
    /// (full or read-only disk) guards nothing and stops nobody.
    func lock(_ name: String, patience: Duration = .zero) -> FileLock? {
        let deadline = MonotonicClock.now() + patience
        while true {
            do throws(Errno) {
                if let lock = try FileLock.tryLock(path("\(name).lock")) { return lock }
            } catch {
                return .unguarded()
            }
            if MonotonicClock.now() >= deadline { return nil }
            StateFolder.pause()
        }
    }

    /// Between two tries for a lock.
    static func pause() { usleep(1000) }

    /// Removes what killed processes left: unfinished files, and the folders of dead calls.
    public func sweep(now: Double, olderThan age: Double = 300) {
        for name in (try? FolderListing.names(path)) ?? [] where name.hasSuffix(AtomicFile.temporarySuffix) {
            var status = stat()
            if lstat(path(name), &status) == 0 && status.isOlder(than: age, at: now) { remove(name) }
        }
        CallFolder.sweep(self, now: now, olderThan: age)
    }
}

extension stat {
    /// Also true of a time that far in the future: a clock that was set back must not keep anything for ever.
    func isOlder(than age: Double, at now: Double) -> Bool {
        abs(now - (Double(st_mtim.tv_sec) + Double(st_mtim.tv_nsec) / 1e9)) > age
    }
}
