import Cognigy
import Text
import WebSocket

/// The flow at the other end of a voice socket: keys go there one by one, messages come back. It watches how long the
/// flow takes to answer.
public struct VoiceService: Service {
    public struct Rules: Sendable {
        public var replyTimeout = Duration.seconds(10)
        /// How many times in a row the service may let that time pass.
        public var lateReplies = 3

        public init() {}
    }

    private let rules: Rules
    private var uplink: Uplink
    public private(set) var turns: Int? = 0
    public private(set) var isOver = false
    private var isLeaving = false
    private var hasYielded = false
    private var keyAwaitingReply: Duration?
    /// Whether the flow has said anything in this call.
    private var hasSpoken = false
    /// How many times in a row the time for a reply has passed.
    private var lateReplies = 0
    /// Since when the caller has pressed keys that are not answered.
    private var unansweredSince: Duration?
    private var uselessMessages = 0

    /// Malformed messages beyond this many are not logged.
    static let mostMalformed = 5
    /// A caller who goes on pressing keys is given this many times as long as a silent service may take.
    static let patienceOfKeys = 3
    /// How long the service may take to answer a close.
    static let closeGrace = Duration.milliseconds(250)
    /// The same after a hangup.
    static let closeGraceOfHangup = Duration.milliseconds(40)

    public init(_ rules: Rules, uplink: Uplink) {
        self.rules = rules
        self.uplink = uplink
    }

    public var sessionID: String? { uplink.sessionID }
    public var token: String? { uplink.token }
    public var keepsWaiting: Bool { uplink.isAway || (lateReplies > 0 && uplink.isOpen) }
    public var owed: Ending? { owesReply ? noReply : nil }

    public mutating func begin(_ context: inout Context) -> [ServiceNews] {
        uplink.begin(&context)
        return []
    }

    public mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews] {
        guard case .key(let key) = input else { return [] }
        turns = (turns ?? 0) + 1
        keyAwaitingReply = context.now
        unansweredSince = unansweredSince ?? context.now
        // A caller who goes on pressing does not wait for an answer yet.
        lateReplies = 0
        awaitReply(&context)
        uplink.press(key, &context)
        return []
    }

    public mutating func handle(_ event: Event, _ context: inout Context) -> [ServiceNews] {
        switch event {
        case .token(let state): uplink.tokenIs(state, &context)
        case .response(let purpose, let result): return uplinkSaid(uplink.answered(purpose, result, &context), &context)
        case .socket(.closed) where isLeaving: isOver = true
        case .socket(.refused) where isLeaving: isOver = true
        case .socket where isLeaving: break
        case .socket(let event): return uplinkSaid(uplink.socketSaid(event, &context), &context)
        case .unsent(let key): uplink.unsent(key)
        default: break
        }
        return []
    }

    public mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [ServiceNews] {
        switch timer {
        case .reply: return replyIsLate(&context)
        case .socketClose: isOver = true
        default: return uplinkSaid(uplink.due(timer, &context), &context)
        }
        return []
    }

    public mutating func yieldToAgent(_ context: inout Context) {
        hasYielded = true
        context.timers.clear(.reply)
    }

    public mutating func leave(_ ending: Ending, _ context: inout Context) {
        isLeaving = true
        context.timers.clear(.reply)
        // Only an open socket is closed with words.
        isOver = !uplink.isOpen
        uplink.leave(ending.closeCode, &context)
        let grace = ending.status == .hangup ? Self.closeGraceOfHangup : Self.closeGrace
        context.timers.set(.socketClose, context.now + grace)
    }

    // MARK: How long a reply takes

    /// The caller waits for the service: for the answer to a key, or for the first words of the call.
    private var owesReply: Bool { keyAwaitingReply != nil || !hasSpoken }

    /// Starts the reply timer, unless the key is still queued for a closed socket.
    private mutating func awaitReply(_ context: inout Context) {
        guard owesReply, uplink.isOpen, !hasYielded else { return }
        context.timers.set(.reply, context.now + rules.replyTimeout)
        // Further keys put it off, but not for ever.
        if let unansweredSince { context.timers.hasten(.reply, max(unansweredSince + longestWait, context.now)) }
    }

    private var longestWait: Duration { rules.replyTimeout * (rules.lateReplies * Self.patienceOfKeys) }

    private mutating func replyIsLate(_ context: inout Context) -> [ServiceNews] {
        // As long as something is heard, the caller does not wait.
        if context.callerHears {
            context.timers.set(.reply, context.now + rules.replyTimeout)
            return []
        }
        lateReplies += 1
        let isTooLong = unansweredSince.map { context.now >= $0 + longestWait } ?? false
        if lateReplies >= rules.lateReplies || isTooLong { return [.unavailable(noReply)] }
        let what = keyAwaitingReply == nil ? "has said nothing" : "has not answered a key"
        context.effects.append(.log(.warning, "the service \(what) for \(rules.replyTimeout * lateReplies)"))
        uplink.probe(&context)
        awaitReply(&context)
        return []
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

    // MARK: What comes

    private mutating func uplinkSaid(_ news: Uplink.News?, _ context: inout Context) -> [ServiceNews] {
        switch news {
        case nil: return []
        case .session(let id): return [.session(id)]
        case .opened:
            awaitReply(&context)
            return [.ready]
        case .lost:
            context.timers.clear(.reply)
            context.effects.append(.log(.notice, "the voice socket dropped"))
            return []
        case .message(let text): return receive(text, &context)
        case .ended:
            context.timers.clear(.reply)
            return [.ended(reason: "end")]
        case .unavailable(let ending): return [.unavailable(ending)]
        }
    }

    private mutating func receive(_ text: String, _ context: inout Context) -> [ServiceNews] {
        switch VoiceSocket.incoming(text) {
        case .response(let message):
            hasSpoken = true
            lateReplies = 0
            unansweredSince = nil
            context.timers.clear(.reply)
            if let pressed = keyAwaitingReply {
                context.effects.append(.turn(TurnMetrics("dtmf_turn", since: pressed, dialog: context.now - pressed)))
            }
            keyAwaitingReply = nil
            return [.say(message)]
        case .unknown(let type): note(.debug, "of the unknown type \(type.prefix(40))", &context)
        case .malformed: note(.warning, "that is no JSON object", &context)
        }
        return []
    }

    private mutating func note(_ level: LogLevel, _ what: String, _ context: inout Context) {
        uselessMessages += 1
        if uselessMessages > Self.mostMalformed { return }
        context.effects.append(.log(level, "message \(uselessMessages) of the service \(what) is ignored"))
    }
}
