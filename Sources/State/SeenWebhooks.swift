import Digests
import Glibc
import System

/// The ids of webhooks that came, for all processes. Each is an empty file; the process that makes it is the first to
/// see the webhook.
public struct SeenWebhooks: Sendable {
    public enum Sighting: Equatable, Sendable {
        case new
        case replayed
        /// Nothing can be written to the disk, so it may be either.
        case unknown(String)
    }

    /// How long a signature is good: its time may be five minutes ahead of ours, and later five minutes behind.
    public static let window = 600.0

    private let state: StateFolder?
    private let folder: StateFolder?

    public init(folder state: StateFolder?) {
        self.state = state?.lasting()
        folder = self.state.flatMap { StateFolder(path: SeenWebhooks.path(in: $0)) { _ in } }
    }

    public func see(_ id: String, now: Double) -> Sighting {
        guard let folder else { return .unknown("there is no state folder") }
        let path = folder.path(Fingerprint.of([id]))
        do throws(Errno) {
            try SeenWebhooks.make(path)
            return .new
        } catch {
            if error.code != EEXIST { return .unknown("\(folder.path): \(error)") }
            return renew(path, now: now) ? .new : .replayed
        }
    }

    /// Makes the file anew where it is too old and no sweep has removed it yet.
    private func renew(_ path: String, now: Double) -> Bool {
        guard SeenWebhooks.isOver(path, now: now), let state,
            let lock = state.lock(SeenWebhooks.lockName, patience: .milliseconds(20))
        else { return false }
        var isNew = false
        // Under the lock only one of several processes makes it anew, and no sweep removes it meanwhile.
        if SeenWebhooks.isOver(path, now: now) {
            unlink(path)
            isNew = (try? SeenWebhooks.make(path)) != nil
        }
        _ = consume lock
        return isNew
    }

    private static func make(_ path: String) throws(Errno) {
        _ = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
    }

    private static func isOver(_ path: String, now: Double) -> Bool {
        var status = stat()
        return lstat(path, &status) != 0 || status.isOlder(than: window, at: now)
    }

    static func sweep(_ state: StateFolder, now: Double) {
        let folder = "\(state.lastingPath)/\(folderName)"
        let names = Sweep.names(in: folder)
        // Where there is nothing to remove, no lock is made.
        guard !names.isEmpty, let lock = state.lasting()?.lock(lockName) else { return }
        for name in names { Sweep.remove("\(folder)/\(name)", ifOlderThan: window, at: now) }
        _ = consume lock
    }

    private static let lockName = "webhooks"
    private static let folderName = "webhooks"

    private static func path(in state: StateFolder) -> String { state.path(folderName) }
}
