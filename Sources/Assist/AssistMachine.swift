import Cognigy
import Digests
import HTTP

/// The rules of the agent's help. It does no I/O and has no clock: it turns what happened into what is to be done.
///
/// Every update of an interaction becomes one line. The lines of one interaction come in the order of its updates; those
/// of different interactions in the order in which they are ready, and none waits for another interaction.
package struct AssistMachine {
    private enum Stage { case running, leaving, over }

    private(set) var rules: Rules
    private var stage = Stage.running
    private var stream = Stream()
    private var keeper = TokenKeeper()
    private var cache: SuggestionCache
    private var flights = Flights()
    private var desk = Desk()
    private var malformed = Complaint()
    private var droppedSuggestions = Complaint()
    private var missed = Complaint()
    private var unrenewed = Complaint()
    private var hurried = Complaint()
    private var moment: Moment

    /// So many updates may wait: of one interaction, and in all. Where there are more, the one that waits the longest
    /// is answered with the fallback.
    static let mostOfOne = 16
    static let mostOfAll = 256
    /// Of all questions that are asked at a time.
    static let mostBytes = 8 << 20

    package init(_ rules: Rules, random: any RandomNumberGenerator) {
        self.rules = rules
        cache = SuggestionCache(size: rules.cacheSize, lifetime: rules.cacheLifetime)
        moment = Moment(random: random)
    }

    package var nextDeadline: Duration? {
        [stream.nextDeadline, keeper.deadline, flights.nextDeadline].compactMap { $0 }.min()
    }

    /// Updates that wait for their line.
    var waiting: Int { desk.count }
    var isOpen: Bool { stream.isOpen }

    /// `.tick` is the first event.
    package mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect] {
        if stage == .over { return [] }
        (moment.now, moment.wallClock) = (now, wallClock)
        switch event {
        case .socket(let event): heard(stream.said(event, rules, &moment))
        case .response(.token, let result): heard(keeper.answered(result, &moment))
        case .response(.suggestions(let id), let result): heard(flights.answered(id, result, &moment))
        case .reload(let rules): reload(rules)
        case .terminate: leave()
        case .tick: break
        }
        settle()
        defer { moment.effects = [] }
        return moment.effects
    }

    /// Lets everything that is due happen, and gives the token to those who want it.
    private mutating func settle() {
        heard(stream.tick(rules, &moment))
        guard stage == .running else { return }
        for landing in flights.tick(&moment) { land(landing) }
        keeper.renewIfDue(rules.account, &moment)
        guard stream.needsToken || flights.needsToken else { return }
        if let token = keeper.token(moment.now) {
            stream.proceed(token, rules, &moment)
            flights.depart(token, rules.account.base, &moment)
        } else if !keeper.want(rules.account, &moment) {
            tokenFailed(isAuthentication: false, "no token is to be had just now")
        }
    }

    private mutating func heard(_ news: Stream.News?) {
        switch news {
        case nil: break
        case .message(let text): receive(text)
        case .refusedToken(let token): keeper.refused(token, moment.now)
        case .over:
            stage = .over
            moment.effects.append(.finish)
        }
    }

    private mutating func heard(_ news: TokenKeeper.News?) {
        guard case .failed(let isAuthentication, let why) = news else { return }
        if !stream.needsToken, let count = unrenewed.count(now: moment.now) {
            moment.log(.warning, "the token is not renewed (\(why)): \(count)")
        }
        tokenFailed(isAuthentication: isAuthentication, why)
    }

    private mutating func tokenFailed(isAuthentication: Bool, _ why: String) {
        stream.tokenFailed(isAuthentication: isAuthentication, why, &moment)
        for landing in flights.tokenFailed(why) { land(landing) }
    }

    private mutating func heard(_ news: Flights.News?) {
        switch news {
        case nil: break
        case .landed(let landing): land(landing)
        case .refusedToken(let token, let landing):
            keeper.refused(token, moment.now)
            if let landing { land(landing) }
        }
    }

    // MARK: Settings, and the end

    private mutating func reload(_ rules: Rules) {
        if rules.account != self.rules.account {
            if rules.account.base != self.rules.account.base { stream.leaveForAnother(&moment) }
            keeper.forget(rules.account, &moment)
            flights.askAnother(&moment)
            cache = SuggestionCache(size: rules.cacheSize, lifetime: rules.cacheLifetime)
        }
        self.rules = rules
        cache.limit(size: rules.cacheSize, lifetime: rules.cacheLifetime, now: moment.now)
    }

    private mutating func leave() {
        guard stage == .running else { return }
        stage = .leaving
        while let interaction = desk.longestWaiting { hurry(interaction) }
        keeper.cancel(&moment)
        heard(stream.leave(&moment))
    }
}

// MARK: - Updates

extension AssistMachine {
    private mutating func receive(_ text: String) {
        switch Assist.incoming(text) {
        case .update(let update): take(update)
        case .unknown(let type):
            moment.log(.debug, "a message of the unknown type \(type.prefix(40)) is ignored")
        case .malformed:
            if let count = malformed.count(now: moment.now) {
                moment.log(.warning, "messages that are no interaction updates are ignored: \(count)")
            }
        }
    }

    private mutating func take(_ update: Assist.Update) {
        let interaction = update.interactionID
        if rules.triggers.fire(on: update) {
            ask(update.question, of: interaction)
        } else {
            desk.add(.ready(Advice(triggered: false)), to: interaction)
        }
        write(interaction)
        if desk.count(of: interaction) > AssistMachine.mostOfOne { hurry(interaction, because: "one interaction") }
        while desk.count > AssistMachine.mostOfAll || flights.bytes > AssistMachine.mostBytes,
            let interaction = desk.longestWaiting
        {
            hurry(interaction, because: "all interactions")
        }
    }

    private mutating func ask(_ question: [UInt8], of interaction: String) {
        let key = Digest.sha256(question[...])
        if let suggestions = cache.suggestions(for: key, now: moment.now) {
            return desk.add(.ready(Advice(cached: true, suggestions: suggestions)), to: interaction)
        }
        desk.add(.waiting(key), to: interaction)
        if !flights.contains(key) { flights.begin(key, question, interaction: interaction, moment.now) }
    }

    private mutating func land(_ landing: Flights.Landing) {
        switch landing.reply {
        case .success(let reply):
            cache.store(reply.suggestions, for: landing.key, now: moment.now)
            desk.answer(landing.key, in: landing.interaction, reply.suggestions)
            if reply.dropped > 0, let count = droppedSuggestions.count(reply.dropped, now: moment.now) {
                moment.log(.warning, "suggestions that cannot be read are left out: \(count)")
            }
        case .failure(let miss):
            desk.answer(landing.key, in: landing.interaction, nil)
            if let count = missed.count(now: moment.now) {
                moment.log(.warning, "no suggestions (\(miss.why)); the fallback is shown: \(count)")
            }
        }
        write(landing.interaction)
    }

    /// The first update of the interaction waits no longer.
    private mutating func hurry(_ interaction: String, because most: String? = nil) {
        if let key = desk.giveUpFirst(of: interaction) { flights.cancel(key, &moment) }
        if let most, let count = hurried.count(now: moment.now) {
            moment.log(.warning, "more updates of \(most) wait than may; the fallback is shown: \(count)")
        }
        write(interaction)
    }

    /// Everything leaves here, and is judged here.
    private mutating func write(_ interaction: String) {
        for advice in desk.takeReady(interaction) {
            let suggestions = rules.policy.approved(advice.suggestions)
            moment.effects.append(.line(advice.line(suggestions, of: interaction)))
            moment.effects.append(.metrics(advice.metrics(suggestions, of: interaction, at: moment.wallClock)))
        }
    }
}
