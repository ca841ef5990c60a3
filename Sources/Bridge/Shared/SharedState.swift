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
import Transport

/// What this call shares with all the others on the machine, and in a fleet with those of other machines: the token, the breaker,
/// the folder of files.
final class SharedState {
    let folder: StateFolder?
    /// What is wrong with the folder.
    let warnings: [String]
    /// The way to the other machines; nil: there are none.
    let link: FleetLink?
    let token: SharedToken
    private let errandToken: (Errand.Kind) -> SharedToken
    private var errandTokens: [Errand.Kind: SharedToken] = [:]
    let breaker: SharedBreaker
    private let slots: SharedSlots
    private let fleet: FleetShelf?
    private let bot: [String]
    private let resumeWithin: Double
    /// Made on first use, because only spoken calls need it.
    private lazy var dialog = SharedDialog(
        folder: folder, fleet: fleet, caller: caller, identity: bot, window: resumeWithin)
    private let log: Log
    private let caller: String

    init(
        _ settings: Settings, base: Location, caller: String?, client: HTTPClient,
        machine: @escaping @autoclosure () -> String = Host.identity(), log: Log
    ) {
        var warnings: [String] = []
        folder = StateFolder(ofCalls: settings.paths.state) {
            log.write(.error, $0)
            warnings.append($0)
        }
        self.warnings = warnings
        link = FleetLink(settings, client: client, folder: folder, log: log)
        let fleet = link.map { FleetShelf(settings, line: $0, machine: machine()) }
        self.fleet = fleet
        let secret = settings.cognigy.clientSecret.reveal()
        let folder = self.folder
        let make = { (style: Token.Style) in
            SharedToken(
                style, base: base, clientID: settings.cognigy.clientID, secret: secret, folder: folder, fleet: fleet,
                log: log)
        }
        token = make(.call)
        errandToken = { make($0.style) }
        breaker = SharedBreaker(folder: folder, fleet: fleet, identity: [base.text])
        let key = settings.cognigy.apiKey?.reveal() ?? ""
        slots = SharedSlots(
            folder: folder, fleet: fleet, identity: [base.text, key], count: settings.speech.concurrency,
            lease: settings.call.replyTimeout + .seconds(10))
        bot = [base.text] + [settings.cognigy.botID, settings.cognigy.dialogID].map { $0 ?? "" } + [key]
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

    /// `then` gets why the circuit breaker refuses this call; nil where it admits it.
    func admit(then: @escaping (Ending?) -> Void) {
        breaker.admit { refusal in
            guard let refusal else { return then(nil) }
            let seconds = max(Int(refusal.retryAt - WallClock.now()) + 1, 1)
            let calls = refusal.isOfOthers ? "calls of other machines" : "the calls before this one"
            then(
                Ending(
                    .unavailable, "circuit_open",
                    detail: "the service failed \(calls); it is tried again in \(seconds) s"))
        }
    }

    func serviceWorks() { breaker.succeeded() }
    func serviceFails() { breaker.failed() }
    func serviceUnknown() { breaker.abandoned() }

    // MARK: Dialogs

    func takeSlot(then: @escaping (Bool) -> Void) { slots.take(then: then) }

    func releaseSlot() { slots.release() }

    func saveDialog(_ state: DialogMemory) {
        if resumeWithin <= 0 { return }
        dialog.save(state) { [log] isKept in
            if !isKept { log.write(.notice, "this dialog cannot be resumed") }
        }
    }

    func takeDialog(then: @escaping (DialogMemory?) -> Void = { _ in }) { dialog.take(then: then) }

    // MARK: The fleet

    /// The connection stays, and comes back by itself, as long as the call lasts.
    func stayConnected() {
        guard let link else { return }
        link.keeps = true
        link.reconnected = { [slots] in slots.repay() }
    }

    /// `stops` is called when a webhook that came to another machine stops what this call plays.
    func listen(to session: String, stops: @escaping () -> Void) {
        guard let link, let fleet else { return }
        let calls = FleetCalls(shelf: fleet)
        link.pushed = { if calls.message($0, session: session) == .stop { stops() } }
        link.reconnected = { [unowned link, slots] in
            link.tell(calls.listening(to: session))
            slots.repay()
        }
        link.tell(calls.listening(to: session))
    }

    /// Stops what the call of a session plays on another machine. `then` gets whether there is such a call.
    func stopElsewhere(session: String, then: @escaping (Bool) -> Void) {
        guard let fleet else { return then(false) }
        FleetCalls(shelf: fleet).stop(session: session, then: then)
    }

    /// Whether this machine, and in a fleet every machine, sees a webhook for the first time. `then` is called at once, or when
    /// the other machines have been asked.
    func see(webhook id: String, now: Double, then: @escaping (SeenWebhooks.Sighting) -> Void) {
        let here = SeenWebhooks(folder: folder).see(id, now: now)
        guard let fleet, here != .replayed else { return then(here) }
        FleetWebhooks(shelf: fleet).see(id) { isNew in then(isNew.map { $0 ? .new : .replayed } ?? here) }
    }

    /// Gives back what others might wait for, and lets the last words out.
    func finish() {
        // Who hangs up before the others have answered leaves the next call to try.
        breaker.abandoned()
        token.finish()
        for token in errandTokens.values { token.finish() }
        slots.release()
        link?.flush(within: .milliseconds(100))
        link?.finish()
    }
}
