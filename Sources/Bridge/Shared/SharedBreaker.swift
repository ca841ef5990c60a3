import State
import System

/// The breaker of this machine, and in a fleet what other machines know of the service.
final class SharedBreaker {
    /// Why a call leaves the service alone, and until when.
    struct Refusal: Equatable {
        let retryAt: Double
        /// Whether it failed calls of other machines.
        let isOfOthers: Bool
    }

    private var own: CircuitBreaker
    private let fleet: FleetBreaker?
    /// For tests.
    var wallClock = WallClock.now

    init(folder: StateFolder?, fleet: FleetShelf?, identity: [String]) {
        own = CircuitBreaker(folder: folder, identity: identity)
        self.fleet = fleet.map { FleetBreaker(shelf: $0, identity: identity) }
    }

    /// `then` gets why the service is left alone; nil: it may be asked. It is called at once, or when the other machines have
    /// been asked.
    func admit(then: @escaping (Refusal?) -> Void) {
        if case .refused(let retryAt) = own.admit(now: wallClock()) {
            return then(Refusal(retryAt: retryAt, isOfOthers: false))
        }
        guard let fleet else { return then(nil) }
        fleet.admit { [self] seconds in
            guard let seconds else { return then(nil) }
            own.abandoned(now: wallClock())
            then(Refusal(retryAt: wallClock() + seconds, isOfOthers: true))
        }
    }

    func succeeded() {
        own.succeeded(now: wallClock())
        fleet?.succeeded()
    }

    func failed() {
        own.failed(now: wallClock())
        fleet?.failed()
    }

    /// The call ended before the service could answer.
    func abandoned() { own.abandoned(now: wallClock()) }
}
