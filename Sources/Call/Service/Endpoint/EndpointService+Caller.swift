import Cognigy
import Flow

// MARK: - What the caller does

extension EndpointService {
    mutating func pressed(_ key: Character, _ context: inout Context) -> [ServiceNews] {
        if context.callerSpeaks, hearsSpeech, config.endSpeechKey == String(key) {
            speech?.endsNow(&context)
            return []
        }
        lastKey = context.now
        silences = 0
        context.timers.clear(.noInput, .digits)
        // Keys end speech: what is said before them or meanwhile is not what the caller wants to say any more.
        speech?.drop(&context)
        let rules = KeyCollector.Rules(config.digits)
        if keys.keys.isEmpty, rules.most == 1, let item = item(for: key) {
            return say(
                .digits(String(key), payload: item.payload), as: TurnMetrics("dtmf_turn", since: lastKey), &context)
        }
        if let digits = keys.press(key, rules) { return submit(digits, &context) }
        isTyping = true
        context.timers.set(.digits, context.now + rules.gap)
        return []
    }

    mutating func submit(_ digits: String, _ context: inout Context) -> [ServiceNews] {
        isTyping = false
        context.timers.clear(.digits, .noInput)
        return say(.digits(digits), as: TurnMetrics("dtmf_turn", since: lastKey), &context)
    }

    /// Answers that a flow offers are chosen by a key each.
    private func item(for key: Character) -> MenuItem? {
        guard let number = key.wholeNumberValue, key.isASCII, (1...9).contains(number), number <= menu.items.count
        else { return nil }
        return menu.items[number - 1]
    }

    // MARK: Speech

    /// What he does while he speaks.
    mutating func hears(_ event: Event, _ context: inout Context) -> [ServiceNews] {
        switch event {
        case .speechBegan: if hearsSpeech { speech?.begins(&context) }
        case .words(let text, let isFinal):
            if hearsSpeech { return understood(speech?.understands(text, isFinal: isFinal, &context), &context) }
        case .speechPauses(let samples):
            if counts(samples, context) { speech?.pauses(after: samples, &context) }
        default: speech?.goesOn(&context)
        }
        return []
    }

    /// What began before a key is not what the caller wants to say any more.
    private func counts(_ samples: [Int16], _ context: Context) -> Bool {
        let length = Duration.milliseconds(samples.count / 16)
        return hearsSpeech && !(lastKey.map { context.now - length < $0 } ?? false)
    }

    mutating func spoke(_ samples: [Int16], _ context: inout Context) -> [ServiceNews] {
        let lastWord = speech?.ended(context)
        guard counts(samples, context), let isFull = speech?.isFull else {
            speech?.forgets(&context)
            if !isThinking, !context.callerHears { awaitCaller(&context) }
            return []
        }
        context.timers.clear(.noInput)
        if isFull {
            context.effects.append(.log(.warning, "the caller says more than is recognised; it is dropped"))
            return []
        }
        return understood(
            speech?.take(SpeechToText.Utterance(samples: samples, lastWord: lastWord, end: context.now), &context),
            &context)
    }

    mutating func understood(_ news: SpeechToText.News?, _ context: inout Context) -> [ServiceNews] {
        switch news {
        case nil: return []
        case .stops: return stopped
        case .heard(let heard, let metrics):
            silences = 0
            if !keys.keys.isEmpty {
                // He speaks in place of going on.
                context.effects.append(.log(.info, "keys that were too few for an input are dropped for speech"))
                _ = keys.takeAll()
            }
            let stops = speech?.stops(heard.text) ?? false
            let news =
                (stops || (config.bargeIn?.leastWords ?? 1) <= 1 ? stopped : [])
                + say(
                    .speech(heard.text, confidence: heard.confidence, language: config.recognizerLanguage), as: metrics,
                    &context)
            return news + understood(speech?.next(&context), &context)
        case .nothing:
            if watch.open == 0, !context.callerHears { awaitCaller(&context) }
            return [.understood(false)] + understood(speech?.next(&context), &context)
        case .nodded: return [.understood(false)] + understood(speech?.next(&context), &context)
        case .failed(let reason): return [.unavailable(Conversation.ending(reason, .recognition))]
        case .refused(let ending): return [.unavailable(ending)]
        }
    }

    /// Words end what is to be heard, where a flow wants several of them first, too.
    private var stopped: [ServiceNews] {
        guard let least = config.bargeIn?.leastWords, least > 1 else { return [.understood(true)] }
        return config.bargeIn?.isOn != false && config.bargeIn?.onSpeech != false ? [.stopPlaying] : []
    }

    // MARK: Silence

    /// The line has become silent: the caller's time begins.
    public mutating func fellSilent(_ context: inout Context) -> [ServiceNews] {
        hearsFiller = false
        let news = isLeaving ? [] : understood(speech?.fellSilent(context), &context)
        if !isThinking, !isTyping { awaitCaller(&context) }
        return news
    }

    mutating func awaitCaller(_ context: inout Context) {
        guard let rules = config.noInput, rules.isOn ?? true, let timeout = rules.timeout else {
            return context.timers.clear(.noInput)
        }
        context.timers.set(.noInput, context.now + max(timeout, Self.shortest))
    }

    /// No time of a flow's is shorter.
    private static let shortest = Duration.milliseconds(100)

    mutating func callerIsSilent(_ context: inout Context) -> [ServiceNews] {
        guard let rules = config.noInput, rules.isOn ?? true else { return [] }
        // He hears something, speaks, or waits himself.
        if context.callerHears || isThinking || isTyping { return [] }
        if context.callerSpeaks {
            awaitCaller(&context)
            return []
        }
        silences += 1
        if silences > rules.retries ?? 0 {
            context.effects.append(.log(.info, "the caller says nothing"))
            return [.ended(reason: "no_input")]
        }
        return remind(rules, &context)
    }

    /// The caller waits for an answer that does not come: he is told so as if he had said nothing, but it is not counted as
    /// his silence.
    mutating func remindCaller(_ context: inout Context) -> [ServiceNews] {
        guard let rules = config.noInput, rules.isOn ?? true else { return [] }
        return context.callerSpeaks || isThinking || isTyping ? [] : remind(rules, &context)
    }

    private mutating func remind(_ rules: SessionConfig.NoInput, _ context: inout Context) -> [ServiceNews] {
        switch rules.mode ?? .event {
        // Too few keys are told with it, or else as the input that they are: none is lost.
        case .event where !keys.keys.isEmpty && self.rules.dialect != .voicegateway:
            return submit(keys.takeAll(), &context)
        case .event: return say(.noInput(digits: keys.keys.isEmpty ? nil : keys.takeAll()), &context)
        case .speech, .play:
            let reminder = reminder(rules)
            // Without anything to be heard the time begins anew at once.
            if reminder.isEmpty { awaitCaller(&context) }
            return reminder
        }
    }

    private func reminder(_ rules: SessionConfig.NoInput) -> [ServiceNews] {
        var message = Message(text: rules.speech, audioURL: rules.mode == .play ? rules.url : nil)
        message.isSensitive = rules.isSensitive
        (message.voice, message.language) = (config.voice, config.language)
        return message.isSilent ? [] : [.say(message)]
    }

    /// A flow that does not answer is given some time; then the caller hears that somebody is at work.
    mutating func awaitFiller(_ context: inout Context) {
        context.timers.clear(.filler)
        guard let rules = config.flowNoInput, rules.isOn ?? true, let since = watch.silentSince else { return }
        let isOver = fillers > rules.retries ?? 0 && rules.fails != true
        if let timeout = rules.timeout, !isOver {
            context.timers.set(.filler, context.now + max(timeout, Self.shortest))
        }
        if let giveUp = rules.giveUp {
            context.timers.hasten(.filler, max(since + giveUp, context.now + Self.shortest))
        }
    }

    mutating func flowIsSilent(_ context: inout Context) -> [ServiceNews] {
        guard let rules = config.flowNoInput, rules.isOn ?? true, let since = watch.silentSince else { return [] }
        if context.callerHears {
            awaitFiller(&context)
            return []
        }
        let isTooLate = rules.giveUp.map { context.now >= since + $0 } ?? false
        let isLast = fillers > rules.retries ?? 0
        if isTooLate || isLast && rules.fails == true {
            let waited = context.now - since
            return [
                .unavailable(Ending(.unavailable, "flow_no_input", detail: "the flow has not answered for \(waited)"))
            ]
        }
        if isLast { return [] }
        fillers += 1
        awaitFiller(&context)
        let filler = reminder(rules)
        hearsFiller = !filler.isEmpty
        return filler
    }
}

extension SessionConfig {
    /// What they want of what the caller says.
    var wishesOfSpeech: SpeechToText.Wishes {
        let wanted = KeyCollector.Rules(digits)
        return SpeechToText.Wishes(
            options: Recognizer.Options(language: recognizerLanguage, hints: hints ?? []),
            digits: wanted.most > 1 ? min(wanted.least, wanted.most)...wanted.most : nil,
            silence: endSilence.flatMap { $0 > .zero ? $0 : nil },
            leastWords: bargeIn?.leastWords)
    }
}
