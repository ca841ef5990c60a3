import Call
import Errands
import AGI
import Cognigy
import Configuration
import Glibc
import HTTP
import JSON
import State
import System
import Text

/// What this call shares with all the others on the machine: the token, the breaker, the folder of files.
final class SharedState {
    let folder: StateFolder?
    /// What is wrong with the folder.
    let warnings: [String]
    let token: SharedToken
    private let errandToken: (Errand.Kind) -> SharedToken
    private var errandTokens: [Errand.Kind: SharedToken] = [:]
    private var breaker: CircuitBreaker
    private let slots: Slots
    private var slot: FileLock?
    private let bot: [String]
    private let resumeWithin: Double
    /// Made on first use, because only spoken calls need it.
    private lazy var dialog = DialogState(
        folder: folder, caller: caller, identity: bot, window: resumeWithin)
    private let log: Log
    private let caller: String

    init(_ settings: Settings, base: Location, caller: String?, log: Log) {
        var warnings: [String] = []
        folder = StateFolder(ofCalls: settings.paths.state) {
            log.write(.error, $0)
            warnings.append($0)
        }
        self.warnings = warnings
        let secret = settings.cognigy.clientSecret.reveal()
        let folder = self.folder
        let make = { (style: Token.Style) in
            SharedToken(
                style, base: base, clientID: settings.cognigy.clientID, secret: secret, folder: folder, log: log)
        }
        token = make(.call)
        errandToken = { make($0.style) }
        breaker = CircuitBreaker(folder: folder, identity: [base.text])
        slots = Slots(folder: folder, count: settings.speech.concurrency)
        bot =
            [base.text]
            + [settings.cognigy.botID, settings.cognigy.dialogID, settings.cognigy.apiKey?.reveal()].map { $0 ?? "" }
        resumeWithin = settings.speech.resumeWithin / .seconds(1)
        self.log = log
        self.caller = caller ?? ""
    }

    /// The files of silence that callers hear while they wait; nil where they cannot be made.
    var silence: Handset.Silence? {
        guard let folder, let narrow = Silence.path(in: folder, rate: 8000, from: Command.silenceOffset),
            let wide = Silence.path(in: folder, rate: 16_000, from: Command.silenceOffset)
        else { return nil }
        return Handset.Silence(narrow: narrow, wide: wide)
    }

    func callFolder() -> CallFolder { CallFolder(state: folder) }

    /// Removes what other calls have left behind.
    func sweepCalls() { folder?.sweepAfterCall(now: WallClock.now(), dialogsOlderThan: resumeWithin) }

    /// The same, and what webhooks have left on the disk.
    func sweep() { folder?.sweep(now: WallClock.now(), dialogsOlderThan: resumeWithin) }

    /// The token of another of the service's systems.
    func token(_ kind: Errand.Kind) -> SharedToken {
        let token = errandTokens[kind] ?? errandToken(kind)
        errandTokens[kind] = token
        return token
    }

    // MARK: The breaker

    /// Why the circuit breaker refuses this call; nil where it admits it.
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

    func saveDialog(_ state: DialogMemory) {
        if resumeWithin <= 0 { return }
        if !dialog.save(state, now: WallClock.now()) { log.write(.notice, "this dialog cannot be resumed") }
    }

    func takeDialog() -> DialogMemory? { dialog.take(now: WallClock.now()) }
}
