import System

/// Limits how many processes do something at the same time: each holds the lock of one of `count` files. Where processes
/// disagree about the count, the largest is the limit of all together.
public struct Slots: Sendable {
    private let folder: StateFolder?
    private let count: Int

    public init(folder: StateFolder?, count: Int) {
        self.folder = folder
        self.count = max(count, 1)
    }

    /// Takes a slot until the returned lock or this process ends; nil while all are taken. Never waits.
    public func take() -> FileLock? {
        guard let folder else { return .unguarded() }
        var isBusy = false
        // In random order, so that the next process does not try the same taken slots first.
        for number in (0..<count).shuffled() {
            do throws(Errno) {
                if let slot = try FileLock.tryLock(folder.path("slot-\(number).lock")) { return slot }
                isBusy = true
            } catch {
                // On a full or read-only disk the slots whose files exist still count.
                continue
            }
        }
        return isBusy ? nil : .unguarded()
    }
}
