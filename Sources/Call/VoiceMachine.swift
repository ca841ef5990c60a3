import AGI
import Cognigy

/// The rules of EAGI(cognigy-bridge,voice): the caller speaks, is written down, answered, and may cut in at any time.
package struct VoiceMachine: Machine {
    package struct Rules {
        package var handset = Handset.Rules()
        package var idleTimeout: Duration?
        package var pingInterval = Duration.seconds(30)
        package var farewell = Farewell()

        package init() {}
    }

    private enum Stage { case talking, leaving, over }

    /// The contract's words for a caller whose service is gone.
    static let apology = "I experienced a connection interruption. Please hang up and call back."
    /// How long the service may take to return after that.
    static let returnTime = Duration.seconds(5)
    /// Who hears nothing for longer thinks that the line is dead.
    static let patience = Duration.seconds(2)

    let rules: Rules
    package var timers = Timers()
    package private(set) var ending: Ending?
    private var conversation: Conversation
    package var handset: Handset
    private var stage = Stage.talking
    package var hasLeft = false
    private var isSlow = false
    private var callerSpeaks = false
    /// Sentences of the answer that nobody has begun to synthesize.
    private var unspoken: [String] = []
    /// The turn whose first sentence is being synthesized, and since when.
    private var firstSentence: (id: Playlist.ID, turn: Turn, since: Duration)?
    private var loss: Ending?
    private var owesVerdict = false
    private var muted: Loss?
    /// A call before this one left a state that no answer has used yet.
    private var isResumed = false
    package var warnings: [String] = []
    package var effects: [Effect] = []

    package init(_ rules: Rules, conversation: Conversation, marker: String) {
        self.rules = rules
        self.conversation = conversation
        handset = Handset(rules.handset, marker: marker, expression: VoiceMachine.expression)
    }

    /// Beside the channel's format, in which Asterisk writes the caller's voice (setup_env and launch_script in
    /// res_agi.c): 8 kHz unless the dialplan says otherwise.
    private static let expression = "${CHANNEL(audionativeformat)} ${EAGI_AUDIO_FORMAT}"

    package var token: String? { nil }
    package var isLeaving: Bool { stage == .leaving }
    package var voiceRate: Int? {
        if timers.isSet(.synchronize) { return nil }
        return VoiceMachine.rates[voiceFormat]
    }

    /// EAGI_AUDIO_FORMAT, or what launch_script() takes without it.
    private var voiceFormat: String {
        let words = channelFormats.split(separator: " ")
        return words.count > 1 ? String(words[words.count - 1]) : "slin"
    }

    /// The formats that are samples and nothing else (ast_format_cache).
    private static let rates = [
        "slin": 8000, "slin12": 12_000, "slin16": 16_000, "slin24": 24_000, "slin32": 32_000, "slin44": 44_100,
        "slin48": 48_000, "slin96": 96_000, "slin192": 192_000,
    ]

    package mutating func start(_ now: Duration) -> [Effect] {
        // A busy Asterisk may need seconds, and only its answer says how fast the voice is sampled. Nobody at a shell is
        // heard here.
        timers.set(.synchronize, now + .seconds(10))
        return settle(now)
    }

    package mutating func connect(_ now: Duration, refusal: Ending?) -> [Effect] {
        owesVerdict = refusal == nil
        if let refusal {
            leave(refusal, now)
        } else {
            touch(now)
            timers.set(.ping, now + rules.pingInterval)
        }
        return settle(now)
    }

    package mutating func resume(_ saved: DialogMemory) {
        isResumed = true
        conversation.resume(saved)
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
        case .response(let purpose, let result) where stage == .talking:
            heard(
                conversation.answered(purpose, result, now, wallClock: wallClock, &timers, &effects), now)
        case .speechBegan where stage == .talking:
            callerSpeaks = true
            interrupt(now)
        case .speech(let samples) where stage == .talking:
            callerSpeaks = false
            take(.speech(samples), now)
        case .slot(let isTaken) where stage == .leaving: if isTaken { effects.append(.releaseSlot) }
        case .slot(let isTaken): heard(conversation.slot(isTaken: isTaken, now, &timers, &effects), now)
        case .prepared(let id, let sound, let loss): prepared(id, sound, loss, now)
        case .response, .speechBegan, .speech, .token, .socket, .unsent, .errand, .stopPrompt, .tick: break
        }
        return settle(now)
    }

    private mutating func settle(_ now: Duration) -> [Effect] {
        while let timer = timers.takeDue(now) { due(timer, now) }
        if stage == .talking, !timers.isSet(.synchronize), voiceRate == nil {
            let detail = "EAGI_AUDIO_FORMAT is \(voiceFormat), which is no samples; set it to slin16, or not at all"
            leave(Ending(.error, "configuration", detail: detail), now)
        }
        speak(now)
        pump(now)
        if stage == .leaving, hasLeft {
            stage = .over
            conversation.releaseSlot(&effects)
            effects.append(.finish)
        }
        defer { effects = [] }
        return effects
    }

    private mutating func pump(_ now: Duration) {
        while let news = handset.pump(waits: isSlow, timers, &effects) { heard(news, now) }
    }

    private mutating func due(_ timer: Timers.Name, _ now: Duration) {
        switch timer {
        case .synchronize: _ = handset.abandonSynchronizing()
        case .patience: isSlow = conversation.isThinking
        case .degrade where handset.isSpeaking: timers.set(.degrade, now + VoiceMachine.returnTime)
        case .degrade: if conversation.isLost, let loss { leave(loss, now) }
        case .idle where handset.isSpeaking || callerSpeaks || conversation.isThinking: touch(now)
        case .idle: leave(Ending(.completed, "idle_timeout"), now)
        // There is nothing to ping, but a hangup that Asterisk slept through.
        case .ping:
            handset.refresh(&effects)
            timers.set(.ping, now + rules.pingInterval)
        case .hungUp: timers.hasten(.leave, now)
        case .leave: hasLeft = true
        default: conversation.due(timer, now, &effects)
        }
    }

    private mutating func touch(_ now: Duration) {
        if let idle = rules.idleTimeout, stage == .talking { timers.set(.idle, now + idle) }
    }
}

// MARK: - The caller

extension VoiceMachine {
    private mutating func heard(_ news: Handset.News, _ now: Duration) {
        switch news {
        case .key(let key, _) where stage == .talking:
            interrupt(now)
            take(.key(key), now)
        case .key, .heardFinal, .heardNothing: break
        case .hungUp, .unusable, .left: ends(news, now)
        }
    }

    private mutating func interrupt(_ now: Duration) {
        touch(now)
        guard rules.handset.bargeIn else { return }
        reportFirst()
        unspoken = []
        handset.interrupt(&effects)
    }

    private mutating func take(_ input: Conversation.Input, _ now: Duration) {
        touch(now)
        if !conversation.isThinking { timers.set(.patience, now + VoiceMachine.patience) }
        conversation.take(input, now, &effects)
    }

    private mutating func save() {
        if conversation.state.sessionData != [:] { effects.append(.saveDialog(conversation.state)) }
    }

    package mutating func leave(_ ending: Ending, _ now: Duration) {
        guard stage == .talking else { return }
        stage = .leaving
        // One whom we let go may want to go on from here when he calls again; who hangs up begins anew, since a number
        // proves nothing about who calls.
        if ending.status == .unavailable, isResumed || conversation.isThinking || handset.isSpeaking { save() }
        self.ending = ending
        isSlow = false
        reportFirst()
        unspoken = []
        timers.clear(.idle, .waitPrompt, .turn, .slot, .patience, .degrade, .ping)
        verdict(.serviceUnknown)
        timers.set(.leave, now + rules.farewell.longest(ending))
        effects.append(ending.logged)
        handset.leave(
            rules.farewell.commands(ending, sessionID: nil, turns: conversation.turns, warnings: lastWarnings),
            &effects)
    }
}

// MARK: - The service

extension VoiceMachine {
    private mutating func heard(_ news: Conversation.News?, _ now: Duration) {
        if news != nil || !conversation.isThinking {
            isSlow = false
            timers.clear(.patience)
            if conversation.isThinking { timers.set(.patience, now + VoiceMachine.patience) }
        }
        switch news {
        case nil: break
        case .answer(let sentences, let turn):
            verdict(.serviceWorks)
            isResumed = false
            // The service is back: there is nothing to resume.
            if loss != nil { effects.append(.forgetDialog) }
            loss = nil
            answer(sentences, turn, now)
        case .lost(let ending, let isServiceFault):
            verdict(isServiceFault ? .serviceFails : .serviceUnknown)
            loss = ending
            save()
            effects.append(ending.logged)
            timers.set(.degrade, now + VoiceMachine.returnTime)
            unspoken = [VoiceMachine.apology]
        case .refused(let ending):
            save()
            leave(ending, now)
        }
    }

    /// What the breaker hears of the service, once a call.
    private mutating func verdict(_ effect: Effect) {
        if owesVerdict { effects.append(effect) }
        owesVerdict = false
    }

    private mutating func answer(_ sentences: [String], _ turn: Turn, _ now: Duration) {
        touch(now)
        timers.clear(.degrade)
        // Who speaks again by now does not listen.
        let sentences = callerSpeaks && rules.handset.bargeIn ? [] : sentences
        guard let first = sentences.first else { return effects.append(.turn(turn)) }
        reportFirst()
        let isNext = unspoken.isEmpty
        unspoken += sentences
        if isNext, handset.unheard < 2 {
            unspoken.removeFirst()
            if let id = say(first) { firstSentence = (id, turn, now) }
        } else {
            effects.append(.turn(turn))
        }
    }

    private mutating func say(_ sentence: String) -> Playlist.ID? {
        let before = effects.count
        handset.say(Voice.Message(text: sentence), &effects)
        if effects.count > before, case .prepare(let id, _) = effects[effects.count - 1] { return id }
        return nil
    }

    /// One sentence is synthesized ahead of the one that plays.
    private mutating func speak(_ now: Duration) {
        while stage == .talking, !unspoken.isEmpty, handset.unheard < 2 { _ = say(unspoken.removeFirst()) }
    }

    private mutating func prepared(_ id: Playlist.ID, _ sound: Playlist.Sound?, _ loss: Loss?, _ now: Duration) {
        if var first = firstSentence, first.id == id {
            first.turn.synthesis = sound == nil ? nil : now - first.since
            firstSentence = first
            reportFirst()
            if sound == nil { muted = loss ?? Loss(kind: .voice, why: "tts = none, so no answer can be spoken") }
        }
        handset.prepared(id, sound, loss: loss, &effects)
        // Who is not answered in words would hear nothing for the rest of the call.
        if let muted {
            let detail = "the answer cannot be spoken: \(muted.why); check tts_url and tts_command"
            leave(Ending(.unavailable, muted.reason, detail: detail), now)
        }
    }

    private mutating func reportFirst() {
        if let firstSentence { effects.append(.turn(firstSentence.turn)) }
        firstSentence = nil
    }
}
