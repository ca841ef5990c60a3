import Errands
import AGI
import Cognigy
import HTTP
import Text
import WebSocket

/// The rules of a call. It does no I/O and has no clock: it turns what happened into what is to be done.
package struct CallMachine: Machine {
    package struct Rules {
        package var handset = Handset.Rules()
        package var replyTimeout = Duration.seconds(10)
        /// So many times in a row the service may let that time pass.
        package var lateReplies = 3
        package var idleTimeout: Duration?
        package var farewell = Farewell()
        /// nil: nobody but the dialplan hears of a handoff, and the service of no interruption.
        package var errands: Errand.Credentials?
        package var handoff = Handoff()
        /// Whether the service is told of a key that stops a prompt.
        package var tellsInterruptions = false
        package var seed: UInt64 = 0

        package struct Handoff {
            /// Where the flow names none.
            package var queue: String?
            package var type = "queue"
            package var lockWait = Duration.seconds(30)

            package init() {}
        }

        package init() {}
    }

    private enum Stage { case connecting, talking, leaving, over }

    let rules: Rules
    package var timers = Timers()
    package private(set) var ending: Ending?
    private(set) var turns = 0
    private var uplink: Uplink
    package var handset: Handset
    private var stage = Stage.connecting
    private var socketIsOver = false
    package var hasLeft = false
    private var keyAwaitingReply: Duration?
    /// Whether the flow has said anything in this call.
    private var hasSpoken = false
    /// How often in a row the time for a reply has passed.
    private var lateReplies = 0
    /// Since when the caller has pressed keys that nothing answers.
    private var unansweredSince: Duration?
    private var loss: Loss?
    private var uselessMessages = 0
    var transfer: HandoffErrand?
    var transferTarget: String?
    var interruption: BargeInErrand?
    private var hasNamedSession = false
    package var warnings: [String] = []
    package var effects: [Effect] = []

    /// So many messages that make no sense are worth a line in the log.
    static let mostComplaints = 5
    /// So many times as long as a service may be silent may a caller go on pressing keys that nothing answers.
    static let patienceOfKeys = 3
    /// How long a caller who has heard nothing waits for something else to hear.
    static let unheardGrace = Duration.seconds(2)
    /// How long the service may take to answer a close.
    static let closeGrace = Duration.milliseconds(250)

    package init(_ rules: Rules, uplink: Uplink, marker: String) {
        self.rules = rules
        self.uplink = uplink
        var handset = rules.handset
        // A session that an earlier program left is not this call's.
        if !handset.variables.isEmpty { handset.cleared.append(.sessionID) }
        self.handset = Handset(handset, marker: marker)
    }

    var sessionID: String? { uplink.sessionID }
    package var token: String? { uplink.token }
    package var isLeaving: Bool { stage == .leaving }

    /// The first command needs nothing of the service: it goes out before anything else is ready.
    package mutating func start(_ now: Duration) -> [Effect] {
        timers.set(.synchronize, now + .milliseconds(500))
        return settle(now)
    }

    /// Goes for the service; `refusal` says why that is not even tried.
    package mutating func connect(_ now: Duration, refusal: Ending? = nil) -> [Effect] {
        if let refusal {
            leave(refusal, now)
        } else if stage == .connecting {
            uplink.begin(now, &timers, &effects)
        }
        return settle(now)
    }

    package mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect] {
        if stage == .over { return [] }
        switch event {
        case .reply(let reply):
            for news in handset.receive(reply, now, &timers, &effects) { heard(news, now) }
            answered(now)
        case .read(let count):
            for news in handset.wasRead(count, now, &timers, &effects) { heard(news, now) }
        case .pipeEnded, .hangup, .terminate: ends(event, now)
        case .token(let state): uplink.tokenIs(state, now, &timers, &effects)
        case .response(let purpose, let result):
            heard(uplink.answered(purpose, result, now, wallClock: wallClock, &timers, &effects), now)
        case .socket(let event): socketSaid(event, now, wallClock: wallClock)
        case .unsent(let key): uplink.unsent(key)
        case .prepared(let id, let sound, let loss): handset.prepared(id, sound, loss: loss, &effects)
        case .errand(let kind, .token) where kind == .handoff ? transfer == nil : interruption == nil:
            // Nobody is to wait for a token that we do not fetch any more.
            effects.append(.errand(kind, .releaseToken))
        case .errand(.handoff, let event):
            withTransfer(now) { $0.handle(event, now, wallClock: wallClock, &$1) }
        case .errand(.bargeIn, let event):
            withInterruption { $0.handle(event, now, wallClock: wallClock, &$1) }
        case .stopPrompt:
            effects.append(.log(.info, "a webhook stops the prompt"))
            handset.interrupt(&effects)
        case .speechBegan, .speech, .slot, .tick: break
        }
        return settle(now)
    }

    /// Lets everything that is due happen, gives Asterisk its next command, and hands out what is to be done.
    private mutating func settle(_ now: Duration) -> [Effect] {
        followErrands()
        while let timer = timers.takeDue(now) {
            due(timer, now)
            followErrands()
        }
        pump(now)
        followErrands()
        if !hasNamedSession, let sessionID {
            hasNamedSession = true
            effects.append(.sessionBegan(sessionID))
            handset.tell(.setVariables([Command.Assignment(.sessionID, sessionID)]))
            pump(now)
        }
        if stage == .leaving, hasLeft, socketIsOver { finish() }
        defer { effects = [] }
        return effects
    }

    private mutating func pump(_ now: Duration) {
        while let news = pumpOnce() { heard(news, now) }
    }

    private mutating func pumpOnce() -> Handset.News? {
        handset.pump(waits: uplink.isAway || (lateReplies > 0 && uplink.isOpen) || transfer != nil, timers, &effects)
    }

    private mutating func due(_ timer: Timers.Name, _ now: Duration) {
        switch timer {
        case .synchronize:
            if handset.abandonSynchronizing() {
                effects.append(
                    .log(.notice, "nobody expands expressions on this channel; its format is taken as 8 kHz"))
            }
        case .reply where transfer != nil: break
        case .reply: replyIsLate(now)
        case .idle where handset.isSpeaking || transfer != nil: touch(now)
        case .idle where owesReply: leave(noReply, now)
        case .idle: leave(Ending(.completed, "idle_timeout"), now)
        case .unheard where transfer != nil: break
        case .unheard:
            if let loss, !handset.isSpeaking, !handset.isHeard {
                leave(Ending(.unavailable, loss.reason, detail: "the answer is not heard: \(loss.why)"), now)
            }
            loss = nil
        case .hungUp: timers.hasten(.leave, now)
        case .waitPrompt: break
        case .transfer: withTransfer(now) { $0.due(now, &$1) }
        case .interruption: withInterruption { $0.due(now, &$1) }
        case .socketClose: socketIsOver = true
        case .leave:
            hasLeft = true
            socketIsOver = true
        default:
            if timer == .ping { handset.refresh(&effects) }
            heard(uplink.due(timer, now, &timers, &effects), now)
        }
    }

    private mutating func touch(_ now: Duration) {
        if let idle = rules.idleTimeout, stage == .talking { timers.set(.idle, now + idle) }
    }
}

// MARK: - The caller

extension CallMachine {
    private mutating func heard(_ news: Handset.News, _ now: Duration) {
        switch news {
        case .key(let key, let interrupts):
            touch(now)
            timers.clear(.unheard)
            turns += 1
            keyAwaitingReply = now
            unansweredSince = unansweredSince ?? now
            // Who goes on pressing waits for no answer yet.
            lateReplies = 0
            awaitReply(now)
            // Asterisk collects digits again before the key is on its way.
            let news = pumpOnce()
            uplink.press(key, &effects)
            if interrupts { tellInterruption(now) }
            if let news { heard(news, now) }
        case .heardNothing(let lost):
            loss = lost
            timers.hasten(.unheard, now + CallMachine.unheardGrace)
        // What the flow says of the end while the session goes to an agent, the transfer says too.
        case .heardFinal where transfer != nil: break
        case .heardFinal(let message):
            if let target = message.transferTarget {
                handOff(to: target, type: message.transferType, now)
            } else {
                leave(Ending(.completed, "end"), now)
            }
        case .hungUp, .unusable, .left: ends(news, now)
        }
    }

    /// The caller waits for the service: for the answer to a key, or for the first words of the call.
    private var owesReply: Bool { keyAwaitingReply != nil || !hasSpoken }

    /// A key that waits for the socket cannot be answered yet.
    private mutating func awaitReply(_ now: Duration) {
        guard owesReply, uplink.isOpen else { return }
        timers.set(.reply, now + rules.replyTimeout)
        // But not for ever.
        if let unansweredSince {
            let longest = rules.replyTimeout * (rules.lateReplies * CallMachine.patienceOfKeys)
            timers.hasten(.reply, max(unansweredSince + longest, now))
        }
    }

    private mutating func replyIsLate(_ now: Duration) {
        // As long as something is heard, nobody waits.
        if handset.isSpeaking { return timers.set(.reply, now + rules.replyTimeout) }
        lateReplies += 1
        let longest = rules.replyTimeout * (rules.lateReplies * CallMachine.patienceOfKeys)
        let isTooLong = unansweredSince.map { now >= $0 + longest } ?? false
        if lateReplies >= rules.lateReplies || isTooLong { return leave(noReply, now) }
        let what = keyAwaitingReply == nil ? "has said nothing" : "has not answered a key"
        effects.append(.log(.warning, "the service \(what) for \(rules.replyTimeout * lateReplies)"))
        uplink.probe(now, &timers, &effects)
        awaitReply(now)
    }

    private var noReply: Ending {
        let what =
            keyAwaitingReply == nil ? "has said nothing since it was joined" : "does not answer the caller's keys"
        return Ending(
            .unavailable, "no_reply",
            detail:
                "the voice socket of session \(sessionID ?? "") \(uplink.isOpen ? "is" : "was") open, but the flow \(what); "
                + "look at it in Cognigy")
    }

    package mutating func leave(_ ending: Ending, _ now: Duration) {
        guard stage == .connecting || stage == .talking else { return }
        stage = .leaving
        self.ending = ending
        timers.clear(.reply, .idle, .waitPrompt, .unheard)
        dropErrands()
        // Only an open socket is closed with words.
        socketIsOver = !uplink.isOpen
        uplink.leave(ending.closeCode, &timers, &effects)
        timers.set(.leave, now + rules.farewell.longest(ending))
        timers.set(.socketClose, now + (ending.status == .hangup ? .milliseconds(40) : CallMachine.closeGrace))
        effects.append(ending.logged)
        handset.leave(
            rules.farewell.commands(ending, sessionID: sessionID, turns: turns, warnings: lastWarnings), &effects)
    }

    private mutating func finish() {
        stage = .over
        effects.append(.finish)
    }
}

// MARK: - The service

extension CallMachine {
    private mutating func socketSaid(_ event: SocketEvent, _ now: Duration, wallClock: Double) {
        guard stage == .leaving || stage == .over else {
            return heard(uplink.socketSaid(event, now, wallClock: wallClock, &timers, &effects), now)
        }
        switch event {
        case .closed, .refused: socketIsOver = true
        default: break
        }
    }

    private mutating func heard(_ news: Uplink.News?, _ now: Duration) {
        switch news {
        case nil: break
        case .opened:
            stage = .talking
            touch(now)
            awaitReply(now)
        case .lost:
            timers.clear(.reply)
            effects.append(.log(.notice, "the voice socket dropped"))
        case .message(let text): receive(text, now)
        // What was said before the close is still heard.
        case .ended:
            timers.clear(.reply)
            handset.say(Voice.Message(end: true), &effects)
        case .unavailable where transfer != nil: break
        case .unavailable(let ending): leave(ending, now)
        }
    }

    private mutating func receive(_ text: String, _ now: Duration) {
        switch Voice.incoming(text) {
        case .response(let message):
            touch(now)
            hasSpoken = true
            lateReplies = 0
            unansweredSince = nil
            timers.clear(.reply)
            if let pressed = keyAwaitingReply { effects.append(.turn(Turn("dtmf_turn", dialog: now - pressed))) }
            keyAwaitingReply = nil
            handset.say(message, &effects)
        case .unknown(let type): note(.debug, "of the unknown type \(type.prefix(40))")
        case .malformed: note(.warning, "that is no JSON object")
        }
    }

    private mutating func note(_ level: LogLevel, _ what: String) {
        uselessMessages += 1
        if uselessMessages > CallMachine.mostComplaints { return }
        effects.append(.log(level, "message \(uselessMessages) of the service \(what) is ignored"))
    }
}
