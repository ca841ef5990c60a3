import AGI
import Cognigy
import Errands

/// One call: it joins a caller to a service.
///
/// It is a pure value. An *event* says what happened; `handle` answers with *effects*, which say what is to be done. It
/// does no I/O, and has no clock and no random numbers but those it is given: the same seed, the same rules and the same
/// events at the same times give the same effects, always. The loop around it (Bridge/CallLoop) waits for everything at
/// once, hands one event over at a time and carries out the effects in their order, before the next event.
///
/// Its parts are values, too, and each has one owner:
/// - `Handset`, the caller's side: which command Asterisk carries out, what plays, which keys come.
/// - a `Service`, the side of the flow: it takes what the caller says, and gives answers.
/// - `HandoffErrand` and `BargeInErrand`, each alive while it runs.
///
/// A part is told what happened by a method, and answers with *news*, which is for its owner alone; what it wants done
/// it appends to the effects of the `Context` that goes with every call. News never skips a level: the handset does not
/// know the service, nor the service the handset.
///
/// A deadline is a *timer* with a name (`Timers.Name` says who sets it). When one is due the call takes it out and tells
/// its owner. A timer that was cleared or set anew in the meantime does not fire.
///
/// Each event is handled in three steps: the part that it concerns is told (`handle`), then everything that is due
/// happens and Asterisk gets its next command (`settle`), then the effects are handed out. A call begins with the events
/// `start` and `connect`, has one ending (`leave`; the first counts), and is over with the effect `finish`, when
/// Asterisk has been told everything and the service is closed, or when the time for that has passed.
///
/// It cannot be copied, because otherwise each question of its owner would copy all its parts.
public struct CallMachine: ~Copyable {
    public struct Rules: Sendable {
        public var handset = Handset.Rules()
        public var farewell = Farewell()
        /// nil: for ever.
        public var idleTimeout: Duration?
        /// How long Asterisk may take for its first answer: a person at a shell never gives one.
        public var firstAnswer = Duration.milliseconds(500)
        /// Whether the caller's voice is heard: then `handset.asksFor` is the format of his voice.
        public var hears = false
        /// Whether a caller who hears nothing of what he is told is let go. Else the service sees to it by itself.
        public var endsUnheard = true
        /// After so long Asterisk is made to look whether the caller is still there; nil: never.
        public var lookInterval: Duration?
        /// nil: handoffs are left to the dialplan, and the service is not told of interruptions.
        public var errands: Errand.Credentials?
        public var handoff = Handoff()
        /// Whether the service is told of a key that stops a prompt.
        public var tellsInterruptions = false
        /// Whether what is said is written down.
        public var isTranscribed = false

        public struct Handoff: Sendable {
            /// Where the flow names none.
            public var queue: String?
            public var type = "queue"
            public var lockWait = Duration.seconds(30)

            public init() {}
        }

        public init() {}
    }

    enum Stage { case connecting, talking, leaving, over }

    let rules: Rules
    public internal(set) var ending: Ending?
    /// The keys that the caller has pressed while the call talked, and the prompts that he has stopped.
    public private(set) var keys = 0
    public internal(set) var interruptions = 0
    var context: Context
    var handset: Handset
    var service: any Service
    var stage = Stage.connecting
    /// Asterisk has been told everything, or cannot be told any more.
    var hasLeft = false
    /// The time to leave is up, whatever is left to do.
    var isOverdue = false
    /// What is wrong with the installation, for Asterisk's own log.
    var warnings: [String] = []
    var answer = AnswerInProgress()
    var callerSpeaks = false
    /// For so long that it is no cough.
    var speaksLong = false
    var doubt = Doubt.none
    private var knowsChannel = false
    private var hasBegun = false
    /// Keys that came before the service was told of the call.
    private var early: [DTMF] = []
    /// The service has begun, and was not told of the channel.
    private var mustTellChannel = false
    /// Why what was said since the last key is not heard.
    private var loss: Loss?
    var handoff: HandoffErrand?
    var transferTarget: String?
    /// How the call ends as soon as the dialplan gives the caller back.
    private var postponed: Ending?
    var bargeIn: BargeInErrand?

    /// How many timers may be due at one time.
    private static let mostTimers = 200
    /// How long a caller who has heard nothing waits for something else to hear.
    static let unheardGrace = Duration.seconds(2)

    public init(_ rules: Rules, service: any Service, marker: String, seed: UInt64) {
        self.rules = rules
        self.service = service
        context = Context(seed: seed)
        context.isTranscribed = rules.isTranscribed
        handset = Handset(rules.handset, marker: marker)
    }

    /// When `handle` wants to be called with a tick at the latest.
    public var nextDeadline: Duration? { context.timers.next }
    /// Whether only the pipe can tell how the command before the current one ended; and how many were sent by now.
    public var awaitsReading: Bool { handset.awaitsReading }
    public var sentCount: Int { handset.sentCount }
    /// How many times the caller has said something; nil where a call before this one has counted.
    public var turns: Int? { service.turns }

    public mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect] {
        if stage == .over { return [] }
        context.now = now
        context.wallClock = wallClock
        let heard = handset.isSpeaking
        context.callerHears = heard
        context.callerSpeaks = callerSpeaks
        context.callerHearsEndlessly = handset.isEndless
        switch event {
        case .start: context.timers.set(.synchronize, now + rules.firstAnswer)
        case .silence(let silence): handset.wait(with: silence)
        case .warning(let text): warnings.append(text)
        case .connect(let refusal): connect(refusal)
        case .reply(let reply):
            for news in handset.receive(reply, &context) { handsetSaid(news) }
            answered()
        case .read(let count): for news in handset.wasRead(count, &context) { handsetSaid(news) }
        case .pipeEnded, .hangup, .terminate: ends(event)
        case .prepared(let id, let sound, let loss): prepared(id, sound, loss)
        case .speechBegan:
            if stage == .talking { speechBegan() }
        case .speechIsSure:
            if stage == .talking { speechIsSure() }
        case .words, .speechPauses, .speechGoesOn:
            if stage == .talking { serviceSaid(service.handle(event, &context)) }
        case .speech(let samples):
            if stage == .talking { spoke(samples) }
        case .errand(let kind, let event): errandSaid(kind, event)
        case .stopPrompt:
            context.effects.append(.log(.info, "a webhook stops the prompt"))
            handset.interrupt(&context)
        case .memory, .token, .response, .socket, .unsent, .unsentInput, .slot:
            serviceSaid(service.handle(event, &context))
        case .tick: break
        }
        return settle(heard)
    }

    private mutating func connect(_ refusal: Ending?) {
        if let refusal { return leave(refusal) }
        guard stage == .connecting else { return }
        lookLater()
        mustTellChannel = true
        hasBegun = true
        serviceSaid(service.begin(&context))
        tellChannel()
        let keys = early
        early = []
        for key in keys { pressed(key, interrupts: false) }
    }

    /// Lets everything that is due happen, gives Asterisk its next command, and hands out what is to be done.
    private mutating func settle(_ heard: Bool) -> [Effect] {
        followErrands()
        var fired = 0
        // No mistake in a deadline may keep the call from what else happens.
        while fired < Self.mostTimers, let timer = context.timers.takeDue(context.now) {
            fired += 1
            context.callerHears = handset.isSpeaking
            due(timer)
            followErrands()
        }
        speakAhead()
        pump()
        if heard, !handset.isSpeaking, stage == .talking {
            context.callerHears = false
            serviceSaid(service.fellSilent(&context))
            pump()
        }
        followErrands()
        if stage == .leaving, isOverdue || hasLeft && service.isOver {
            stage = .over
            service.finish(&context)
            context.effects.append(.finish)
        }
        assert((ending == nil) == (stage == .connecting || stage == .talking))
        defer { context.effects = [] }
        return context.effects
    }

    private mutating func pump() {
        while let news = pumpOnce() { handsetSaid(news) }
    }

    mutating func pumpOnce() -> Handset.News? {
        handset.pump(waits: service.keepsWaiting || handoff != nil, &context)
    }

    private mutating func due(_ timer: Timers.Name) {
        switch timer {
        case .synchronize:
            if handset.abandonSynchronizing() {
                context.effects.append(
                    .log(.notice, "nobody expands expressions on this channel; its format is taken as 8 kHz"))
            }
            channelIsKnown()
        case .idle where handset.isSpeaking || callerSpeaks || service.isThinking || handoff != nil: touch()
        case .idle: leave(service.owed ?? Ending(.completed, "idle_timeout"))
        case .look:
            handset.refresh(&context)
            lookLater()
        case .unheard where handoff != nil: break
        // What comes may be heard.
        case .unheard where service.isThinking: context.timers.set(.unheard, context.now + Self.unheardGrace)
        case .unheard:
            if let loss, !handset.isSpeaking, !handset.isHeard {
                leave(Ending(.unavailable, loss.reason, detail: "the answer is not heard: \(loss.why)"))
            }
            loss = nil
        case .waitPrompt, .round: break
        case .doubt: doubtIsOver()
        case .music: handset.musicIsLate(&context)
        case .handoff: stepHandoff { $0.due($1, &$2) }
        case .bargeIn: stepBargeIn { $0.due($1, &$2) }
        case .hungUp: context.timers.hasten(.leave, context.now)
        case .leave:
            hasLeft = true
            isOverdue = true
        case .setup, .token, .tokenLock, .session, .connect, .handshake, .ready, .ping, .pong, .steady, .reply,
            .socketClose, .digits, .noInput, .filler, .recognition, .turn, .slot, .patience, .degrade:
            serviceSaid(service.due(timer, &context))
        }
    }

    private mutating func lookLater() {
        if let interval = rules.lookInterval { context.timers.set(.look, context.now + interval) }
    }

    /// Something happens on the line: the idle timeout begins anew.
    mutating func touch() {
        if let idle = rules.idleTimeout, stage == .talking { context.timers.set(.idle, context.now + idle) }
    }
}

// MARK: - The caller

extension CallMachine {
    mutating func handsetSaid(_ news: Handset.News) {
        switch news {
        case .key(let key, let interrupts, let drops):
            touch()
            keys += 1
            if interrupts { interruptions += 1 }
            context.timers.clear(.unheard)
            if drops {
                dropAnswer()
                endDoubt(.none)
            }
            if interrupts || drops { service.interrupted() }
            pressed(key, interrupts: interrupts)
            context.remark(Remark(.callerKeyed, String(key.key)))
        // A spoken answer that cannot be heard ends the call by itself, and a notice is about a service that is lost.
        case .heardNothing where !rules.endsUnheard || answer.isNotice: break
        case .heardNothing(let lost):
            loss = lost
            context.timers.hasten(.unheard, context.now + CallMachine.unheardGrace)
        // The handoff that is under way ends the call, not this message.
        case .heardFinal where handoff != nil: break
        case .heardFinal(let message):
            if let target = message.transferTarget {
                handOff(to: target, type: message.transferType, isSensitive: message.isSensitive)
            } else {
                leave(Ending(.completed, message.endReason ?? "end", detail: message.endWords))
            }
        case .transferred(let order, let status):
            touch()
            if let postponed { return leave(postponed) }
            if stage == .talking { serviceSaid(service.transferred(order, status: status, &context)) }
        case .knowsChannel: channelIsKnown()
        case .hungUp, .unusable, .left: ends(news)
        }
    }

    /// The service takes the key, but what it wants done comes after the command by which Asterisk collects keys again.
    private mutating func pressed(_ key: DTMF, interrupts: Bool) {
        if !hasBegun {
            early.append(key)
            if let next = pumpOnce() { handsetSaid(next) }
            return
        }
        let count = context.effects.count
        let news = service.take(.key(key), &context)
        let wanted = Array(context.effects[count...])
        context.effects.removeSubrange(count...)
        let next = pumpOnce()
        context.effects += wanted
        serviceSaid(news)
        if interrupts, stage == .talking { tellInterruption() }
        if let next { handsetSaid(next) }
    }

    private mutating func channelIsKnown() {
        knowsChannel = true
        if rules.hears, stage == .connecting || stage == .talking { listen() }
        tellChannel()
    }

    /// The service is told once, after it has begun.
    private mutating func tellChannel() {
        guard mustTellChannel, knowsChannel, stage == .connecting || stage == .talking else { return }
        mustTellChannel = false
        serviceSaid(service.channelIsKnown(handset.channel, &context))
    }
}

// MARK: - The service

extension CallMachine {
    mutating func serviceSaid(_ news: [ServiceNews]) {
        assert(news.isEmpty || stage == .connecting || stage == .talking, "\(news) after the service was left")
        for news in news { serviceSaid(news) }
    }

    private mutating func serviceSaid(_ news: ServiceNews) {
        switch news {
        case .ready:
            guard stage == .connecting || stage == .talking else { return }
            stage = .talking
            touch()
        case .session(let id):
            context.effects.append(.sessionBegan(id))
            handset.tell(.setVariables([Command.Assignment(.sessionID, id)]))
        case .stopPlaying:
            dropAnswer()
            handset.interrupt(&context)
        case .understood(let isSomething): understood(isSomething)
        case .say(let message):
            touch()
            say(message)
            context.remark(Remark(message))
        case .answer(let sentences, let turn):
            touch()
            take(sentences, turn)
        case .transfer(let order, let music):
            touch()
            handset.transfer(order, music: music, &context)
        case .sendDigits(let digits, let length, let isSensitive):
            touch()
            handset.sendDigits(digits, each: length, isSensitive: isSensitive, &context)
        case .notice(let sentence): notice(sentence)
        case .handOff(let plan): handOff(plan)
        // What was said before the end is still heard.
        case .ended(let reason, let words): say(Message(end: true, endReason: reason, endWords: words))
        case .unavailable where handoff != nil: break
        // The end is on its way, and what is wrong with the service matters to nobody any more.
        case .unavailable where handset.isClosing: break
        // The caller talks to somebody else, and the dialplan can be told nothing until he is back.
        case .unavailable(let ending) where handset.isTransferring:
            if postponed == nil {
                context.effects.append(.log(.warning, "the call ends when the transfer does: \(ending.reason)"))
            }
            postponed = postponed ?? ending
        case .unavailable(let ending): leave(ending)
        }
    }
}
