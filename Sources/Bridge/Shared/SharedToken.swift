import Cognigy
import HTTP
import State
import System

/// A token that all processes of the machine with the same credentials share.
final class SharedToken {
    private var cache: TokenCache
    private var lock: FileLock?
    private var token: TokenCache.Token?
    private let log: Log

    init(_ style: Token.Style, base: Location, clientID: String, secret: String, folder: StateFolder?, log: Log) {
        // Two systems have the same path, and each asks in its own spelling.
        let spelling = style == .bargeIn ? ["bargeIn"] : []
        cache = TokenCache(folder: folder, identity: [base.text, style.path, clientID, secret] + spelling)
        self.log = log
    }

    /// `alone`: fetches even while another process holds the lock, which has taken too long. A second token does no harm.
    func find(rejected: String?, alone: Bool = false) -> TokenState {
        if let rejected, let token, token.text == rejected { cache.drop(token) }
        switch cache.lookup(now: WallClock.now()) {
        case .fresh(let token): return found(token, ahead: false)
        case .refreshDue(let token):
            lock = cache.tryLock()
            // Another process may have stored a new one between the look and the lock.
            return lockedLookup() ?? found(token, ahead: lock != nil)
        case .missing:
            lock = cache.tryLock()
            return lockedLookup() ?? (lock == nil && !alone ? .busy : .mayFetch)
        }
    }

    private func lockedLookup() -> TokenState? {
        guard lock != nil, case .fresh(let token) = cache.lookup(now: WallClock.now()) else { return nil }
        lock = nil
        return found(token, ahead: false)
    }

    private func found(_ token: TokenCache.Token, ahead: Bool) -> TokenState {
        self.token = token
        log.hide(token.text)
        return .found(token.text, ahead: ahead)
    }

    func store(_ grant: Token.Grant) {
        log.hide(grant.token)
        let now = WallClock.now()
        cache.store(grant.token, expiresIn: grant.expiresIn, now: now)
        // Remember it, so that this token and no newer one is dropped if the service refuses it.
        switch cache.lookup(now: now) {
        case .fresh(let token), .refreshDue(let token): self.token = token
        case .missing: break
        }
        lock = nil
    }

    func release() { lock = nil }
}
