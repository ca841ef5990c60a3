import Cognigy
import Flow
import JSON
import Text

// MARK: - What the flow wants

extension EndpointService {
    /// How often a list of several sounds, or of sentences, is played where the flow wants it often or for ever.
    private static let mostRounds = 10

    mutating func carryOut(_ step: FlowStep, isSensitive: Bool, _ context: inout Context) -> [ServiceNews] {
        switch step {
        // What is heard again and again is one piece, which gives way as a whole; so is a document of SSML.
        case .say(let text, let isMarkup, let loops) where loops != 1 || isMarkup && rules.speaksMarkup:
            let isRead = isMarkup && !rules.speaksMarkup
            var message = message(.text(isRead ? Markup.words(of: text) : text), isSensitive)
            message.loops = loops
            return [.say(message)]
        case .say(let text, let isMarkup, let loops):
            return repeated(parts(text, isMarkup: isMarkup).map { message($0, isSensitive) }, loops)
        case .play(let addresses, let loops, let instead):
            let messages = addresses.enumerated().map { index, address in
                Message(text: index == 0 ? instead : nil, audioURL: address)
            }
            return repeated(messages.map { marked($0, isSensitive) }, loops)
        case .stopPlaying: return [.stopPlaying]
        case .hangUp(let reason, let isImmediate):
            return (isImmediate ? [.stopPlaying] : []) + [.ended(reason: "end", words: isSensitive ? nil : reason)]
        case .transfer(let transfer): return give(transfer, isSensitive, &context)
        case .sendDigits(let digits, let each): return [.sendDigits(digits, each: each, isSensitive: isSensitive)]
        case .configure(let change): return configure(change, isSensitive, &context)
        case .menu(let items): menu = (items, isSensitive)
        case .sipRequest(let method, _, _): cannot("sip:request \(method)", isSensitive, &context)
        case .impossible(let name): cannot(name, isSensitive, &context)
        case .malformed(let what): noteFlaw(what, isSensitive, &context)
        }
        return []
    }

    // MARK: Words and sounds

    private enum Part {
        case text(String)
        case pause(Duration)
        case sound(String, instead: String?)
    }

    /// Sentences, so that the first is heard while the next is made.
    private func parts(_ text: String, isMarkup: Bool) -> [Part] {
        guard isMarkup else { return Sentences.split(text).map { .text($0) } }
        return Markup.parts(of: text).flatMap { part -> [Part] in
            switch part {
            case .text(let words): Sentences.split(words).map { .text($0) }
            case .pause(let time): [.pause(time)]
            case .sound(let address, let instead): [.sound(address, instead: instead)]
            }
        }
    }

    private func message(_ part: Part, _ isSensitive: Bool) -> Message {
        switch part {
        case .text(let words): marked(Message(text: words), isSensitive)
        case .pause(let time): marked(Message(pause: time), isSensitive)
        case .sound(let address, let instead): marked(Message(text: instead, audioURL: address), isSensitive)
        }
    }

    /// With what may interrupt it, as it holds now.
    private func marked(_ message: Message, _ isSensitive: Bool) -> Message {
        var message = message
        let bargeIn = config.bargeIn ?? SessionConfig.BargeIn()
        let isOff = bargeIn.isOn == false
        // What is said is counted when it is understood.
        let wantsWords = (bargeIn.leastWords ?? 1) > 1
        message.stopsOnKey = isOff ? false : bargeIn.onKeys
        message.stopsOnSpeech = isOff || wantsWords ? false : bargeIn.onSpeech
        message.isSensitive = isSensitive
        (message.voice, message.language) = (config.voice, config.language)
        return message
    }

    private func repeated(_ messages: [Message], _ loops: Int) -> [ServiceNews] {
        if messages.count == 1, var message = messages.first {
            message.loops = loops
            return [.say(message)]
        }
        let rounds = loops == 0 ? Self.mostRounds : min(loops, Self.mostRounds)
        return (0..<rounds).flatMap { _ in messages.map { .say($0) } }
    }

    // MARK: Transfers

    private mutating func give(
        _ transfer: Transfer, _ isSensitive: Bool, _ context: inout Context
    ) -> [ServiceNews] {
        if !transfer.furtherTargets.isEmpty { cannot("a transfer to several at once", isSensitive, &context) }
        if transfer.timeLimit != nil { cannot("the timeLimit of a transfer", isSensitive, &context) }
        guard
            var order = TransferOrder(
                transfer.kind == .dial ? .dial : .refer, to: transfer.target, callerID: transfer.callerID,
                timeout: transfer.timeout, headers: transfer.headers)
        else {
            note("a transfer to something that is neither a number nor a SIP address", .warning, &context)
            return say(.transferred(transfer.kind, succeeded: false, cause: "UNUSABLE"), &context)
        }
        for name in order.refused {
            note("\(isSensitive ? Self.unnamed : name) of a transfer cannot be passed on", .notice, &context)
        }
        order.isSensitive = isSensitive
        let music = transfer.music.map { marked(Message(audioURL: $0), isSensitive) }
        if rules.transfersByRoutine { return [.transfer(order, music: music)] }
        if music != nil { cannot("the dialMusic of a transfer without [handoff] routine", isSensitive, &context) }
        var message = Message(transferTarget: order.target, transferType: order.kind.rawValue)
        message.isSensitive = isSensitive
        return [.say(message)]
    }

    public mutating func transferred(
        _ order: TransferOrder, status: String, _ context: inout Context
    ) -> [ServiceNews] {
        // The caller has talked to somebody else meanwhile.
        silences = 0
        let what = "transfer (\(order.kind.rawValue))"
        context.effects.append(
            status.isEmpty
                ? .log(.warning, "\(what): the dialplan has no routine for it; [handoff] routine names one")
                : .log(.info, "\(what): \(status)"))
        return say(
            .transferred(order.kind == .dial ? .dial : .refer, succeeded: order.succeeded(status), cause: status),
            &context)
    }

    // MARK: Settings

    private mutating func configure(
        _ change: SessionConfig, _ isSensitive: Bool, _ context: inout Context
    ) -> [ServiceNews] {
        for name in change.ignored {
            let which = isSensitive ? "a setting that may not be named" : "the setting \(name.prefix(60))"
            note("\(which) of the flow means nothing here", .info, &context)
        }
        let before = KeyCollector.Rules(config.digits)
        var change = change
        change.noInput?.isSensitive = isSensitive
        change.flowNoInput?.isSensitive = isSensitive
        merge(change)
        if change.isMuted == true { speech?.drop(&context) }
        noteUnspoken(change, &context)
        let rules = KeyCollector.Rules(config.digits)
        if change.flowNoInput != nil { awaitFiller(&context) }
        if change.noInput != nil, context.timers.isSet(.noInput) { awaitCaller(&context) }
        if before == rules { return [] }
        if let digits = keys.rulesChanged(rules) { return submit(digits, &context) }
        if !keys.keys.isEmpty { context.timers.set(.digits, context.now + rules.gap) }
        return []
    }

    /// What the flow sets, and what has no place in what the services are asked.
    private mutating func noteUnspoken(_ change: SessionConfig, _ context: inout Context) {
        if change.voice != nil, !rules.choosesVoice {
            note("the flow names a voice, but nothing but tts_url takes its name", .info, &context)
        }
        if change.language != nil, !rules.choosesLanguage {
            note("the flow names a language to speak, but nothing but espeak-ng takes it", .info, &context)
        }
        guard let recognizer = rules.speech?.recognizer, !recognizer.takesOptions else { return }
        if change.recognizerLanguage != nil || change.hints?.isEmpty == false {
            note(
                "the flow names a language or words to listen for, for which this stt_style has no place", .info,
                &context)
        }
    }

    // MARK: The log

    /// A command that AGI cannot carry out is logged once, by its name.
    private mutating func cannot(_ name: String, _ isSensitive: Bool, _ context: inout Context) {
        let name = isSensitive ? Self.unnamed : String(name.prefix(60))
        note("the flow wants \(name), which an AGI program cannot do", .notice, &context)
    }

    private mutating func noteFlaw(_ what: String, _ isSensitive: Bool, _ context: inout Context) {
        note("an output of the flow: \(isSensitive ? Self.unnamed : what)", .warning, &context)
    }

    /// What stands for a name in an output of which nothing may be written down.
    private static let unnamed = "something that may not be named"

    private mutating func note(_ what: String, _ level: LogLevel, _ context: inout Context) {
        guard noted.count < 50, noted.insert(what).inserted else { return }
        context.effects.append(.log(level, what))
    }
}

extension FlowStep {
    /// It is only for the caller's ears.
    var isHeard: Bool {
        switch self {
        case .say, .play: true
        default: false
        }
    }
}
