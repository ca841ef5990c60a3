import Counters
import Glibc
import System

extension StateFolder {
    /// Who else has the state folder, so that we would see nothing of what calls share; nil: nobody. Where calls have not made
    /// it, its parent tells whose it will be, unless that is root's.
    public static func stranger(at path: String) -> uid_t? {
        var status = stat()
        if lstat(path, &status) == 0 { return status.st_uid == geteuid() ? nil : status.st_uid }
        guard lstat(parent(of: path), &status) == 0, status.st_uid != 0, status.st_uid != geteuid() else { return nil }
        return status.st_uid
    }

    /// What monitoring asks of the folder beside the counters. Nothing is changed.
    public func moment(now: Double) -> Exposition.State {
        var state = Exposition.State()
        let names = (try? FolderListing.sample(path, count: 1000)) ?? []
        state.breakersOpen = names.count { name in
            CircuitBreaker.isName(name, of: .service)
                && read(name).flatMap { BreakerRecord($0, now: now) }?.retryAt(now: now) != nil
        }
        state.webhooksKept = DeadLetters.count(in: self)
        return state
    }
}
