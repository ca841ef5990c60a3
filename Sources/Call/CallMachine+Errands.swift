import Cognigy
import Errands

// MARK: - The way to an agent, and interruptions

extension CallMachine {
    /// Starts the handoff of the session to an agent's queue, once the message that asked for it was heard.
    mutating func handOff(to named: String, type: String?, isSensitive: Bool) {
        // It becomes a variable, which a dialplan may put into an application's arguments.
        // An endpoint's flow names a number or a SIP address, and says how it is to be called.
        let order = type.flatMap { TransferOrder.Kind(rawValue: $0) }.flatMap { TransferOrder($0, to: named) }
        let isUsable = Handoff.isUsable(named) || order != nil
        let target = isUsable ? named : ""
        let type = type.flatMap { Handoff.isUsable($0) ? $0 : nil }
        if !named.isEmpty, target.isEmpty {
            let warning = "the flow's transferTarget is taken for none: it must be \(Handoff.rule)"
            context.effects.append(.log(.warning, warning))
            warnings.append(warning)
        }
        guard rules.errands != nil, let sessionID = service.sessionID,
            let queue = target.isEmpty ? rules.handoff.queue : target
        else { return leave(Ending(.handoff, "handoff", transferTarget: target, isSensitive: isSensitive)) }
        context.effects.append(.log(.info, "the session goes to queue \(queue)"))
        handOff(
            HandoffErrand.Plan(
                sessionID: sessionID, queue: queue, type: type ?? rules.handoff.type, lockWait: rules.handoff.lockWait))
    }

    mutating func handOff(_ plan: HandoffErrand.Plan) {
        guard let credentials = rules.errands else { return }
        transferTarget = plan.queue
        service.yieldToAgent(&context)
        handoff = HandoffErrand(plan, credentials: credentials, seed: context.random.next())
        stepHandoff { handoff, now, wishes in
            handoff.begin(now, &wishes)
            return []
        }
    }

    /// Tells the service of a key that stopped a prompt; the key itself is on its way already. One at a time is enough:
    /// what it stops is over.
    mutating func tellInterruption() {
        guard rules.tellsInterruptions, bargeIn == nil, let credentials = rules.errands,
            let sessionID = service.sessionID
        else { return }
        bargeIn = BargeInErrand(
            BargeInErrand.Plan(sessionID: sessionID), credentials: credentials, seed: context.random.next())
        stepBargeIn { bargeIn, now, wishes in
            bargeIn.begin(now, &wishes)
            return []
        }
    }

    mutating func errandSaid(_ kind: Errand.Kind, _ event: Errand.Event) {
        let wallClock = context.wallClock
        switch (kind, event) {
        // A token that is not fetched any more must not keep others waiting.
        case (.handoff, .token) where handoff == nil: context.effects.append(.errand(kind, .releaseToken))
        case (.bargeIn, .token) where bargeIn == nil: context.effects.append(.errand(kind, .releaseToken))
        case (.handoff, _): stepHandoff { $0.handle(event, $1, wallClock: wallClock, &$2) }
        case (.bargeIn, _): stepBargeIn { $0.handle(event, $1, wallClock: wallClock, &$2) }
        }
    }

    /// Lets the handoff do a step, passes its wishes on as effects, and acts on its news.
    mutating func stepHandoff(
        _ step: (inout HandoffErrand, Duration, inout [Errand.Wish]) -> [HandoffErrand.News]
    ) {
        guard var handoff else { return }
        var wishes: [Errand.Wish] = []
        let news = step(&handoff, context.now, &wishes)
        self.handoff = handoff
        context.effects += wishes.map { .errand(.handoff, $0) }
        for news in news { handoffSaid(news) }
    }

    private mutating func handoffSaid(_ news: HandoffErrand.News) {
        switch news {
        case .did: break
        case .locked: context.effects.append(.log(.info, "a flow holds the session; waiting for it"))
        case .over: leave(Ending(.handoff, "handoff", transferTarget: transferTarget))
        case .failed(let failure):
            leave(
                Ending(
                    .unavailable, "HANDOFF_FAILED", detail: "the session was not handed off: \(failure)",
                    transferTarget: transferTarget))
        }
    }

    mutating func stepBargeIn(
        _ step: (inout BargeInErrand, Duration, inout [Errand.Wish]) -> [BargeInErrand.News]
    ) {
        guard var bargeIn else { return }
        var wishes: [Errand.Wish] = []
        let news = step(&bargeIn, context.now, &wishes)
        self.bargeIn = bargeIn
        context.effects += wishes.map { .errand(.bargeIn, $0) }
        for news in news { bargeInSaid(news) }
    }

    private mutating func bargeInSaid(_ news: BargeInErrand.News) {
        switch news {
        case .did: break
        case .over: bargeIn = nil
        case .failed(let reason, let left):
            let steps = left.map(\.rawValue).joined(separator: " and ")
            let why = BargeInErrand.words(reason)
            context.effects.append(.log(.notice, "the service was not told of an interruption (\(steps)): \(why)"))
            bargeIn = nil
        }
    }

    mutating func followErrands() {
        context.timers.follow(.handoff, handoff?.next)
        context.timers.follow(.bargeIn, bargeIn?.next)
    }

    /// Cancels both errands, and logs a warning if the session was already marked for the agent.
    mutating func dropErrands() {
        var warning: HandoffFailure?
        stepHandoff { handoff, _, wishes in
            warning = handoff.abandon(&wishes)
            return []
        }
        if let warning { context.effects.append(.log(.warning, "\(warning)")) }
        stepBargeIn { bargeIn, _, wishes in
            bargeIn.stop(&wishes)
            return []
        }
        (handoff, bargeIn) = (nil, nil)
    }
}
