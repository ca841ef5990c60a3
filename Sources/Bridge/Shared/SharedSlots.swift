import State
import System

/// How many calls ask the dialog at the same time: those of this machine, and in a fleet those of all machines.
final class SharedSlots {
    private let own: Slots
    private let fleet: FleetSlots?
    private var slot: FileLock?
    /// Whether Redis may keep a place for us: it carries out what we asked, even where its answer came too late.
    private(set) var owesFleet = false
    private var takes = 0

    /// `lease`: longer than a dialog request takes.
    init(folder: StateFolder?, fleet: FleetShelf?, identity: [String], count: Int, lease: Duration) {
        own = Slots(folder: folder, count: count)
        self.fleet = fleet.map { FleetSlots(shelf: $0, identity: identity, count: count, lease: lease) }
    }

    /// `then` is called at once, or when the other machines have been asked.
    func take(then: @escaping (Bool) -> Void) {
        guard let fleet else { return then(takeHere()) }
        owesFleet = true
        takes += 1
        fleet.take { [self] isTaken in then(isTaken ?? takeHere()) }
    }

    private func takeHere() -> Bool {
        slot = own.take()
        return slot != nil
    }

    func release() {
        slot = nil
        repay()
    }

    /// Again, where Redis could not be told before.
    func repay() {
        guard owesFleet, slot == nil else { return }
        let before = takes
        fleet?.giveBack { [self] isDone in if isDone, takes == before { owesFleet = false } }
    }
}
