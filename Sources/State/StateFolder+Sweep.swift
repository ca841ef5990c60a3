import Glibc
import System

extension StateFolder {
    /// How many files of the folder itself one sweep looks at: breakers, tokens and unfinished files lie there together.
    private static let mostSwept = 200

    /// Removes what killed processes left and what is over. One sweep takes some milliseconds at most.
    public func sweep(
        now: Double, olderThan age: Double = 300, dialogsOlderThan window: Double = DialogState.window
    ) {
        sweepCalls(now: now, olderThan: age, dialogsOlderThan: window)
        DeadLetters.sweep(self, now: now, olderThan: age)
        SeenWebhooks.sweep(self, now: now)
    }

    /// Removes what calls leave: unfinished files, folders and sockets of dead calls, tokens, TLS sessions and breakers that are over,
    /// and dialogs whose callers did not call back in time. Where there is nothing to remove, nothing is written.
    public func sweepCalls(
        now: Double, olderThan age: Double = 300, dialogsOlderThan window: Double = DialogState.window
    ) {
        sweepFiles(now: now, olderThan: age)
        CallFolder.sweep(path, now: now, olderThan: age)
        DialogState.sweep(self, now: now, olderThan: window)
        ControlSocket.sweep(self, now: now, olderThan: age)
        if lastingPath == path { return }
        RuntimeFolder.sweep(now: now, olderThan: age)
        // What did not fit into memory, and what former versions kept on the disk.
        sweepRemains(now: now, olderThan: age, dialogsOlderThan: window)
    }

    /// One call of so many sweeps where many calls are up.
    public static let callsToASweep = 16
    /// In bytes. A folder of this size has some hundred names, or had them: memory file systems count 20 for a name, ext4 and
    /// XFS begin with a block of 4096.
    private static let crowdedSize = 4096

    /// Sweeps when a call has ended, unless so many calls are up that those which end just then come too often. The cost of
    /// a call so stays the same, however many there are. `lot` is below `callsToASweep`.
    public func sweepAfterCall(
        now: Double, dialogsOlderThan window: Double = DialogState.window,
        lot: Int = Int.random(in: 0..<StateFolder.callsToASweep)
    ) {
        if lot == 0 || !isCrowded { sweepCalls(now: now, dialogsOlderThan: window) }
    }

    private var isCrowded: Bool {
        [path, CallFolder.calls(in: path), DialogState.path(in: self), ControlSocket.folder(in: self)].contains {
            var status = stat()
            return lstat($0, &status) == 0 && status.st_size > StateFolder.crowdedSize
        }
    }

    private func sweepRemains(now: Double, olderThan age: Double, dialogsOlderThan window: Double) {
        guard let lasting = StateFolder(existing: lastingPath) else { return }
        lasting.sweepFiles(now: now, olderThan: age)
        CallFolder.sweep(lastingPath, now: now, olderThan: age)
        DialogState.sweep(lasting, now: now, olderThan: window)
        ControlSocket.sweep(lasting, now: now, olderThan: age)
    }

    private func sweepFiles(now: Double, olderThan age: Double) {
        for name in Sweep.names(in: path, atMost: StateFolder.mostSwept) {
            if name.hasSuffix(AtomicFile.temporarySuffix) {
                Sweep.remove(path(name), ifOlderThan: age, at: now)
            } else if TokenCache.isName(name) {
                TokenCache.sweep(name, in: self, now: now)
            } else if TicketCache.isName(name) {
                Sweep.remove(path(name), ifOlderThan: TicketRecord.longestLife, at: now)
            } else if CircuitBreaker.isName(name) {
                Sweep.remove(path(name), ifOlderThan: CircuitBreaker.longestMemory, at: now)
            }
        }
    }
}
