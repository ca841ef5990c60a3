import Errands
import AGI
import Cognigy
import HTTP
import JSON

/// The rules of AGI(cognigy-bridge,handoff,queue=ID): the session that a call before this one left in the channel goes to
/// an agent while the caller waits.
package struct HandoffMachine: Machine {
    package struct Rules {
        package var handset = Handset.Rules()
        package var farewell = Farewell()
        package var credentials: Errand.Credentials
        /// Its session is the channel's where it names none.
        package var transfer: HandoffErrand.Plan

        package init(credentials: Errand.Credentials, transfer: HandoffErrand.Plan) {
            self.credentials = credentials
            self.transfer = transfer
        }
    }

    private enum Stage { case talking, leaving, over }

    let rules: Rules
    package var timers = Timers()
    package private(set) var ending: Ending?
    package var handset: Handset
    private var transfer: HandoffErrand?
    private var stage = Stage.talking
    package var hasLeft = false
    private let seed: UInt64
    package var warnings: [String] = []
    package var effects: [Effect] = []

    /// The session's id comes behind the channel's format.
    private static let expression = "${CHANNEL(audionativeformat)} ${COGNIGY_SESSION_ID}"

    package init(_ rules: Rules, marker: String, seed: UInt64) {
        self.rules = rules
        self.seed = seed
        handset = Handset(rules.handset, marker: marker, expression: HandoffMachine.expression)
    }

    package var token: String? { nil }
    package var isLeaving: Bool { stage == .leaving }

    private var sessionID: String? {
        if !rules.transfer.sessionID.isEmpty { return rules.transfer.sessionID }
        let words = channelFormats.split(separator: " ", maxSplits: 1)
        return words.count == 2 ? String(words[1]) : nil
    }

    package mutating func start(_ now: Duration) -> [Effect] {
        // A busy Asterisk may need seconds, and only its answer names the session of the call before.
        timers.set(.synchronize, now + (rules.transfer.sessionID.isEmpty ? .seconds(10) : .milliseconds(500)))
        return settle(now)
    }

    package mutating func connect(_ now: Duration, refusal: Ending?) -> [Effect] {
        if let refusal { leave(refusal, now) }
        return settle(now)
    }

    package mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect] {
        if stage == .over { return [] }
        switch event {
        case .reply(let reply):
            for news in handset.receive(reply, now, &timers, &effects) { ends(news, now) }
            answered(now)
        case .read(let count):
            for news in handset.wasRead(count, now, &timers, &effects) { ends(news, now) }
        case .pipeEnded, .hangup, .terminate: ends(event, now)
        case .errand(_, let event):
            withTransfer(now) { $0.handle(event, now, wallClock: wallClock, &$1) }
        case .prepared(let id, let sound, let loss): handset.prepared(id, sound, loss: loss, &effects)
        case .token, .response, .socket, .unsent, .stopPrompt, .speechBegan, .speech, .slot, .tick: break
        }
        return settle(now)
    }

    private mutating func settle(_ now: Duration) -> [Effect] {
        timers.follow(.transfer, transfer?.next)
        while let timer = timers.takeDue(now) { due(timer, now) }
        if stage == .talking, transfer == nil, !timers.isSet(.synchronize) { begin(now) }
        while let news = handset.pump(waits: stage == .talking, timers, &effects) { ends(news, now) }
        timers.follow(.transfer, transfer?.next)
        if stage == .leaving, hasLeft {
            stage = .over
            effects.append(.finish)
        }
        defer { effects = [] }
        return effects
    }

    private mutating func due(_ timer: Timers.Name, _ now: Duration) {
        switch timer {
        case .synchronize: _ = handset.abandonSynchronizing()
        case .transfer: withTransfer(now) { $0.due(now, &$1) }
        case .hungUp: timers.hasten(.leave, now)
        case .leave: hasLeft = true
        default: break
        }
    }

    private mutating func begin(_ now: Duration) {
        guard let sessionID else {
            let detail = "COGNIGY_SESSION_ID is empty: no call before this one has left a session in the channel"
            return leave(Ending(.unavailable, "HANDOFF_FAILED", detail: detail, transferTarget: queue), now)
        }
        guard SessionID.isUsable(sessionID) else {
            let detail = "the session's id is none: it must be \(SessionID.rule)"
            return leave(Ending(.unavailable, "HANDOFF_FAILED", detail: detail, transferTarget: queue), now)
        }
        var plan = rules.transfer
        plan.sessionID = sessionID
        transfer = HandoffErrand(plan, credentials: rules.credentials, seed: seed)
        withTransfer(now) { transfer, wishes in
            transfer.begin(now, &wishes)
            return []
        }
    }

    /// Lets the transfer do a step, takes its wishes as effects of the call, and acts on its news.
    private mutating func withTransfer(
        _ now: Duration, _ step: (inout HandoffErrand, inout [Errand.Wish]) -> [HandoffErrand.News]
    ) {
        guard var transfer else { return }
        var wishes: [Errand.Wish] = []
        let news = step(&transfer, &wishes)
        self.transfer = transfer
        effects += wishes.map { .errand(.handoff, $0) }
        for news in news { heard(news, now) }
    }

    private var queue: String { rules.transfer.queue }

    private mutating func heard(_ news: HandoffErrand.News, _ now: Duration) {
        switch news {
        case .did: break
        case .locked: effects.append(.log(.info, "a flow holds the session; waiting for it"))
        case .over: leave(Ending(.handoff, "handoff", transferTarget: queue), now)
        case .failed(let failure): leave(.handoffFailed(failure, target: queue), now)
        }
    }

    package mutating func leave(_ ending: Ending, _ now: Duration) {
        guard stage == .talking else { return }
        stage = .leaving
        self.ending = ending
        var warning: HandoffFailure?
        withTransfer(now) { transfer, wishes in
            warning = transfer.abandon(&wishes)
            return []
        }
        if let warning { effects.append(.log(.warning, "\(warning)")) }
        timers.clear(.waitPrompt, .synchronize)
        timers.set(.leave, now + rules.farewell.longest(ending))
        // This may be the one call that finds out for all whether the service is back.
        effects.append(ending.status == .handoff ? .serviceWorks : .serviceUnknown)
        effects.append(ending.logged)
        handset.leave(
            rules.farewell.commands(ending, sessionID: sessionID, turns: nil, warnings: lastWarnings), &effects)
    }
}
