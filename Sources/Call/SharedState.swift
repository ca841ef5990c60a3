import Cognigy
import Configuration
import Glibc
import HTTP
import JSON
import State
import System

/// What this call shares with all the others on the machine: the token, the breaker, the metrics, the folder of files.
final class SharedState {
    let folder: StateFolder?
    private var cache: TokenCache
    private var lock: FileLock?
    private var token: TokenCache.Token?
    private var breaker: CircuitBreaker
    private let slots: Slots
    private var slot: FileLock?
    private let bot: [String]
    private let resumeWithin: Double
    /// Made when it is needed: a call that is not spoken needs none.
    private lazy var dialog = DialogState(
        folder: folder, caller: caller, identity: bot, window: resumeWithin)
    private let metrics: Metrics
    private let log: Log
    private let caller: String

    init(_ settings: Settings, base: Location, caller: String?, log: Log) {
        // Prompts must be written somewhere, even where the configured folder is no good.
        folder =
            StateFolder(path: settings.paths.state) { log.write(.error, $0) }
            ?? StateFolder(path: "/tmp/cognigy-bridge-\(geteuid())") { log.write(.error, $0) }
        let secret = settings.cognigy.clientSecret.reveal()
        cache = TokenCache(folder: folder, identity: [base.text, Token.path, settings.cognigy.clientID, secret])
        breaker = CircuitBreaker(folder: folder, identity: [base.text])
        slots = Slots(folder: folder, count: settings.speech.concurrency)
        bot =
            [base.text]
            + [settings.cognigy.botID, settings.cognigy.dialogID, settings.cognigy.apiKey?.reveal()].map { $0 ?? "" }
        resumeWithin = settings.speech.resumeWithin / .seconds(1)
        metrics = Metrics(path: settings.paths.metrics, log: log)
        self.log = log
        self.caller = caller ?? ""
        for secret in [
            settings.cognigy.clientSecret, settings.cognigy.apiKey, settings.speech.sttKey, settings.speech.ttsKey,
        ] {
            if let secret { log.hide(secret.reveal()) }
        }
    }

    func callFolder() -> CallFolder { CallFolder(state: folder) }

    func sweep() { folder?.sweep(now: WallClock.now(), dialogsOlderThan: resumeWithin) }

    // MARK: The token

    func findToken(rejected: String?) -> TokenState {
        if let rejected, let token, token.text == rejected { cache.drop(token) }
        switch cache.lookup(now: WallClock.now()) {
        case .fresh(let token): return found(token, ahead: false)
        case .refreshDue(let token):
            lock = cache.tryLock()
            // Another process may have stored a new one between the look and the lock.
            return lockedLookup() ?? found(token, ahead: lock != nil)
        case .missing:
            lock = cache.tryLock()
            return lockedLookup() ?? (lock == nil ? .busy : .mayFetch)
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
        // So that this very token can be dropped if the service refuses it.
        switch cache.lookup(now: now) {
        case .fresh(let token), .refreshDue(let token): self.token = token
        case .missing: break
        }
        lock = nil
    }

    func releaseToken() { lock = nil }

    // MARK: The breaker

    /// Why the service is not even asked; nil where it is.
    func refusal() -> Ending? {
        guard case .refused(let retryAt) = breaker.admit(now: WallClock.now()) else { return nil }
        let seconds = max(Int(retryAt - WallClock.now()) + 1, 1)
        return Ending(
            .unavailable, "circuit_open",
            detail: "the service failed the calls before this one; it is tried again in \(seconds) s")
    }

    func serviceWorks() { breaker.succeeded(now: WallClock.now()) }
    func serviceFails() { breaker.failed(now: WallClock.now()) }
    func serviceUnknown() { breaker.abandoned(now: WallClock.now()) }

    // MARK: Dialogs

    func takeSlot() -> Bool {
        slot = slots.take()
        return slot != nil
    }

    func releaseSlot() { slot = nil }

    func saveDialog(_ state: DialogState.Saved) {
        if !dialog.save(state, now: WallClock.now()) { log.write(.notice, "this dialog cannot be resumed") }
    }

    func takeDialog() -> DialogState.Saved? { dialog.take(now: WallClock.now()) }

    // MARK: Metrics

    /// The nine fields that every turn of every channel has.
    func note(_ turn: Turn) {
        func milliseconds(_ duration: Duration?) -> JSON {
            duration.map { .number(($0.inSeconds * 10_000).rounded() / 10) } ?? .null
        }
        metrics.append([
            "timestamp": .string(Timestamp.text(WallClock.now())), "event_type": .string(turn.eventType),
            "user_id": .string(caller), "intent": turn.intent.map { .string($0) } ?? .null,
            "confidence": turn.confidence.map { .number($0) } ?? .null,
            "stt_latency_ms": milliseconds(turn.recognition), "tts_latency_ms": milliseconds(turn.synthesis),
            "cognigy_latency_ms": milliseconds(turn.dialog), "audio_bytes_processed": .integer(turn.audioBytes),
        ])
    }
}
