import Cognigy
import HTTP
import State
import System

/// A token that all processes of the machine with the same credentials share, and in a fleet all machines.
final class SharedToken {
    private var cache: TokenCache
    private var lock: FileLock?
    private let fleet: FleetToken?
    /// Whether no other machine fetches until we have.
    private var holdsFleet = false
    private var isOver = false
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
    /// `then` is called at once, or when the other machines have been asked.
    func find(rejected: String?, alone: Bool = false, then: @escaping (TokenState) -> Void) {
        if let rejected, let token, token.text == rejected { cache.drop(token) }
        let now = WallClock.now()
        switch cache.lookup(now: now) {
        case .fresh(let token): then(found(token, ahead: false))
        case .refreshDue(let token):
            takeLock()
            if let state = lockedLookup() { return then(state) }
            if lock == nil { return then(found(token, ahead: false)) }
            askFleet(rejected, token, alone, then)
        case .missing:
            takeLock()
            if let state = lockedLookup() { return then(state) }
            if lock == nil, !alone { return then(.busy) }
            askFleet(rejected, nil, alone, then)
        }
    }

    private func takeLock() { if lock == nil { lock = cache.tryLock() } }

    /// Another process may have stored a new one between the look and the lock.
    private func lockedLookup() -> TokenState? {
        guard lock != nil, case .fresh(let token) = cache.lookup(now: WallClock.now()) else { return nil }
        lock = nil
        return found(token, ahead: false)
    }

    /// Another machine may have a token, or be fetching one. `old` still works.
    private func askFleet(
        _ rejected: String?, _ old: TokenCache.Token?, _ alone: Bool, _ then: @escaping (TokenState) -> Void
    ) {
        guard let fleet else { return then(old.map { found($0, ahead: true) } ?? .mayFetch) }
        fleet.find(refused: rejected) { [self] answer in
            if isOver {
                if answer?.mayFetch == true { fleet.release() }
                return then(.busy)
            }
            holdsFleet = answer?.mayFetch == true
            let mayFetch = answer.map(\.mayFetch) ?? true
            // It is good even where this machine cannot keep it.
            let theirs = answer.flatMap { answer in
                answer.text.flatMap { cache.store($0, expiresIn: answer.life, now: WallClock.now()) }
            }
            if let token = theirs ?? old {
                if !mayFetch { lock = nil }
                then(found(token, ahead: mayFetch))
            } else if mayFetch || alone {
                then(.mayFetch)
            } else {
                lock = nil
                then(.busy)
            }
        }
    }

    private func found(_ token: TokenCache.Token, ahead: Bool) -> TokenState {
        self.token = token
        log.hide(token.text)
        return .found(token.text, ahead: ahead)
    }

    func store(_ grant: Token.Grant) {
        log.hide(grant.token)
        // Remember it, so that this token and no newer one is dropped if the service refuses it.
        token = cache.store(grant.token, expiresIn: grant.expiresIn, now: WallClock.now()) ?? token
        fleet?.store(grant.token, life: grant.expiresIn)
        holdsFleet = false
        lock = nil
    }

    func release() {
        lock = nil
        if holdsFleet { fleet?.release() }
        holdsFleet = false
    }

    /// What is still to be answered is given back then.
    func finish() {
        isOver = true
        release()
    }
}
