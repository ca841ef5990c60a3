import AGI
import Audio
import Cognigy

/// The caller's side: which command Asterisk carries out, what plays, which keys come. Pure.
///
/// A command that collects digits is outstanding from the first moment to the last, because Asterisk throws away a
/// digit that ends while none is (run_agi in res_agi.c).
public struct Handset {
    public struct Rules: Sendable {
        public var answer = true
        public var dtmfMode: String?
        public var bargeIn = true
        public var waitPrompt: String?
        /// Variables that are set first, so that the dialplan does not take an earlier program's for this one's if this one
        /// dies.
        public var variables: [Command.Assignment] = []
        public var cleared: [Command.Variable] = []
        /// A channel variable that Asterisk is asked for together with the channel's formats.
        public var asksFor: String?
        /// SIP headers that it is asked for as well, and how; nil where the channel has none.
        public var headers: [String] = []
        public var headerFunction: HeaderFunction?
        /// The context of the dialplan whose extension `s` transfers a caller and returns.
        public var transferContext = "cognigy-transfer"

        public init() {}
    }

    /// Files of silence by the rate of the channel, without their extensions.
    public struct Silence: Equatable, Sendable {
        var narrow: String
        var wide: String

        public init(narrow: String, wide: String) {
            self.narrow = narrow
            self.wide = wide
        }
    }

    /// What the call needs to know.
    public enum News: Equatable {
        /// `drops`: what was still to be heard is dropped. `interrupts`: it stopped a prompt.
        case key(DTMF, interrupts: Bool, drops: Bool)
        /// A message that ends the call has been heard.
        case heardFinal(Message)
        /// The dialplan has carried the transfer out and come back to the call: DIALSTATUS or TRANSFERSTATUS, `undone`, or
        /// nothing where it could not even begin.
        case transferred(TransferOrder, status: String)
        /// Nothing that was said since the last key could be heard, and nothing else is on its way.
        case heardNothing(Loss)
        case hungUp
        /// What is to be known of the channel is known, or nobody tells it.
        case knowsChannel
        /// Asterisk does not know the command that collects keys.
        case unusable
        /// Everything that was to be said before leaving is said.
        case left
    }

    enum Stage: Equatable {
        case opening([Command])
        case talking
        case leaving([Command], isSensitive: Bool)
        case left

        /// Nothing of what is told at the end may be written down.
        var isSensitive: Bool { if case .leaving(_, let isSensitive) = self { isSensitive } else { false } }
    }

    /// What a command plays.
    enum Playing {
        case item
        /// It was an item; it is over for the call.
        case stopped
        /// Nothing: it is a step of an act.
        case act
        case waitPrompt, fallback, silence
    }

    let rules: Rules
    let marker: String
    /// What Asterisk has said of the channel; nothing before its first answer.
    private(set) var channel = Channel(answer: "")
    var stage: Stage
    var exchange = Exchange()
    var playlist = Playlist()
    /// What each outstanding command plays, in their order.
    var plays: [Playing?] = []
    var silence: Silence?
    var hasDropped = false
    /// When Asterisk was last told to play the item.
    var itemBegan = Duration.zero
    var stopsItem = false
    /// The caller may be speaking: nothing of what is to be heard plays until that is known.
    private(set) var isHeld = false
    /// What could not be played, until CHANNEL STATUS has said why.
    var failed: Playing?
    var isHurried = false
    var waitPromptOffset = 0
    var waitPromptFailed = false
    /// Commands to be sent as soon as no prompt plays, before the next one does.
    var asides: [Command] = []
    /// What is left of the act that has begun, and what the dialplan has said of it.
    var steps: [Command] = []
    var status = ""
    private var isSynchronized = false
    /// Whether something of what was said since the last key was or is heard.
    var isHeard = false
    /// What was to be heard and could not be: how often, and why the first time.
    private(set) var losses: (count: Int, first: Loss)?
    /// Since the last key, as long as nothing was heard.
    var lastLoss: Loss?
    /// Something has been heard since the last key, whatever became of the last prompt.
    var hasPlayed = false

    init(_ rules: Rules, marker: String) {
        self.rules = rules
        self.marker = marker
        var opening: [Command] = [.evaluate(marker: marker, Self.question(rules, marker))]
        if !rules.variables.isEmpty { opening.append(.setVariables(rules.variables)) }
        opening += rules.cleared.map { .clearVariable($0) }
        if let mode = rules.dtmfMode { opening.append(.setDTMFMode(mode)) }
        if rules.answer { opening.append(.answer) }
        stage = .opening(opening)
    }

    /// How many headers are asked for at most: more do not fit into a command.
    static let mostHeaders = 8

    /// What Asterisk is asked for at first, with the marker before each header.
    private static func question(_ rules: Rules, _ marker: String) -> String {
        var question = "${CHANNEL(audionativeformat)}"
        if let name = rules.asksFor { question += " ${\(name)}" }
        for name in headers(rules) {
            if let header = rules.headerFunction?.expression(name) { question += marker + header }
        }
        return question
    }

    private static func headers(_ rules: Rules) -> [String] {
        Array(rules.headers.filter { rules.headerFunction?.expression($0) != nil }.prefix(mostHeaders))
    }

    var isTalking: Bool {
        switch stage {
        case .opening, .talking: true
        case .leaving, .left: false
        }
    }

    /// Waits with a file of silence from now on. Without one, Asterisk sends the caller nothing at all while he waits.
    public mutating func wait(with silence: Silence?) { self.silence = silence }

    /// What is played now, or is about to.
    var playing: Playing? { plays.last ?? nil }

    /// A number runs, which nothing can interrupt under AGI().
    var isSayingNumber: Bool { if case .sayNumber = exchange.current { true } else { false } }

    /// Whether only the pipe can tell how the command before the current one ended; and how many were sent by now.
    public var awaitsReading: Bool { exchange.awaitsReading }
    public var sentCount: Int { exchange.sentCount }

    // MARK: What is to be heard

    var isSpeaking: Bool { !playlist.isEmpty }
    var isEndless: Bool { playlist.isEndless }
    /// The last that is to be heard is on its way.
    var isClosing: Bool { playlist.isClosed }
    /// How many messages have yet to be heard to their end.
    var unheard: Int { playlist.count }

    /// Queues a message behind what is to be heard already. `token` is for a sound on the service's own host. The answer
    /// is the name under which its sound will be ready; nil where nothing is to be made.
    @discardableResult
    mutating func say(_ message: Message, token: String? = nil, _ context: inout Context) -> Playlist.ID? {
        guard isTalking, !playlist.isClosed, !message.isSilent || message.isFinal else { return nil }
        if !message.isFinal, !hasRoom(&context) { return nil }
        guard let id = playlist.append(message) else { return nil }
        context.effects.append(.prepare(id, PromptOrder(message, token: token, format: channel.promptFormat)))
        return id
    }

    /// Whether something can be put behind what is to be heard.
    mutating func hasRoom(_ context: inout Context) -> Bool {
        if !playlist.isFull { return true }
        if !hasDropped {
            context.effects.append(.log(.warning, "the service says more than can be heard; it is dropped"))
        }
        hasDropped = true
        return false
    }

    /// A command that waits for ever may sleep through the hangup of a Local channel (a digit that __ast_read() puts off
    /// takes the wake-up of what comes behind it). Another one makes Asterisk look.
    mutating func refresh(_ context: inout Context) {
        if isTalking, exchange.current == .waitForDigit, !exchange.isInterrupting {
            send((.waitForDigit, nil), &context)
        }
    }

    /// Whether the caller's voice stops what is to be heard now.
    var yieldsToSpeech: Bool { playlist.first?.stopsOnSpeech ?? rules.bargeIn }
    private var yieldsToKeys: Bool { playlist.first?.stopsOnKey ?? rules.bargeIn }

    /// Holds what is to be heard where it is. False: the last thing to hear is never held.
    mutating func hold() -> Bool {
        guard isTalking, playlist.head?.isFinal != true else { return false }
        isHeld = true
        return true
    }

    mutating func goOn() { isHeld = false }

    /// Stops the prompt, whatever it is, and drops the prompts that wait behind it: the caller speaks, or a webhook says that
    /// he does.
    mutating func interrupt(_ context: inout Context) {
        guard isTalking else { return }
        isHeld = false
        let isPlaying = playing == .item
        stopsItem = isPlaying && playlist.head?.isFinal == false
        context.effects += playlist.flush(keepingHead: isPlaying).map { .discard($0) }
    }

    mutating func prepared(_ id: Playlist.ID, _ sound: Playlist.Sound?, loss: Loss?, _ context: inout Context) {
        if !playlist.prepared(id, sound, loss: loss) { context.effects.append(.discard(id)) }
    }

    /// Sends a command in the middle of the call, such as one that sets a variable.
    mutating func tell(_ command: Command) { if isTalking { asides.append(command) } }

    /// Drops all prompts, and sends `commands` one after the other.
    mutating func leave(_ commands: [Command], isSensitive: Bool, _ context: inout Context) {
        var commands = commands
        // A channel that is not answered yet plays no prompt: answer first.
        if case .opening(let left) = stage, left.contains(.answer),
            let prompt = commands.firstIndex(where: \.isStream)
        {
            commands.insert(.answer, at: prompt)
        }
        stage = .leaving(commands, isSensitive: isSensitive)
        context.effects += playlist.removeAll().map { .discard($0) }
    }

    /// The caller is gone: sends only what a dead channel takes.
    mutating func hangUp() {
        hurry()
        guard case .leaving(let commands, let isSensitive) = stage else { return }
        stage = .leaving(commands.filter { $0 != .hangup }, isSensitive: isSensitive)
    }

    /// Skips the prompts that are left, because there is no time for them.
    mutating func hurry() {
        isHurried = true
        guard case .leaving(let commands, let isSensitive) = stage else { return }
        stage = .leaving(commands.filter { $0 != .answer && !$0.isStream }, isSensitive: isSensitive)
    }

    /// The pipe is closed: nothing can be said any more.
    mutating func cutOff() { stage = .left }

    /// Takes the first command as done where nothing answers it, such as a person at a shell.
    mutating func abandonSynchronizing() -> Bool {
        guard isSynchronizing else { return false }
        exchange.abandon()
        plays = []
        isSynchronized = true
        return true
    }

    private var isEvaluating: Bool { if case .evaluate = exchange.running { true } else { false } }
    var isSynchronizing: Bool { !isSynchronized && isEvaluating }

    // MARK: What Asterisk says

    mutating func receive(_ reply: Reply, _ context: inout Context) -> [News] {
        // A HANGUP that comes before the marker is a line of the caller's name.
        if reply == .hangup { return isSynchronizing ? [] : [.hungUp] }
        if case .success(_, let text?, _) = reply, text.utf8.starts(with: marker.utf8), !isEvaluating { return [] }
        return exchange.receive(reply).compactMap { finished($0, &context) }
    }

    /// Asterisk has read the first `count` commands, and all that it said before was received.
    mutating func wasRead(
        _ count: Int, _ context: inout Context
    ) -> [News] {
        exchange.wasRead(count).compactMap { finished($0, &context) }
    }

    mutating func finished(
        _ finished: Exchange.Finished, _ context: inout Context
    ) -> News? {
        assert(!plays.isEmpty, "\(finished.command) was never sent")
        let what = plays.isEmpty ? nil : plays.removeFirst()
        let isStopped = what == .item && stopsItem
        if isStopped { stopsItem = false }
        if what == .act { return acted(finished, &context) }
        switch finished.command {
        case .evaluate:
            context.timers.clear(.synchronize)
            isSynchronized = true
            if case .value(_, let text?) = finished.outcome {
                channel = Channel(answer: text, headers: Self.headers(rules), marker: marker)
            }
            if finished.outcome == .deadChannel { break }
            if !rules.headers.isEmpty, rules.headerFunction == nil {
                let names = rules.headers.joined(separator: ", ")
                context.effects.append(
                    .log(.notice, "the flow is told no headers (\(names)): this channel is neither PJSIP nor SIP"))
            }
            return .knowsChannel
        case .channelStatus where isTalking && finished.outcome != .deadChannel:
            let isItem = failed == .item
            failed = nil
            if isItem { return unplayable(&context) }
        default: break
        }
        switch finished.outcome {
        case .digit(let key, let position): return pressed(key, at: position, during: what, &context)
        case .finished(let position) where what == .silence:
            // A file of silence that was cut short would end at once, again and again.
            if position < Command.silenceOffset + 8000 { silence = nil }
            return nil
        case .finished(let position):
            if what == .item, !isStopped, meetsItsEnd(&context) { return nil }
            return !isStopped && repeats(what, position, &context) ? nil : played(what, &context)
        case .interrupted: return played(what, &context)
        case .failed where finished.command == .waitForDigit: return .hungUp
        // A missing file ends where it should have begun.
        case .failed(let position) where what == .silence && position > Command.silenceOffset: return .hungUp
        case .refused where finished.command == .waitForDigit: return .unusable
        case .failed: return couldNotPlay(what, &context)
        case .deadChannel: return .hungUp
        case .refused:
            context.effects.append(.log(.warning, "Asterisk refused \(finished.command.verb)"))
            return couldNotPlay(what, &context)
        case .value(-2, _):
            // This Asterisk has no Log() (EXEC answers -2 for an application that it does not know).
            if case .warn(let text) = finished.command { sayNext(.verbose(text, level: 1)) }
            return nil
        case .value: return nil
        }
    }

    mutating func sayNext(_ command: Command) {
        guard case .leaving(let commands, let isSensitive) = stage else { return tell(command) }
        stage = .leaving([command] + commands, isSensitive: isSensitive)
    }

    mutating func pressed(
        _ character: Character, at position: Int, during what: Playing?, _ context: inout Context
    ) -> News? {
        guard isTalking else { return nil }
        guard let key = DTMF(character) else {
            context.effects.append(.log(.notice, "key \(character) is none that a flow knows; dropped"))
            return nil
        }
        (isHeard, hasPlayed, lastLoss) = (false, false, nil)
        if what == .waitPrompt { waitPromptOffset = position }
        let drops = yieldsToKeys
        if what == .item, !drops { playlist.setOffset(position) }
        if drops {
            isHeld = false
            // A prompt still plays if the key crossed its start on the pipe.
            let hasCrossed = playing == .item
            stopsItem = hasCrossed && playlist.head?.isFinal == false
            context.effects += playlist.flush(keepingHead: hasCrossed).map { .discard($0) }
        }
        return .key(key, interrupts: drops && what == .item, drops: drops)
    }

    mutating func lose(_ loss: Loss) {
        losses = ((losses?.count ?? 0) + 1, losses?.first ?? loss)
        lastLoss = loss
    }
}
