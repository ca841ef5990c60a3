import Cognigy
import HTTP
import JSON
import Text

/// The turns of a spoken dialog: what the caller said becomes text, the text an answer, the answer sentences. One turn
/// after the other, since each needs the state that the one before left. Pure.
public struct Conversation {
    public struct Plan: Sendable {
        public var base: Location
        public var key: String
        public var botID: String
        public var dialogID: String
        public var userID: String
        public var speech: SpeechToText.Rules
        /// How long the caller may wait for an answer.
        public var replyTimeout: Duration

        public init(
            base: Location, key: String, botID: String, dialogID: String, userID: String,
            speech: SpeechToText.Rules, replyTimeout: Duration
        ) {
            self.base = base
            self.key = key
            self.botID = botID
            self.dialogID = dialogID
            self.userID = userID
            self.speech = speech
            self.replyTimeout = replyTimeout
        }
    }

    public enum News: Equatable {
        /// Whether what the caller said are words, or are so far.
        case understood(Bool)
        /// In sentences.
        case answer([String], TurnMetrics)
        /// The service does not answer; the question is asked again. `isServiceFault`: the dialog service is at fault,
        /// neither speech to text nor this machine.
        case lost(Ending, isServiceFault: Bool)
        /// Asking again is of no use.
        case refused(Ending)
    }

    private enum Stage: Equatable {
        case idle
        case recognizing
        case waitingForSlot(String)
        case asking(String)
    }

    let plan: Plan
    /// What the next request passes on from the last answer.
    private(set) var state = DialogMemory(lastIntent: nil, sessionData: [:])
    private var turn = TurnMetrics("voice_turn")
    private(set) var turns = 0
    /// Asking has failed for so long that the caller was told; it is still tried again.
    private(set) var isLost = false
    private var stage = Stage.idle
    /// Each with its last word, if it has one that is known, and its end.
    private var waiting: [(input: Input, lastWord: Duration?, end: Duration)] = []
    private var speech: SpeechToText
    private var attempt = 0
    private var began = Duration.zero
    private var asked = Duration.zero
    private var holdsSlot = false

    /// More than a caller can say, or press, while one turn lasts.
    static let mostWaiting = 50
    /// How often a service that is away is asked again.
    static let retryPause = Duration.seconds(1)

    public init(_ plan: Plan) {
        self.plan = plan
        speech = SpeechToText(plan.speech)
    }

    var hearsWords: Bool { plan.speech.recognizer.isStreaming }
    /// The caller waits for an answer.
    var isThinking: Bool { stage != .idle }

    /// Goes on where a call before this one was cut off.
    mutating func resume(_ saved: DialogMemory) { state = saved }

    /// What the caller does while he speaks.
    mutating func hears(_ event: Event, _ context: inout Context) -> News? {
        switch event {
        case .speechBegan: speech.begins(&context)
        case .words(let text, let isFinal):
            return recognized(speech.understands(text, isFinal: isFinal, &context), &context)
        case .speechPauses(let samples):
            // Where a turn lasts, the utterances are asked about one after the other, and only whole ones.
            if stage == .idle, waiting.isEmpty { speech.pauses(after: samples, &context) }
        case .speechGoesOn: speech.goesOn(&context)
        default: break
        }
        return nil
    }

    mutating func fellSilent(_ context: inout Context) -> News? {
        guard stage == .idle, waiting.isEmpty, let said = speech.fellSilent(context) else { return nil }
        turns += 1
        began = context.now
        return recognized(said, &context)
    }

    mutating func take(_ input: Input, _ context: inout Context) -> News? {
        let lastWord = if case .speech = input { speech.ended(context) } else { Duration?.none }
        if waiting.count < Conversation.mostWaiting {
            waiting.append((input, lastWord, context.now))
        } else {
            context.effects.append(.log(.warning, "the caller says more than is answered; it is dropped"))
        }
        return next(&context)
    }

    @discardableResult
    private mutating func next(_ context: inout Context) -> News? {
        guard stage == .idle, !waiting.isEmpty else { return nil }
        began = context.now
        attempt = 0
        turns += 1
        let (input, lastWord, end) = waiting.removeFirst()
        switch input {
        case .speech(let samples):
            stage = .recognizing
            let utterance = SpeechToText.Utterance(samples: samples, lastWord: lastWord, end: end)
            return recognized(speech.take(utterance, &context), &context)
        case .key(let key):
            turn = TurnMetrics("dtmf_turn", since: end)
            ask(String(key.key), &context)
        }
        return nil
    }

    // MARK: Requests

    private mutating func ask(_ text: String, _ context: inout Context) {
        attempt = 0
        asked = context.now
        stage = .waitingForSlot(text)
        context.effects.append(.takeSlot)
    }

    /// The answer to `takeSlot`: whether this call may make a dialog request now.
    mutating func slot(
        isTaken: Bool, _ context: inout Context
    ) -> News? {
        guard case .waitingForSlot(let text) = stage else {
            if isTaken { context.effects.append(.releaseSlot) }
            return nil
        }
        guard isTaken else {
            // Nobody stands in a row for a place: who has waited longest asks most often, so that he gets it before others.
            let pause = Duration.milliseconds(Int.random(in: 20...50, using: &context.random))
            context.timers.set(.slot, context.now + pause + max(.milliseconds(100) - (context.now - asked) / 20, .zero))
            if isLost || context.now < began + plan.replyTimeout { return nil }
            isLost = true
            return .lost(
                Ending(
                    .unavailable, "busy", detail: "other calls make all the dialog requests that concurrency allows"),
                isServiceFault: false)
        }
        holdsSlot = true
        isLost = false
        stage = .asking(text)
        request(&context)
        return nil
    }

    private mutating func request(_ context: inout Context) {
        guard case .asking(let text) = stage else { return }
        attempt += 1
        asked = context.now
        var request = Dialogs.request(
            base: plan.base, key: plan.key, botID: plan.botID, dialogID: plan.dialogID, userID: plan.userID, text: text,
            sessionData: state.sessionData)
        request.timeout = patience(context)
        context.effects.append(.request(.dialog, request))
    }

    /// How long a request may take: what is left of the reply timeout, or the time that a lost service has to return.
    private func patience(_ context: Context) -> Duration {
        isLost ? DialogService.returnTime : max(began + plan.replyTimeout - context.now, .seconds(1))
    }

    // MARK: Answers

    mutating func answered(
        _ purpose: Purpose, _ result: Result<Response, Failure>, _ context: inout Context
    ) -> News? {
        if purpose == .recognition { return recognized(speech.answered(result, &context), &context) }
        let left = began + plan.replyTimeout - context.now
        let decision = Retry.decide(
            result, attempt: attempt, left: left, now: context.wallClock, by: .dialog, using: &context.random)
        switch (stage, decision) {
        case (.asking, .accept(let response)):
            turn.dialog = context.now - asked
            return said(response, &context)
        case (.asking, .again(let pause)):
            context.timers.set(.turn, context.now + pause)
            let why = Uplink.trouble(result)
            context.effects.append(.log(.notice, "\(purpose): \(why); trying again in \(pause)"))
            return nil
        case (.asking, .giveUp(let reason)):
            return giveUp(reason, purpose, &context)
        default: return nil
        }
    }

    private mutating func recognized(_ news: SpeechToText.News?, _ context: inout Context) -> News? {
        switch news {
        case nil: return nil
        case .stops: return .understood(true)
        case .heard(let heard, let metrics):
            turn = metrics
            isLost = false
            ask(heard.text, &context)
            return .understood(true)
        case .nothing, .nodded:
            isLost = false
            // It is no input, or not yet.
            if case .nodded? = news { turns -= 1 }
            finish(&context)
            return .understood(false)
        case .failed(let reason): return giveUp(reason, .recognition, &context)
        case .refused(let ending):
            finish(&context)
            return .refused(ending)
        }
    }

    private mutating func said(_ response: Response, _ context: inout Context) -> News? {
        do throws(ReplyRefusal) {
            let reply = try Dialogs.reply(response.body)
            isLost = false
            state = DialogMemory(
                lastIntent: reply.intent ?? state.lastIntent, sessionData: reply.sessionData ?? state.sessionData)
            turn.intent = reply.intent
            turn.confidence = reply.confidence
            let answered = turn
            finish(&context)
            return .answer(reply.texts.flatMap { Sentences.split($0) }, answered)
        } catch {
            finish(&context)
            return .refused(Ending(.unavailable, "bad_dialog_reply", detail: "the answer of the dialog: \(error)"))
        }
    }

    private mutating func finish(_ context: inout Context) {
        releaseSlot(&context)
        stage = .idle
        next(&context)
    }

    mutating func leave(_ context: inout Context) { speech.drop(&context) }

    mutating func releaseSlot(_ context: inout Context) {
        if holdsSlot { context.effects.append(.releaseSlot) }
        holdsSlot = false
    }

    private mutating func giveUp(
        _ reason: Retry.Reason, _ purpose: Purpose, _ context: inout Context
    ) -> News? {
        let ending = Conversation.ending(reason, purpose)
        switch reason {
        case .unauthorized, .forbidden: return .refused(ending)
        case .rateLimited, .failed, .unreachable: break
        }
        // Ask again: the service may return while the caller is told.
        context.timers.set(.turn, context.now + Conversation.retryPause)
        if isLost { return nil }
        isLost = true
        return .lost(ending, isServiceFault: purpose == .dialog && Conversation.isOutage(reason))
    }

    /// A 500 may be caused by what this caller has said, so it does not count against the service for other callers.
    private static func isOutage(_ reason: Retry.Reason) -> Bool {
        reason != .failed(status: 500) && reason.isServiceFault
    }

    static func ending(_ reason: Retry.Reason, _ purpose: Purpose) -> Ending {
        let service = purpose == .recognition ? "stt_url" : "the dialog service"
        let detail =
            switch reason {
            case .unauthorized, .forbidden:
                purpose == .recognition
                    ? "\(service) refused stt_key"
                    : "\(service) refused the API key; it needs the permission dialog:execute"
            case .rateLimited: "\(service) asks to wait too long"
            case .failed(status: 500...): "\(service) answered \(reason)"
            case .failed:
                "\(service) answered \(reason); check "
                    + (purpose == .dialog ? "base_url, bot_id and dialog_id" : "stt_url and stt_style")
            case .unreachable(let failure): "\(service) cannot be reached: \(failure.advised)"
            }
        return Ending(.unavailable, reason.word, detail: detail)
    }

    // MARK: Deadlines

    mutating func due(_ timer: Timers.Name, _ context: inout Context) {
        switch (timer, stage) {
        case (.recognition, _): speech.again(&context)
        // A lost recogniser is given as long as a lost dialog.
        case (.turn, .recognizing): speech.again(within: DialogService.returnTime, &context)
        case (.turn, .asking): request(&context)
        case (.slot, .waitingForSlot): context.effects.append(.takeSlot)
        default: break
        }
    }
}
