import State
import System

/// How many calls ask the dialog at the same time: those of this machine, and in a fleet those of all boxes.
final class SharedSlots {
    private let box: Slots
    private let fleet: FleetSlots?
    private var slot: FileLock?
    private var asksFleet = false

    init(folder: StateFolder?, fleet: FleetShelf?, identity: [String], count: Int) {
        box = Slots(folder: folder, count: count)
        self.fleet = fleet.map { FleetSlots(shelf: $0, identity: identity, count: count) }
    }

    /// `then` is called at once, or when the other boxes have been asked.
    func take(then: @escaping (Bool) -> Void) {
        guard let fleet else { return then(takeHere()) }
        asksFleet = true
        fleet.take { [self] isTaken in then(isTaken ?? takeHere()) }
    }

    private func takeHere() -> Bool {
        slot = box.take()
        return slot != nil
    }

    func release() {
        slot = nil
        // The answer may still be on its way.
        if asksFleet { fleet?.giveBack() }
        asksFleet = false
    }
}
