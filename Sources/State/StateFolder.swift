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

    static let largestFile = 1 << 16

    /// What a file holds; one that is absent, foreign, exposed or broken holds nothing.
    func read(_ name: String) -> JSON? {
        guard let content = try? AtomicFile.read(path(name), limit: StateFolder.largestFile) else { return nil }
        return try? JSON(parsing: content.bytes)
    }

    /// Replaces a file; false where the disk does not let us, or `read` would find it too large. What a crash may undo
    /// need not be written `durably`.
    @discardableResult
    func write(_ value: JSON, _ name: String, durably: Bool = true) -> Bool {
        let bytes = value.serialized
        if bytes.count > StateFolder.largestFile { return false }
        return (try? AtomicFile.write(bytes, to: path(name), durably: durably)) != nil
    }

    func remove(_ name: String) { StateFolder.remove(path(name)) }

    static func remove(_ path: String) { unlink(path) }

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

    /// Removes what killed processes left: unfinished files, and the folders and sockets of dead calls; and what is over:
    /// dialogs whose callers did not call back in time, dead letters, and webhooks that nobody can send again.
    public func sweep(
        now: Double, olderThan age: Double = 300, dialogsOlderThan window: Double = DialogState.window
    ) {
        for name in (try? FolderListing.names(path)) ?? [] where name.hasSuffix(AtomicFile.temporarySuffix) {
            StateFolder.remove(path(name), ifOlderThan: age, at: now)
        }
        CallFolder.sweep(self, now: now, olderThan: age)
        DialogState.sweep(self, now: now, olderThan: window)
        DeadLetters.sweep(self, now: now, olderThan: age)
        SeenWebhooks.sweep(self, now: now)
        ControlSocket.sweep(self, now: now, olderThan: age)
    }

    static func remove(_ path: String, ifOlderThan age: Double, at now: Double) {
        var status = stat()
        if lstat(path, &status) == 0 && status.isOlder(than: age, at: now) { remove(path) }
    }
}

extension stat {
    /// Also true of a time that far in the future: a clock that was set back must not keep anything for ever.
    func isOlder(than age: Double, at now: Double) -> Bool {
        abs(now - modifiedAt) > age
    }

    var modifiedAt: Double { Double(st_mtim.tv_sec) + Double(st_mtim.tv_nsec) / 1e9 }
}
