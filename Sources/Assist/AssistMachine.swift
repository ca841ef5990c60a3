import Cognigy
import Digests
import HTTP

/// Decides everything about the agent's help. The room Assist holds this machine and its parts; AssistLoop in Bridge runs it.
///
/// Theory of operation. The machine does no I/O, reads no clock and draws its random numbers from the generator that it was
/// given. `handle` takes one `Event` (what arrived from outside), the monotonic time and the wall clock, and returns the
/// `Effect`s to carry out, in order. The loop then waits until an event arrives or `nextDeadline` is reached, and sends
/// `.tick` in the second case. Handling `.finish` ends the program.
///
/// Each part owns one thing and its own deadlines:
/// - `Stream` owns the WebSocket on which updates arrive: connecting, pings, reconnecting.
/// - `TokenKeeper` owns the access token: fetching it, renewing it, pausing after a refusal.
/// - `PendingQuestions` owns the requests for suggestions that were not answered yet: retries and the time limit.
/// - `UpdateQueue` owns the updates that have no line yet, in order for each interaction. It has no deadline.
/// - `SuggestionCache` owns the answers to earlier questions and forgets them after a while.
///
/// The parts do not know each other. Each is passed the one `Context` (time, random numbers, effects so far) and returns its
/// news; this machine passes the news on. `settle` runs after every event: it fires what is due and hands the token to the
/// stream and to the questions that need it.
///
/// Every update becomes one line. The lines of one interaction keep the order of its updates. Lines of different
/// interactions are written as they become ready; no interaction waits for another.
public struct AssistMachine {
    private enum Stage { case running, leaving, over }

    private(set) var rules: Rules
    private var stage = Stage.running
    private var stream = Stream()
    private var keeper = TokenKeeper()
    private var cache: SuggestionCache
    private var questions = PendingQuestions()
    private var updates = UpdateQueue()
    private var malformed = LogThrottle()
    private var droppedSuggestions = LogThrottle()
    private var missed = LogThrottle()
    private var unrenewed = LogThrottle()
    private var hurried = LogThrottle()
    private var context: Context

    /// How many updates of one interaction, and of all together, may wait. Beyond that the one that has waited longest
    /// gets the fallback.
    static let mostOfOne = 16
    static let mostOfAll = 256
    /// Limits the bodies of all pending questions together.
    static let mostBytes = 8 << 20

    public init(_ rules: Rules, random: any RandomNumberGenerator) {
        self.rules = rules
        cache = SuggestionCache(size: rules.cacheSize, lifetime: rules.cacheLifetime)
        context = Context(random: random)
    }

    public var nextDeadline: Duration? {
        // Nothing else is waited for at the end.
        if stage != .running { return stream.nextDeadline }
        return [stream.nextDeadline, keeper.deadline, questions.nextDeadline].compactMap { $0 }.min()
    }

    /// The number of updates that have no line yet.
    var waiting: Int { updates.count }
    var isOpen: Bool { stream.isOpen }

    /// Takes one event and returns what to do about it. The first event must be `.tick`: it starts the stream.
    public mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect] {
        if stage == .over { return [] }
        (context.now, context.wallClock) = (now, wallClock)
        switch event {
        case .socket(let event): streamSaid(stream.handle(event, rules, &context))
        case .response(.token, let result): tokenAnswered(keeper.answered(result, &context))
        case .response(.suggestions(let id), let result): questionAnswered(questions.answered(id, result, &context))
        case .reload(let rules): reload(rules)
        case .terminate: leave()
        case .tick: break
        }
        settle()
        defer { context.effects = [] }
        return context.effects
    }

    /// Fires every deadline that has passed, and hands the token to the parts that need it.
    private mutating func settle() {
        streamSaid(stream.tick(rules, &context))
        guard stage == .running else { return }
        for answer in questions.tick(&context) { deliver(answer) }
        keeper.renewIfDue(rules.account, &context)
        guard stream.needsToken || questions.needsToken else { return }
        if let token = keeper.token(context.now) {
            stream.proceed(token, rules, &context)
            questions.ask(token, rules.account.base, &context)
        } else if !keeper.want(rules.account, &context) {
            tokenFailed(isAuthentication: false, "no token is to be had just now")
        }
    }

    private mutating func streamSaid(_ news: Stream.News?) {
        switch news {
        case nil: break
        case .message(let text): receive(text)
        case .refusedToken(let token): keeper.refused(token, context.now)
        case .over:
            stage = .over
            context.effects.append(.finish)
        }
    }

    private mutating func tokenAnswered(_ refusal: TokenKeeper.Refusal?) {
        guard let refusal else { return }
        if !stream.needsToken, let count = unrenewed.count(now: context.now) {
            context.log(.warning, "the token is not renewed (\(refusal.why)): \(count)")
        }
        tokenFailed(isAuthentication: refusal.isAuthentication, refusal.why)
    }

    private mutating func tokenFailed(isAuthentication: Bool, _ why: String) {
        stream.tokenFailed(isAuthentication: isAuthentication, why, &context)
        for answer in questions.tokenFailed(why) { deliver(answer) }
    }

    private mutating func questionAnswered(_ news: PendingQuestions.News?) {
        switch news {
        case nil: break
        case .answered(let answer): deliver(answer)
        case .refusedToken(let token, let answer):
            keeper.refused(token, context.now)
            if let answer { deliver(answer) }
        }
    }

    // MARK: Settings, and the end

    private mutating func reload(_ rules: Rules) {
        if rules.account != self.rules.account {
            if rules.account.base != self.rules.account.base { stream.leaveForAnother(&context) }
            keeper.forget(rules.account, &context)
            questions.askAgain(&context)
            cache = SuggestionCache(size: rules.cacheSize, lifetime: rules.cacheLifetime)
        }
        self.rules = rules
        cache.limit(size: rules.cacheSize, lifetime: rules.cacheLifetime, now: context.now)
    }

    private mutating func leave() {
        guard stage == .running else { return }
        stage = .leaving
        while let interaction = updates.longestWaiting { hurry(interaction) }
        keeper.cancel(&context)
        streamSaid(stream.leave(&context))
    }
}

// MARK: - Updates

extension AssistMachine {
    private mutating func receive(_ text: String) {
        switch Assist.incoming(text) {
        case .update(let update): take(update)
        case .unknown(let type):
            context.log(.debug, "a message of the unknown type \(type.prefix(40)) is ignored")
        case .malformed:
            if let count = malformed.count(now: context.now) {
                context.log(.warning, "messages that are no interaction updates are ignored: \(count)")
            }
        }
    }

    private mutating func take(_ update: Assist.Update) {
        let interaction = update.interactionID
        if rules.triggers.fire(on: update) {
            ask(update.question, of: interaction)
        } else {
            updates.add(.ready(AgentLine(triggered: false)), to: interaction)
        }
        write(interaction)
        if updates.count(of: interaction) > AssistMachine.mostOfOne { hurry(interaction, because: "one interaction") }
        while updates.count > AssistMachine.mostOfAll || questions.bytes > AssistMachine.mostBytes,
            let interaction = updates.longestWaiting
        {
            hurry(interaction, because: "all interactions")
        }
    }

    private mutating func ask(_ question: [UInt8], of interaction: String) {
        let key = Digest.sha256(question[...])
        if let suggestions = cache.suggestions(for: key, now: context.now) {
            return updates.add(.ready(AgentLine(cached: true, suggestions: suggestions)), to: interaction)
        }
        updates.add(.waiting(key), to: interaction)
        if !questions.contains(key) { questions.begin(key, question, interaction: interaction, context.now) }
    }

    private mutating func deliver(_ answer: PendingQuestions.Answer) {
        switch answer.reply {
        case .success(let reply):
            cache.store(reply.suggestions, for: answer.key, now: context.now)
            updates.answer(answer.key, in: answer.interaction, reply.suggestions)
            if reply.dropped > 0, let count = droppedSuggestions.count(reply.dropped, now: context.now) {
                context.log(.warning, "suggestions that cannot be read are left out: \(count)")
            }
        case .failure(let failure):
            updates.answer(answer.key, in: answer.interaction, nil)
            if let count = missed.count(now: context.now) {
                context.log(.warning, "no suggestions (\(failure.why)); the fallback is shown: \(count)")
            }
        }
        write(answer.interaction)
    }

    /// Gives the interaction's first update the fallback and drops its question, unless another update asks the same.
    private mutating func hurry(_ interaction: String, because most: String? = nil) {
        if let key = updates.giveUpFirst(of: interaction) { questions.cancel(key, &context) }
        if let most, let count = hurried.count(now: context.now) {
            context.log(.warning, "more updates of \(most) wait than may; the fallback is shown: \(count)")
        }
        write(interaction)
    }

    /// Writes the lines that are ready. The policy is applied here, to every line, so a reload applies at once.
    private mutating func write(_ interaction: String) {
        for line in updates.takeReady(interaction) {
            let suggestions = rules.policy.approved(line.suggestions)
            context.effects.append(.line(line.bytes(suggestions, of: interaction)))
            context.effects.append(.metrics(line.metrics(suggestions, of: interaction, at: context.wallClock)))
        }
    }
}
