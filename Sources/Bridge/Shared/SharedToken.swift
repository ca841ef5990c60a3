import Cognigy
import HTTP
import State
import System

/// A token that all processes of the machine with the same credentials share, and in a fleet all boxes.
final class SharedToken {
    private var cache: TokenCache
    private var lock: FileLock?
    private let fleet: FleetToken?
    /// Whether no other box fetches until we have.
    private var holdsFleet = false
    private var token: TokenCache.Token?
    private let log: Log

    init(
        _ style: Token.Style, base: Location, clientID: String, secret: String, folder: StateFolder?,
        fleet: FleetShelf?, log: Log
    ) {
        // Two systems have the same path, and each asks in its own spelling.
        let identity = [base.text, style.path, clientID, secret] + (style == .bargeIn ? ["bargeIn"] : [])
        cache = TokenCache(folder: folder, identity: identity)
        self.fleet = fleet.map { FleetToken(shelf: $0, identity: identity) }
        self.log = log
    }

    /// `alone`: fetches even while another process holds the lock, which has taken too long. A second token does no harm.
    /// `then` is called at once, or when the other boxes have been asked.
    func find(rejected: String?, alone: Bool = false, then: @escaping (TokenState) -> Void) {
        if let rejected, let token, token.text == rejected { cache.drop(token) }
        let now = WallClock.now()
        switch cache.lookup(now: now) {
        case .fresh(let token): then(found(token, ahead: false))
        case .refreshDue(let token):
            takeLock()
            if let state = lockedLookup() { return then(state) }
            if lock == nil { return then(found(token, ahead: false)) }
            askBoxes(rejected, token, alone, then)
        case .missing:
            takeLock()
            if let state = lockedLookup() { return then(state) }
            if lock == nil, !alone { return then(.busy) }
            askBoxes(rejected, nil, alone, then)
        }
    }

    private func takeLock() { if lock == nil { lock = cache.tryLock() } }

    /// Another process may have stored a new one between the look and the lock.
    private func lockedLookup() -> TokenState? {
        guard lock != nil, case .fresh(let token) = cache.lookup(now: WallClock.now()) else { return nil }
        lock = nil
        return found(token, ahead: false)
    }

    /// Another box may have a token, or be fetching one. `old` still works.
    private func askBoxes(
        _ rejected: String?, _ old: TokenCache.Token?, _ alone: Bool, _ then: @escaping (TokenState) -> Void
    ) {
        guard let fleet else { return then(old.map { found($0, ahead: true) } ?? .mayFetch) }
        fleet.find(refused: rejected) { [self] answer in
            if let answer, let text = answer.text {
                cache.store(text, expiresIn: answer.life, now: WallClock.now())
            }
            holdsFleet = answer?.mayFetch == true
            let mayFetch = answer.map(\.mayFetch) ?? true
            let usable = usable ?? old
            if let usable {
                if !mayFetch { lock = nil }
                then(found(usable, ahead: mayFetch))
            } else if mayFetch || alone {
                then(.mayFetch)
            } else {
                lock = nil
                then(.busy)
            }
        }
    }

    private var usable: TokenCache.Token? {
        switch cache.lookup(now: WallClock.now()) {
        case .fresh(let token), .refreshDue(let token): token
        case .missing: nil
        }
    }

    private func found(_ token: TokenCache.Token, ahead: Bool) -> TokenState {
        self.token = token
        log.hide(token.text)
        return .found(token.text, ahead: ahead)
    }

    func store(_ grant: Token.Grant) {
        log.hide(grant.token)
        cache.store(grant.token, expiresIn: grant.expiresIn, now: WallClock.now())
        fleet?.store(grant.token, life: grant.expiresIn)
        holdsFleet = false
        // Remember it, so that this token and no newer one is dropped if the service refuses it.
        token = usable ?? token
        lock = nil
    }

    func release() {
        lock = nil
        if holdsFleet { fleet?.release() }
        holdsFleet = false
    }
}
