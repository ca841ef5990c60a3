import Counters
import System

extension StateFolder {
    /// What monitoring asks of the folder beside the counters. Nothing is changed.
    public func moment(now: Double) -> Exposition.State {
        var state = Exposition.State()
        let names = (try? FolderListing.sample(path, count: 1000)) ?? []
        state.breakersOpen = names.count { name in
            CircuitBreaker.isName(name) && read(name).flatMap { BreakerRecord($0, now: now) }?.retryAt(now: now) != nil
        }
        state.webhooksKept = DeadLetters.count(in: self)
        return state
    }
}
