import Cognigy
import State
import System

/// Where the dialog of this caller stood: on this machine, and in a fleet on whichever he was before.
final class SharedDialog {
    private let own: DialogState
    private let fleet: FleetDialog?

    init(folder: StateFolder?, fleet: FleetShelf?, caller: String, identity: [String], window: Double) {
        own = DialogState(folder: folder, caller: caller, identity: identity, window: window)
        let fleet = DialogState.isKnown(caller) ? fleet : nil
        self.fleet = fleet.map { FleetDialog(shelf: $0, identity: [caller] + identity, window: window) }
    }

    /// `then` gets whether it is kept.
    func save(_ dialog: DialogMemory, then: @escaping (Bool) -> Void) {
        let here = { [own] in own.save(dialog, now: WallClock.now()) }
        guard let fleet else { return then(here()) }
        fleet.save(dialog, now: WallClock.now()) { isKept in then(isKept || here()) }
    }

    /// Takes what an earlier call saved, for this call alone. `then` is called at once, or when the other machines have
    /// been asked.
    func take(then: @escaping (DialogMemory?) -> Void) {
        let mine = own.take(now: WallClock.now())
        guard let fleet else { return then(mine?.memory) }
        fleet.take(now: WallClock.now()) { theirs in
            // This machine may have saved it while it was alone.
            then([mine, theirs].compactMap { $0 }.max { $0.savedAt < $1.savedAt }?.memory)
        }
    }
}
