import Errands
import Cognigy

// MARK: - The way to an agent, and interruptions

extension CallMachine {
    /// Whoever waits has heard what came with it.
    mutating func handOff(to named: String, type: String?, _ now: Duration) {
        // It becomes a variable, which a dialplan may put into an application's arguments.
        let target = Handoff.isUsable(named) ? named : ""
        let type = type.flatMap { Handoff.isUsable($0) ? $0 : nil }
        if !named.isEmpty, target.isEmpty {
            let warning = "the flow's transferTarget is taken for none: it must be \(Handoff.rule)"
            effects.append(.log(.warning, warning))
            warnings.append(warning)
        }
        guard let credentials = rules.errands, let sessionID, let queue = target.isEmpty ? rules.handoff.queue : target
        else { return leave(Ending(.handoff, "handoff", transferTarget: target), now) }
        let plan = HandoffErrand.Plan(
            sessionID: sessionID, queue: queue, type: type ?? rules.handoff.type, lockWait: rules.handoff.lockWait)
        effects.append(.log(.info, "the session goes to queue \(queue)"))
        transferTarget = queue
        transfer = HandoffErrand(plan, credentials: credentials, seed: rules.seed)
        withTransfer(now) { transfer, wishes in
            transfer.begin(now, &wishes)
            return []
        }
    }

    mutating func heard(_ news: HandoffErrand.News, _ now: Duration) {
        switch news {
        case .did: break
        case .locked: effects.append(.log(.info, "a flow holds the session; waiting for it"))
        case .over: leave(Ending(.handoff, "handoff", transferTarget: transferTarget), now)
        case .failed(let failure): leave(.handoffFailed(failure, target: transferTarget), now)
        }
    }

    /// The key itself is on its way already. One interruption at a time is enough: what it stops is over.
    mutating func tellInterruption(_ now: Duration) {
        guard rules.tellsInterruptions, interruption == nil, let credentials = rules.errands, let sessionID else {
            return
        }
        interruption = BargeInErrand(
            BargeInErrand.Plan(sessionID: sessionID), credentials: credentials, seed: rules.seed &+ UInt64(turns))
        withInterruption { interruption, wishes in
            interruption.begin(now, &wishes)
            return []
        }
    }

    mutating func heard(_ news: BargeInErrand.News) {
        switch news {
        case .did: break
        case .over: interruption = nil
        case .failed(let reason, let left):
            let steps = left.map(\.rawValue).joined(separator: " and ")
            let why = BargeInErrand.words(reason)
            effects.append(.log(.notice, "the service was not told of an interruption (\(steps)): \(why)"))
            interruption = nil
        }
    }

    /// Lets the transfer do a step, takes its wishes as effects of the call, and acts on its news.
    mutating func withTransfer(
        _ now: Duration, _ step: (inout HandoffErrand, inout [Errand.Wish]) -> [HandoffErrand.News]
    ) {
        guard var transfer else { return }
        var wishes: [Errand.Wish] = []
        let news = step(&transfer, &wishes)
        self.transfer = transfer
        effects += wishes.map { .errand(.handoff, $0) }
        for news in news { heard(news, now) }
    }

    mutating func withInterruption(_ step: (inout BargeInErrand, inout [Errand.Wish]) -> [BargeInErrand.News]) {
        guard var interruption else { return }
        var wishes: [Errand.Wish] = []
        let news = step(&interruption, &wishes)
        self.interruption = interruption
        effects += wishes.map { .errand(.bargeIn, $0) }
        for news in news { heard(news) }
    }

    mutating func followErrands() {
        timers.follow(.transfer, transfer?.next)
        timers.follow(.interruption, interruption?.next)
    }

    /// Who leaves while a session is half on its way says so.
    mutating func dropErrands() {
        var warning: HandoffFailure?
        withTransfer(.zero) { transfer, wishes in
            warning = transfer.abandon(&wishes)
            return []
        }
        if let warning { effects.append(.log(.warning, "\(warning)")) }
        withInterruption { interruption, wishes in
            interruption.stop(&wishes)
            return []
        }
        (transfer, interruption) = (nil, nil)
    }
}

extension Ending {
    static func handoffFailed(_ failure: HandoffFailure, target: String?) -> Ending {
        Ending(
            .unavailable, "HANDOFF_FAILED", detail: "the session was not handed off: \(failure)",
            transferTarget: target)
    }
}
