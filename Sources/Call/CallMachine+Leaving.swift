// MARK: - The end of a call

extension CallMachine {
    /// How long a call goes on after a hangup. Each answer of a slow Asterisk extends it by as much, up to
    /// `longestHangup` in all.
    static let hangupGrace = Duration.milliseconds(60)
    static let longestHangup = Duration.seconds(1)
    /// How long a call goes on after SIGTERM; the second while a number is said, which nothing can interrupt and which the
    /// variables have to wait for.
    static let terminateGrace = Duration.milliseconds(500)
    static let sayingGrace = Duration.seconds(6)

    var isLeaving: Bool { stage == .leaving }

    /// Begins the end. A call has one, and the first counts.
    mutating func leave(_ ending: Ending) {
        guard stage == .connecting || stage == .talking else { return }
        stage = .leaving
        self.ending = ending
        context.callerHears = handset.isSpeaking
        dropAnswer()
        context.timers.clear(.idle, .waitPrompt, .round, .unheard, .look)
        dropErrands()
        service.leave(ending, &context)
        context.timers.set(.leave, context.now + rules.farewell.longest(ending))
        context.effects.append(ending.logged)
        let commands = rules.farewell.commands(
            ending, sessionID: service.sessionID, turns: service.turns, warnings: lastWarnings)
        handset.leave(commands, isSensitive: ending.isSensitive, &context)
    }

    mutating func ends(_ event: Event) {
        switch event {
        case .pipeEnded:
            hangUp()
            handset.cutOff()
            hasLeft = true
        case .hangup: hangUp()
        case .terminate:
            leave(Ending(.unavailable, "terminated", detail: "the bridge was told to stop"))
            handset.hurry()
            let grace = handset.isSayingNumber ? Self.sayingGrace : Self.terminateGrace
            context.timers.hasten(.leave, context.now + grace)
        default: break
        }
    }

    mutating func ends(_ news: Handset.News) {
        switch news {
        case .hungUp: hangUp()
        case .unusable: leave(Ending(.error, "asterisk", detail: "Asterisk refuses WAIT FOR DIGIT"))
        case .left: hasLeft = true
        default: break
        }
    }

    /// Asterisk answers: after a hangup there is time for the next command, too.
    mutating func answered() {
        guard isLeaving, context.timers.isSet(.hungUp) else { return }
        context.timers.set(.leave, context.now + max(Self.hangupGrace, service.closingTime))
    }

    /// The warnings for Asterisk's log: what is wrong with the installation, and the answers that were not heard.
    private var lastWarnings: [String] {
        guard let losses = handset.losses else { return warnings }
        let what = losses.count == 1 ? "an answer was not heard" : "\(losses.count) answers were not heard, the first"
        return warnings + ["\(what): \(losses.first.why)"]
    }

    /// The caller is gone: ends the call within `hangupGrace`.
    private mutating func hangUp() {
        leave(.hangup)
        guard isLeaving else { return }
        handset.hangUp()
        context.timers.hasten(.leave, context.now + max(Self.hangupGrace, service.closingTime))
        context.timers.hasten(.hungUp, context.now + max(Self.longestHangup, service.closingTime))
    }
}
