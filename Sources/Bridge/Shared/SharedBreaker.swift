import State
import System

/// The breaker of this machine, and in a fleet what other boxes know of the service.
final class SharedBreaker {
    private var box: CircuitBreaker
    private let fleet: FleetBreaker?
    /// For tests.
    var wallClock = WallClock.now

    init(folder: StateFolder?, fleet: FleetShelf?, identity: [String]) {
        box = CircuitBreaker(folder: folder, identity: identity)
        self.fleet = fleet.map { FleetBreaker(shelf: $0, identity: identity) }
    }

    /// `then` gets until when the service is left alone; nil: it may be asked. It is called at once, or when the other boxes
    /// have been asked.
    func admit(then: @escaping (_ retryAt: Double?) -> Void) {
        if case .refused(let retryAt) = box.admit(now: wallClock()) { return then(retryAt) }
        guard let fleet else { return then(nil) }
        fleet.admit(now: wallClock()) { [self] admission in
            guard case .refused(let retryAt) = admission else { return then(nil) }
            box.abandoned(now: wallClock())
            then(retryAt)
        }
    }

    func succeeded() {
        box.succeeded(now: wallClock())
        fleet?.succeeded()
    }

    func failed() {
        box.failed(now: wallClock())
        fleet?.failed(now: wallClock())
    }

    func abandoned() {
        box.abandoned(now: wallClock())
        fleet?.abandoned(now: wallClock())
    }
}
