import System

/// Lets only so many processes at a time do something: each holds the lock of one of `count` files. Where processes
/// disagree about the count, all together are never more than the largest.
package struct Slots: Sendable {
    private let folder: StateFolder?
    private let count: Int

    package init(folder: StateFolder?, count: Int) {
        self.folder = folder
        self.count = max(count, 1)
    }

    /// A slot until it, or this process, ends; nil while all are taken. Never waits.
    package func take() -> FileLock? {
        guard let folder else { return .unguarded() }
        var isBusy = false
        // In random order: whoever comes next is not to run into the same taken ones.
        for number in (0..<count).shuffled() {
            do throws(Errno) {
                if let slot = try FileLock.tryLock(folder.path("slot-\(number).lock")) { return slot }
                isBusy = true
            } catch {
                // On a full or read-only disk the files that are there still count.
                continue
            }
        }
        return isBusy ? nil : .unguarded()
    }
}
