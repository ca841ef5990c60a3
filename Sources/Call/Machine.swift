import Cognigy

/// The rules of one kind of call. It does no I/O and has no clock: it turns what happened into what is to be done.
package protocol Machine {
    var timers: Timers { get set }
    var handset: Handset { get set }
    var ending: Ending? { get }
    /// What is to be done as soon as this event is dealt with.
    var effects: [Effect] { get set }
    /// Whether the call has an ending, and only has to be let go.
    var isLeaving: Bool { get }
    /// Whether Asterisk has heard everything that it is to hear.
    var hasLeft: Bool { get set }
    /// For what lies on the service's own host.
    var token: String? { get }
    /// What CHANNEL(audionativeformat) said; empty before.
    var channelFormats: String { get }
    /// What is wrong with the installation, for Asterisk's own log.
    var warnings: [String] { get set }

    /// Of the samples of the caller's voice; nil while Asterisk has not said it.
    var voiceRate: Int? { get }

    /// The first command needs nothing of the service: it goes out before anything else is ready.
    mutating func start(_ now: Duration) -> [Effect]
    /// Goes for the service; `refusal` says why that is not even tried.
    mutating func connect(_ now: Duration, refusal: Ending?) -> [Effect]
    /// Goes on where a call before this one was cut off.
    mutating func resume(_ saved: DialogMemory)
    mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect]
    /// Begins the end; a call has one, and the first counts.
    mutating func leave(_ ending: Ending, _ now: Duration)
}

extension Machine {
    package mutating func resume(_ saved: DialogMemory) {}
    package var voiceRate: Int? { nil }
    package var channelFormats: String { handset.channelFormats }
}

// MARK: - What ends every kind of call

extension Machine {
    /// A hung-up call is over this soon, whatever is left to do, and this soon after Asterisk's last answer where that
    /// is slow to take the variables; but not later than `longestHangup`.
    static var hangupGrace: Duration { .milliseconds(60) }
    static var longestHangup: Duration { .seconds(1) }
    /// Somebody who wants this program to go does not wait for long, but for a number that is being said: nothing
    /// interrupts that, and the variables come after it.
    static var terminateGrace: Duration { .milliseconds(500) }
    static var sayingGrace: Duration { .seconds(6) }

    mutating func ends(_ event: Event, _ now: Duration) {
        switch event {
        case .pipeEnded:
            hangUp(now)
            handset.cutOff()
            hasLeft = true
        case .hangup: hangUp(now)
        case .terminate:
            leave(Ending(.unavailable, "terminated", detail: "the bridge was told to stop"), now)
            handset.hurry()
            timers.hasten(.leave, now + (handset.isSayingNumber ? Self.sayingGrace : Self.terminateGrace))
        default: break
        }
    }

    mutating func ends(_ news: Handset.News, _ now: Duration) {
        switch news {
        case .hungUp: hangUp(now)
        case .unusable: leave(Ending(.error, "asterisk", detail: "Asterisk refuses WAIT FOR DIGIT"), now)
        case .left: hasLeft = true
        case .key, .heardFinal, .heardNothing: break
        }
    }

    /// Asterisk answers: after a hangup there is time for the next command, too.
    mutating func answered(_ now: Duration) {
        guard isLeaving, timers.isSet(.hungUp) else { return }
        timers.set(.leave, now + Self.hangupGrace)
    }

    /// What Asterisk's log is to hold of a call that ends now.
    var lastWarnings: [String] {
        guard let losses = handset.losses else { return warnings }
        let what = losses.count == 1 ? "an answer was not heard" : "\(losses.count) answers were not heard, the first"
        return warnings + ["\(what): \(losses.first.why)"]
    }

    /// The caller is gone, and soon this program is.
    private mutating func hangUp(_ now: Duration) {
        leave(.hangup, now)
        guard isLeaving else { return }
        handset.hangUp()
        timers.hasten(.leave, now + Self.hangupGrace)
        timers.hasten(.hungUp, now + Self.longestHangup)
    }
}
