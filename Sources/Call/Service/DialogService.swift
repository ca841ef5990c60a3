import Cognigy

/// A bot behind requests and answers: the caller speaks, is written down, and answered in sentences. Where the bot is
/// lost, the caller is told, and it has a few seconds to return.
public struct DialogService: Service {
    /// What the caller is told when the service is lost, in the words of its contract.
    static let apology = "I experienced a connection interruption. Please hang up and call back."
    /// How long the service may take to return after that.
    static let returnTime = Duration.seconds(5)
    /// The wait prompt plays after so long without an answer.
    static let patience = Duration.seconds(2)

    private var conversation: Conversation
    private var isSlow = false
    /// Why the service is lost.
    private var loss: Ending?
    private var owesVerdict = false
    /// A call before this one left a state that no answer has used yet.
    private var isResumed = false
    private var isLeaving = false

    public init(_ conversation: Conversation) { self.conversation = conversation }

    public var turns: Int? { conversation.turns }
    public var keepsWaiting: Bool { isSlow }
    public var isThinking: Bool { conversation.isThinking }
    public var hearsWords: Bool { conversation.hearsWords }

    public mutating func begin(_ context: inout Context) -> [ServiceNews] {
        owesVerdict = true
        return [.ready]
    }

    public mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews] {
        if !conversation.isThinking { context.timers.set(.patience, context.now + Self.patience) }
        return conversationSaid(conversation.take(input, &context), &context)
    }

    public mutating func handle(_ event: Event, _ context: inout Context) -> [ServiceNews] {
        switch event {
        case .memory(let memory):
            isResumed = true
            conversation.resume(memory)
        case .slot(isTaken: true) where isLeaving: context.effects.append(.releaseSlot)
        case _ where isLeaving: break
        case .speechBegan, .words, .speechPauses, .speechGoesOn:
            if case .understood(let isSomething) = conversation.hears(event, &context) {
                return [.understood(isSomething)]
            }
        case .response(let purpose, let result):
            return conversationSaid(conversation.answered(purpose, result, &context), &context)
        case .slot(let isTaken): return conversationSaid(conversation.slot(isTaken: isTaken, &context), &context)
        default: break
        }
        return []
    }

    public mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [ServiceNews] {
        switch timer {
        case .patience: isSlow = conversation.isThinking
        case .degrade where context.callerHears: context.timers.set(.degrade, context.now + Self.returnTime)
        case .degrade: if conversation.isLost, let loss { return [.unavailable(loss)] }
        default: conversation.due(timer, &context)
        }
        return []
    }

    public mutating func leave(_ ending: Ending, _ context: inout Context) {
        isLeaving = true
        // A caller who is let go may go on from here in the next call. After a hangup the dialog begins anew: a number
        // does not prove who calls.
        let isCutOff = isResumed || conversation.isThinking || context.callerHears
        if ending.status == .unavailable, isCutOff { save(&context) }
        isSlow = false
        conversation.leave(&context)
        context.timers.clear(.turn, .slot, .patience, .degrade)
        verdict(.serviceUnknown, &context)
    }

    public mutating func fellSilent(_ context: inout Context) -> [ServiceNews] {
        if isLeaving { return [] }
        let news = conversationSaid(conversation.fellSilent(&context), &context)
        if conversation.isThinking, !context.timers.isSet(.patience) { thought(&context) }
        return news
    }

    public mutating func finish(_ context: inout Context) { conversation.releaseSlot(&context) }

    private mutating func conversationSaid(_ news: Conversation.News?, _ context: inout Context) -> [ServiceNews] {
        if case .understood(let isSomething) = news {
            if !conversation.isThinking { thought(&context) }
            return [.understood(isSomething)]
        }
        if news != nil || !conversation.isThinking { thought(&context) }
        switch news {
        case nil, .understood: return []
        case .answer(let sentences, let turn):
            verdict(.serviceWorks, &context)
            isResumed = false
            // The service is back: there is nothing to resume.
            if loss != nil { context.effects.append(.forgetDialog) }
            loss = nil
            context.timers.clear(.degrade)
            return [.answer(sentences, turn)]
        case .lost(let ending, let isServiceFault):
            verdict(isServiceFault ? .serviceFails : .serviceUnknown, &context)
            loss = ending
            save(&context)
            context.effects.append(ending.logged)
            context.timers.set(.degrade, context.now + Self.returnTime)
            return [.notice(Self.apology)]
        case .refused(let ending):
            save(&context)
            return [.unavailable(ending)]
        }
    }

    /// The wait for an answer is over; another may have begun.
    private mutating func thought(_ context: inout Context) {
        isSlow = false
        context.timers.clear(.patience)
        if conversation.isThinking { context.timers.set(.patience, context.now + Self.patience) }
    }

    private func save(_ context: inout Context) {
        if conversation.state.sessionData != [:] { context.effects.append(.saveDialog(conversation.state)) }
    }

    /// Tells the circuit breaker, once a call, whether the service works.
    private mutating func verdict(_ effect: Effect, _ context: inout Context) {
        if owesVerdict { context.effects.append(effect) }
        owesVerdict = false
    }
}
