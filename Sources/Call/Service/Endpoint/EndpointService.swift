import Cognigy
import Flow
import HTTP
import JSON
import SocketIO
import WebSocket

/// The flow behind an endpoint of Cognigy: what the caller does goes there as inputs, by keys and by voice; what the flow
/// says comes back in outputs, each a list of steps. One input and its answer are a turn, but outputs may come at any time.
public struct EndpointService: Service {
    public struct Rules: Sendable {
        public var replyTimeout = Duration.seconds(10)
        /// How many times in a row the flow may let that time pass.
        public var lateReplies = 3
        public var dialect = InputDialect.voicegateway
        /// Whether the flow is told of the end of a call.
        public var tellsEnd = false
        /// What holds until the flow says otherwise.
        public var config = SessionConfig()
        /// How what the caller says becomes text; nil: he has keys only.
        public var speech: SpeechToText.Rules?
        /// Whether the voice reads SSML.
        public var speaksMarkup = false
        /// Whether the voice is one of several, of whom the flow may name one, and whether it may name a language.
        public var choosesVoice = false
        public var choosesLanguage = false
        /// Whether the dialplan has a routine for transfers, after which the flow goes on.
        public var transfersByRoutine = false

        public init() {}
    }

    let rules: Rules
    var facts: CallFacts
    var link: any FlowLink
    /// What the flow has set for the rest of the call, over what is configured.
    private(set) var callConfig: SessionConfig
    /// What it has set until the next input, over that.
    private var turnConfig = SessionConfig()
    /// Both together.
    private(set) var config: SessionConfig { didSet { speech?.wishes = config.wishesOfSpeech } }
    var keys = KeyCollector()
    /// The answers that the flow has offered with its last words.
    var menu: (items: [MenuItem], isSensitive: Bool) = ([], false)
    /// What was logged once and is not logged again.
    var noted: Set<String> = []

    public private(set) var turns: Int? = 0
    public private(set) var isOver = false
    private(set) var isLeaving = false
    /// The flow was told of the end, and its answer is awaited before the link is closed.
    private var closeCode: CloseCode?
    private var hasGreeted = false
    private var hasOpened = false
    private var began = Duration.zero

    private(set) var watch = TurnWatch()
    /// The turn about whose answer the metrics are not written yet, and when it began.
    private var turn: (metrics: TurnMetrics, since: Duration)?
    /// nil: he has keys only.
    var speech: SpeechToText?
    var lastKey: Duration?
    /// The pause after the last key is not over.
    var isTyping = false
    /// The input whose answer the caller has interrupted, and the last one that was answered: what else it is answered
    /// with is not to be heard.
    private var interruptedTrace: String?
    private var lastTrace: String?
    var silences = 0
    var fillers = 0
    /// What the caller hears fills the time until the flow answers.
    var hearsFiller = false

    /// How long the flow may take for its last answer.
    static let farewellTime = Duration.seconds(2)
    static let closeGrace = Duration.milliseconds(250)
    static let closeGraceOfHangup = Duration.milliseconds(40)
    /// A caller who goes on is given this many times as long as a silent flow may take.
    static let patienceOfCallers = 3

    /// How the endpoint is talked to.
    public enum Way: Sendable {
        case socket(
            version: ClientSide.Version, isTest: Bool, setupTimeout: Duration, reconnectAttempts: Int)
        case rest(isTest: Bool, patience: Duration)
    }

    public init(_ rules: Rules, facts: CallFacts, endpoint: Endpoint, _ parties: Endpoint.Parties, _ way: Way) {
        self.init(rules, facts: facts, link: way.link(to: endpoint, parties))
    }

    init(_ rules: Rules, facts: CallFacts, link: any FlowLink) {
        self.rules = rules
        self.facts = facts
        self.link = link
        callConfig = rules.config
        config = rules.config
        speech = rules.speech.map { SpeechToText($0) }
        speech?.wishes = config.wishesOfSpeech
    }

    public var sessionID: String? { facts.callID }
    public var keepsWaiting: Bool { link.isAway || (watch.lateReplies > 0 && link.isOpen) }
    public var isThinking: Bool { watch.open > 0 || speech?.isBusy ?? false }
    public var owed: Ending? { watch.open > 0 ? noReply : nil }
    public var hearsSpeech: Bool { speech != nil && config.isMuted != true && !isTyping }
    public var hearsWords: Bool { rules.speech?.recognizer.isStreaming ?? false }
    public var closingTime: Duration { rules.tellsEnd ? Self.farewellTime : .zero }

    public mutating func begin(_ context: inout Context) -> [ServiceNews] {
        began = context.now
        return linkSaid(link.begin(&context), &context)
    }

    public mutating func channelIsKnown(_ channel: Channel, _ context: inout Context) -> [ServiceNews] {
        facts.headers = channel.headers
        return greet(&context)
    }

    /// The flow is told of the call once the channel is known and the way is open.
    private mutating func greet(_ context: inout Context) -> [ServiceNews] {
        if hasGreeted { return [] }
        hasGreeted = true
        return say(.callCreated, &context)
    }

    public mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews] {
        switch input {
        case .key(let key): return pressed(key.key, &context)
        case .speech(let samples): return spoke(samples, &context)
        }
    }

    public mutating func handle(_ event: Event, _ context: inout Context) -> [ServiceNews] {
        if case .response(.recognition, let result) = event {
            return isLeaving ? [] : understood(speech?.answered(result, &context), &context)
        }
        switch event {
        case .speechBegan, .words, .speechPauses, .speechGoesOn: return isLeaving ? [] : hears(event, &context)
        default: break
        }
        let news = linkSaid(link.handle(event, &context), &context)
        if isLeaving, case .socket(let event) = event, link.isOver { closed(event) }
        return news
    }

    private mutating func closed(_ event: SocketEvent) {
        switch event {
        case .closed, .refused, .failed: isOver = true
        case .connected, .opened, .text, .alive: break
        }
    }

    public mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [ServiceNews] {
        switch timer {
        case .reply: return replyIsLate(&context)
        case .digits:
            isTyping = false
            if let digits = keys.pause(KeyCollector.Rules(config.digits)) { return submit(digits, &context) }
            // Too few keys may stay too few.
            awaitCaller(&context)
            return []
        case .noInput: return callerIsSilent(&context)
        case .filler: return flowIsSilent(&context)
        case .recognition:
            speech?.again(&context)
            return []
        case .socketClose:
            // The flow has not taken leave in time.
            if let code = closeCode { close(code, &context) } else { isOver = true }
            return []
        default: return linkSaid(link.due(timer, &context), &context)
        }
    }

    // MARK: What goes to the flow

    /// Sends an input, and awaits the flow's answer.
    mutating func say(
        _ input: FlowInput, as metrics: TurnMetrics? = nil, since: Duration? = nil, _ context: inout Context
    ) -> [ServiceNews] {
        guard let message = input.message(facts, in: rules.dialect) else {
            // The flow has no ear for it. The caller's time begins anew.
            if !isThinking, !context.callerHears { awaitCaller(&context) }
            return []
        }
        // What is chosen of a menu repeats its words.
        let isSensitive = if case .digits(_, .some) = input { menu.isSensitive } else { false }
        menu = ([], false)
        if turnConfig != SessionConfig() {
            turnConfig = SessionConfig()
            config = callConfig
        }
        context.timers.clear(.noInput)
        if let metrics {
            turns = (turns ?? 0) + 1
            turn = (metrics, since ?? context.now)
        }
        watch.asked(context.now)
        link.send(message.text, message.data, isSensitive: isSensitive, &context)
        awaitReply(&context)
        awaitFiller(&context)
        return []
    }

    private mutating func awaitReply(_ context: inout Context) {
        guard watch.open > 0, link.isOpen, !isLeaving else { return }
        context.timers.set(.reply, context.now + rules.replyTimeout)
        // Further inputs put it off, but not for ever.
        if let since = watch.unansweredSince { context.timers.hasten(.reply, max(since + longestWait, context.now)) }
    }

    private var longestWait: Duration { rules.replyTimeout * (rules.lateReplies * Self.patienceOfCallers) }

    private mutating func replyIsLate(_ context: inout Context) -> [ServiceNews] {
        guard watch.open > 0 else { return [] }
        if let since = watch.unansweredSince, context.now >= since + longestWait { return [.unavailable(noReply)] }
        // As long as something is heard that has an end, the caller does not wait.
        if context.callerHears, !context.callerHearsEndlessly {
            awaitReply(&context)
            return []
        }
        watch.lateReplies += 1
        if watch.isDoubtful {
            // It will not come again. The caller's silence, or his next words, go on from here.
            let isUnanswered = watch.isUnanswered
            context.effects.append(
                isUnanswered
                    ? .log(
                        .warning,
                        "nothing shows that the flow received what went out as the line dropped; it is not sent again, "
                            + "because it may have been received, and the caller is taken as silent")
                    : .log(.notice, "an answer of the flow was lost with the line; it is not awaited any more"))
            turnsEnded(&context)
            return isUnanswered ? remindCaller(&context) : []
        }
        if watch.lateReplies >= rules.lateReplies { return [.unavailable(noReply)] }
        context.effects.append(
            .log(.warning, "the flow has not ended its turn for \(rules.replyTimeout * watch.lateReplies)"))
        link.probe(&context)
        awaitReply(&context)
        return []
    }

    private var noReply: Ending {
        Ending(
            .unavailable, "no_reply",
            detail:
                "the endpoint took the input of session \(facts.callID), but the flow does not answer; look at it in "
                + "Cognigy")
    }

    /// Takes over what the flow has set: until the next input where it says so, else for the rest of the call.
    mutating func merge(_ change: SessionConfig) {
        var change = change
        if let bargeIn = change.bargeIn, bargeIn.isSticky == false {
            turnConfig.merge(SessionConfig(bargeIn: bargeIn, digits: change.digitsAreOfBargeIn ? change.digits : nil))
            change.bargeIn = nil
            if change.digitsAreOfBargeIn { change.digits = nil }
        }
        if change.isForTurn { turnConfig.merge(change) } else { callConfig.merge(change) }
        config = callConfig
        config.merge(turnConfig)
    }

    // MARK: What comes from the flow

    mutating func linkSaid(_ news: [LinkNews], _ context: inout Context) -> [ServiceNews] {
        if isLeaving { return takeLeave(news, &context) }
        return news.flatMap { linkSaid($0, &context) }
    }

    private mutating func linkSaid(_ news: LinkNews, _ context: inout Context) -> [ServiceNews] {
        switch news {
        case .opened:
            awaitReply(&context)
            if hasOpened { return [] }
            hasOpened = true
            return [.session(facts.callID), .ready]
        case .lost(let written):
            context.timers.clear(.reply)
            watch.dropped(written)
            let doubt = written > 0 ? "; \(written) of the inputs may be lost with it" : ""
            context.effects.append(.log(.notice, "the endpoint's socket dropped" + doubt))
            return []
        case .output(let json):
            let output = FlowOutput(json)
            if output.isHousekeeping { return [] }
            let trace = json["traceId"]?.string
            lastTrace = trace
            let isUnwanted = trace != nil && trace == interruptedTrace
            return answered(&context)
                + output.steps.filter { !isUnwanted || !$0.isHeard }
                .flatMap { carryOut($0, isSensitive: output.isSensitive, &context) }
        case .turnEnded(let end):
            watch.ended(context.now)
            if watch.open == 0 {
                turnsEnded(&context)
            } else {
                awaitReply(&context)
                awaitFiller(&context)
            }
            switch end {
            case .regular: return []
            case .stopped: return [.ended(reason: "flow_stopped")]
            case .error: return [.unavailable(flowError("it ended its turn with an error"))]
            }
        case .failed(let words): return [.unavailable(flowError(words))]
        case .unavailable(let ending): return [.unavailable(ending)]
        }
    }

    private func flowError(_ words: String) -> Ending {
        Ending(
            .unavailable, "flow_error", detail: "the flow failed: \(words); look at session \(facts.callID) in Cognigy")
    }

    /// The flow says something, which takes the place of a filler.
    private mutating func answered(_ context: inout Context) -> [ServiceNews] {
        watch.answered(context.now)
        fillers = 0
        if var turn {
            turn.metrics.dialog = context.now - turn.since
            context.effects.append(.turn(turn.metrics))
        }
        turn = nil
        awaitReply(&context)
        awaitFiller(&context)
        defer { hearsFiller = false }
        return hearsFiller ? [.stopPlaying] : []
    }

    /// Nothing is awaited of the flow any more.
    private mutating func turnsEnded(_ context: inout Context) {
        if let turn { context.effects.append(.turn(turn.metrics)) }
        turn = nil
        watch.over()
        fillers = 0
        context.timers.clear(.reply, .filler)
        if !context.callerHears { awaitCaller(&context) }
    }

    /// The caller has stopped what he heard: the rest of that answer is not for him.
    public mutating func interrupted() { interruptedTrace = lastTrace }

    // MARK: The end

    public mutating func leave(_ ending: Ending, _ context: inout Context) {
        isLeaving = true
        speech?.drop(&context)
        context.timers.clear(.reply, .digits, .noInput, .filler)
        let isByCaller = ending.status == .hangup
        if rules.tellsEnd, link.isOpen, ending.status != .unavailable,
            let message = FlowInput.callCompleted(
                by: isByCaller ? .caller : .bot, seconds: Int((context.now - began) / .seconds(1))
            ).message(facts, in: rules.dialect)
        {
            link.send(message.text, message.data, isSensitive: false, &context)
            watch.asked(context.now)
            closeCode = ending.closeCode
            context.timers.set(.socketClose, context.now + Self.farewellTime)
            return
        }
        if rules.tellsEnd, ending.status != .unavailable {
            context.effects.append(.log(.info, "the flow cannot be told of the end"))
        }
        close(ending.closeCode, &context, grace: isByCaller ? Self.closeGraceOfHangup : Self.closeGrace)
    }

    /// After the flow was told of the end only the end of its turn counts.
    private mutating func takeLeave(_ news: [LinkNews], _ context: inout Context) -> [ServiceNews] {
        guard let code = closeCode else { return [] }
        for news in news {
            switch news {
            case .turnEnded:
                watch.ended(context.now)
                if watch.isDoubtful { watch.over() }
            case .lost, .failed, .unavailable: watch.over()
            case .opened, .output: break
            }
        }
        if watch.open == 0 { close(code, &context) }
        return []
    }

    private mutating func close(_ code: CloseCode, _ context: inout Context, grace: Duration = Self.closeGrace) {
        closeCode = nil
        let wasOpen = link.isOpen
        link.leave(code, &context)
        // Only an open socket is closed with words.
        isOver = !wasOpen || !link.closesWithWords
        context.timers.set(.socketClose, context.now + grace)
    }
}
