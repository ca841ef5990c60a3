import Errands
import Cognigy
import Configuration
import Glibc
import HTTP
import JSON
import State
import System
import Transport

/// Carries out errands without a call: for a command at a shell, for a webhook.
public final class ErrandRunner {
    private let settings: Settings
    private let base: Location
    private let client: HTTPClient
    private let shared: SharedState
    private let desk: ErrandRequests
    /// SIGTERM and SIGINT arrive here.
    private let signals: Signals
    private var wasInterrupted = false

    public init(_ settings: Settings, signals: consuming Signals, log: Log) throws(CallLoop.Refusal) {
        guard let base = Location(settings.cognigy.baseURL) else { throw .badBaseURL }
        guard let client = HTTPClient(settings.cognigy) else { throw .noNetwork }
        self.settings = settings
        self.base = base
        self.client = client
        self.signals = signals
        shared = SharedState(settings, base: base, caller: nil, client: client, log: log)
        client.resume(with: TLSSessions(settings, folder: shared.folder))
        desk = ErrandRequests(client: client) { [shared] in shared.token($0) }
    }

    private var credentials: Errand.Credentials { Errand.Credentials(settings, base: base) }

    /// The folder that all processes of this machine share.
    public var folder: StateFolder? { shared.folder }

    /// Why the state folder cannot be used, so that neither calls of this machine nor dead letters are found; nil: it can.
    public var folderProblem: String? {
        let path = settings.paths.state
        if StateFolder(path: path, report: { _ in }) != nil { return nil }
        return
            "\(Account.words(geteuid())) cannot use \(path), so no prompt is stopped and no letter is found there; "
            + "start this program as Asterisk's own user"
    }

    /// Removes old files from that folder.
    public func sweep() { shared.sweep() }

    // MARK: Other machines

    /// Whether a webhook came before, to this machine or in a fleet to another one.
    func see(_ id: String, now: Double) -> SeenWebhooks.Sighting {
        var sighting: SeenWebhooks.Sighting?
        shared.see(webhook: id, now: now) { sighting = $0 }
        return answer { sighting } ?? .unknown("no machine answers")
    }

    /// Stops what the call of a session plays on another machine. False where there is none.
    func stopElsewhere(_ sessionID: String) -> Bool {
        var isThere: Bool?
        shared.stopElsewhere(session: sessionID) { isThere = $0 }
        return answer { isThere } ?? false
    }

    /// Waits for what other machines say. The link's own deadline ends it.
    private func answer<Answer>(_ arrived: () -> Answer?) -> Answer? {
        while arrived() == nil, let deadline = shared.link?.deadline { wait(until: deadline) }
        return arrived()
    }

    // MARK: A handoff

    /// The steps of a handoff, as they are done.
    public enum Progress: Equatable, Sendable {
        case looked, marked, ran
        /// A flow holds the session.
        case waiting
    }

    /// With `isDryRun` nothing is changed.
    public func handOff(
        _ sessionID: String, to queue: String, variables: [String: String], isDryRun: Bool,
        progress: (Progress) -> Void
    ) -> Result<HandoffResult, HandoffFailure> {
        let plan = HandoffErrand.Plan(
            sessionID: sessionID, queue: queue, type: settings.handoff.transferType,
            variables: variables.mapValues { .string($0) }, lockWait: settings.handoff.lockWait, isDryRun: isDryRun)
        var transfer = HandoffErrand(plan, credentials: credentials, seed: .random(in: .min ... .max))
        var result: Result<HandoffResult, HandoffFailure>?
        // Do not stop halfway: a session that is marked but not handed over is worse than a late end.
        run(&transfer, mayStop: { !$0.hasBegunToChange }) { news in
            switch news {
            case .did(.look): progress(.looked)
            case .did(.mark): progress(.marked)
            case .did(.run): progress(.ran)
            case .locked: progress(.waiting)
            case .over(let handover): result = .success(handover)
            case .failed(let failure): result = .failure(failure)
            }
        }
        return result ?? .failure(.interrupted)
    }

    // MARK: An interruption

    public struct Interrupted: Sendable {
        /// The service's answers.
        public internal(set) var stop: JSON?
        public internal(set) var reset: JSON?
        /// The steps that the service was not told, and why; nil: it did not answer in time.
        public internal(set) var left: [BargeIn.Step] = []
        public internal(set) var reason: Retry.Reason?

        public var isDelivered: Bool { left.isEmpty }
        /// The reason in words, for the operator.
        public var why: String { BargeInErrand.words(reason) }

        /// False for a client error: the same request would be refused again.
        public var mayBeDeliveredLater: Bool {
            if case .failed(400..<500) = reason { false } else { !isDelivered }
        }
    }

    /// Tells the service that the caller of a session interrupts it.
    public func interrupt(
        _ sessionID: String, steps: [BargeIn.Step], confidence: Double, within deadline: Duration
    ) -> Interrupted {
        let plan = BargeInErrand.Plan(
            sessionID: sessionID, steps: steps, confidence: confidence, deadline: max(deadline, .milliseconds(1)))
        var interruption = BargeInErrand(plan, credentials: credentials, seed: .random(in: .min ... .max))
        var outcome = Interrupted()
        outcome.left = steps
        run(&interruption, mayStop: { _ in true }) { news in
            switch news {
            case .did(.stop, let answer):
                outcome.stop = answer
                outcome.left.removeAll { $0 == .stop }
            case .did(.reset, let answer):
                outcome.reset = answer
                outcome.left.removeAll { $0 == .reset }
            case .over: break
            case .failed(let reason, let left): (outcome.reason, outcome.left) = (reason, left)
            }
        }
        return outcome
    }

    // MARK: The loop

    private func run<Owner: ErrandOwner>(
        _ owner: inout Owner, mayStop: (Owner) -> Bool, hears: (Owner.News) -> Void
    ) {
        var wishes: [Errand.Wish] = []
        owner.begin(MonotonicClock.now(), &wishes)
        defer { shared.link?.flush(within: .milliseconds(100)) }
        while true {
            settle(&owner, &wishes, hears)
            if wasInterrupted && mayStop(owner) { return }
            guard let next = owner.next else { return }
            wait(until: next)
            settle(&owner, &wishes, hears)
            for news in owner.due(MonotonicClock.now(), &wishes) { hears(news) }
        }
    }

    /// Waits until something happens.
    private func wait(until next: Duration) {
        let interests = [Poll.Interest(signals.raw, .readable)] + (shared.link?.interests ?? [])
        let next = min(next, shared.link?.deadline ?? next)
        let ready = client.wait(for: interests, timeout: max(next - MonotonicClock.now(), .zero))
        if ready[signals.raw] != nil {
            while signals.next() != nil { wasInterrupted = true }
        }
        for completion in client.completions() where !desk.completed(completion) {
            _ = shared.link?.completed(completion)
        }
        shared.link?.process(ready, now: MonotonicClock.now())
    }

    /// Carries out wishes until only waiting is left.
    private func settle<Owner: ErrandOwner>(
        _ owner: inout Owner, _ wishes: inout [Errand.Wish], _ hears: (Owner.News) -> Void
    ) {
        while true {
            let open = wishes
            wishes = []
            for wish in open { desk.perform(Owner.kind, wish) }
            let news = desk.news()
            if open.isEmpty, news.isEmpty { return }
            for (_, event) in news { tell(&owner, event, &wishes, hears) }
        }
    }

    private func tell<Owner: ErrandOwner>(
        _ owner: inout Owner, _ event: Errand.Event, _ wishes: inout [Errand.Wish], _ hears: (Owner.News) -> Void
    ) {
        let now = MonotonicClock.now()
        for news in owner.handle(event, now, wallClock: WallClock.now(), &wishes) { hears(news) }
    }
}
