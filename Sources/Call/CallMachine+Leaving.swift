// MARK: - The end of a call

extension CallMachine {
    /// A hung-up call is over this soon, whatever is left to do, and this soon after Asterisk's last answer where that
    /// is slow to take the variables; but not later than `longestHangup`.
    static let hangupGrace = Duration.milliseconds(60)
    static let longestHangup = Duration.seconds(1)
    /// A program that is told to go does so soon, but for a number that is being said: nothing interrupts that, and the
    /// variables come after it.
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
        context.timers.clear(.idle, .waitPrompt, .unheard, .look)
        dropErrands()
        service.leave(ending, &context)
        context.timers.set(.leave, context.now + rules.farewell.longest(ending))
        context.effects.append(ending.logged)
        let commands = rules.farewell.commands(
            ending, sessionID: service.sessionID, turns: service.turns, warnings: lastWarnings)
        handset.leave(commands, &context)
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
        context.timers.set(.leave, context.now + Self.hangupGrace)
    }

    /// What Asterisk's log is to hold of a call that ends now.
    private var lastWarnings: [String] {
        guard let losses = handset.losses else { return warnings }
        let what = losses.count == 1 ? "an answer was not heard" : "\(losses.count) answers were not heard, the first"
        return warnings + ["\(what): \(losses.first.why)"]
    }

    /// The caller is gone, and soon this program is.
    private mutating func hangUp() {
        leave(.hangup)
        guard isLeaving else { return }
        handset.hangUp()
        context.timers.hasten(.leave, context.now + Self.hangupGrace)
        context.timers.hasten(.hungUp, context.now + Self.longestHangup)
    }
}
