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

    /// Removes what calls leave: unfinished files, folders and sockets of dead calls, tokens and breakers that are over,
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
            } else if CircuitBreaker.isName(name) {
                Sweep.remove(path(name), ifOlderThan: CircuitBreaker.longestMemory, at: now)
            }
        }
    }
}
