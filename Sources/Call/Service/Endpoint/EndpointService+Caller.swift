import Cognigy
import Flow
import HTTP

/// What the caller has said and is not text yet. One is recognised at a time.
struct SpeechQueue {
    /// More than anybody says while one is recognised.
    static let most = 10

    var waiting: [[Int16]] = []
    var current: [UInt8]?
    var attempt = 0
    /// When the caller had said it, and when it was last asked for.
    var said = Duration.zero
    var asked = Duration.zero

    /// How much sound went with the request.
    var sentBytes = 0
    /// A request is under way.
    var isAsking = false
    var early = EarlyRecognition()

    var isBusy: Bool { current != nil || !waiting.isEmpty }

    static func bytes(_ samples: [Int16]) -> [UInt8] {
        samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}

// MARK: - What the caller does

extension EndpointService {
    mutating func pressed(_ key: Character, _ context: inout Context) -> [ServiceNews] {
        lastKey = context.now
        silences = 0
        context.timers.clear(.noInput, .digits)
        // Keys end speech: what is said before them or meanwhile is not what the caller wants to say any more.
        dropSpeech(&context)
        let rules = KeyCollector.Rules(config.digits)
        if keys.keys.isEmpty, rules.most == 1, let item = item(for: key) {
            return say(
                .digits(String(key), payload: item.payload), as: TurnMetrics("dtmf_turn"), &context)
        }
        if let digits = keys.press(key, rules) { return submit(digits, &context) }
        isTyping = true
        context.timers.set(.digits, context.now + rules.gap)
        return []
    }

    mutating func submit(_ digits: String, _ context: inout Context) -> [ServiceNews] {
        isTyping = false
        context.timers.clear(.digits, .noInput)
        return say(.digits(digits), as: TurnMetrics("dtmf_turn"), &context)
    }

    /// Answers that a flow offers are chosen by a key each.
    private func item(for key: Character) -> MenuItem? {
        guard let number = key.wholeNumberValue, key.isASCII, (1...9).contains(number), number <= menu.items.count
        else { return nil }
        return menu.items[number - 1]
    }

    // MARK: Speech

    /// The caller pauses: what he said is recognised already, in case that he has finished.
    mutating func pauses(after samples: [Int16], _ context: inout Context) {
        guard counts(samples, context), !recognition.isBusy,
            var request = request(SpeechQueue.bytes(samples))
        else { return }
        request.timeout = rules.replyTimeout
        recognition.early.ask(request, bytes: 2 * samples.count, &context)
    }

    /// What began before a key is not what the caller wants to say any more.
    private func counts(_ samples: [Int16], _ context: Context) -> Bool {
        let length = Duration.milliseconds(samples.count / 16)
        return hearsSpeech && !(lastKey.map { context.now - length < $0 } ?? false)
    }

    mutating func spoke(_ samples: [Int16], _ context: inout Context) -> [ServiceNews] {
        guard counts(samples, context) else {
            recognition.early.drop(&context)
            if !isThinking, !context.callerHears { awaitCaller(&context) }
            return []
        }
        context.timers.clear(.noInput)
        if recognition.waiting.count >= SpeechQueue.most {
            context.effects.append(.log(.warning, "the caller says more than is recognised; it is dropped"))
            return []
        }
        recognition.waiting.append(samples)
        return nextRecognition(&context)
    }

    private mutating func dropSpeech(_ context: inout Context) {
        recognition.waiting = []
        recognition.current = nil
        recognition.early.drop(&context)
        if recognition.isAsking { context.effects.append(.cancel(.recognition)) }
        recognition.isAsking = false
        context.timers.clear(.recognition)
    }

    @discardableResult
    private mutating func nextRecognition(_ context: inout Context) -> [ServiceNews] {
        guard recognition.current == nil, !recognition.waiting.isEmpty else { return [] }
        recognition.current = SpeechQueue.bytes(recognition.waiting.removeFirst())
        recognition.attempt = 0
        recognition.said = context.now
        recognition.asked = context.now
        switch recognition.early.take() {
        case .none: recognize(&context)
        case .onItsWay(let early):
            (recognition.attempt, recognition.isAsking) = (1, true)
            (recognition.asked, recognition.sentBytes) = (early.time, early.bytes)
        case .answer(let response, let took, let early):
            (recognition.asked, recognition.sentBytes) = (context.now - took, early.bytes)
            return recognized(.success(response), &context)
        }
        return []
    }

    private func request(_ pcm: [UInt8]) -> Request? {
        rules.recognizer?.request(pcm, language: config.recognizerLanguage, hints: config.hints ?? [])
    }

    mutating func recognize(_ context: inout Context) {
        guard let pcm = recognition.current, var request = request(pcm) else { return }
        recognition.attempt += 1
        recognition.isAsking = true
        recognition.asked = context.now
        recognition.sentBytes = pcm.count
        request.timeout = max(recognition.said + rules.replyTimeout - context.now, .seconds(1))
        context.effects.append(.request(.recognition, request))
    }

    mutating func recognized(_ result: Result<Response, Failure>, _ context: inout Context) -> [ServiceNews] {
        if recognition.early.keeps(result, context) { return [] }
        recognition.isAsking = false
        guard recognition.current != nil else { return [] }
        let decision = Retry.decide(
            result, attempt: recognition.attempt, left: recognition.said + rules.replyTimeout - context.now,
            now: context.wallClock, by: .dialog, using: &context.random)
        switch decision {
        case .accept(let response):
            recognition.current = nil
            defer { nextRecognition(&context) }
            var metrics = TurnMetrics("voice_turn", audioBytes: recognition.sentBytes)
            metrics.recognition = context.now - recognition.asked
            return heard(response, metrics, &context)
        case .again(let pause):
            context.effects.append(
                .log(.notice, "recognition: \(Uplink.trouble(result)); trying again in \(pause)"))
            context.timers.set(.recognition, context.now + pause)
            return []
        case .renewToken: return [.unavailable(Conversation.ending(.unauthorized, .recognition))]
        case .giveUp(let reason): return [.unavailable(Conversation.ending(reason, .recognition))]
        }
    }

    private mutating func heard(
        _ response: Response, _ metrics: TurnMetrics, _ context: inout Context
    ) -> [ServiceNews] {
        do throws(ReplyRefusal) {
            guard let heard = try Recognition.heard(response.body) else {
                context.effects += [.log(.info, "nothing was understood"), .turn(metrics)]
                if watch.open == 0, !context.callerHears { awaitCaller(&context) }
                return [.understood(false)]
            }
            silences = 0
            if !keys.keys.isEmpty {
                // He speaks in place of going on.
                context.effects.append(.log(.info, "keys that were too few for an input are dropped for speech"))
                _ = keys.takeAll()
            }
            return stops(heard.text)
                + say(
                    .speech(heard.text, confidence: heard.confidence, language: config.recognizerLanguage), as: metrics,
                    &context)
        } catch {
            return [.unavailable(Ending(.unavailable, "bad_stt_reply", detail: "the answer of stt_url: \(error)"))]
        }
    }

    /// Words end what is to be heard, where a flow wants several of them first, too.
    private func stops(_ text: String) -> [ServiceNews] {
        guard let least = config.bargeIn?.leastWords, least > 1 else { return [.understood(true)] }
        let isOn = config.bargeIn?.isOn != false && config.bargeIn?.onSpeech != false
        return isOn && text.split(whereSeparator: \.isWhitespace).count >= least ? [.stopPlaying] : []
    }

    // MARK: Silence

    /// The line has become silent: the caller's time begins.
    public mutating func fellSilent(_ context: inout Context) {
        hearsFiller = false
        if !isThinking, !isTyping { awaitCaller(&context) }
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
