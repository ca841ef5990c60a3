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
        public var recognizer: Recognizer
        /// How long the caller may wait for an answer.
        public var replyTimeout: Duration

        public init(
            base: Location, key: String, botID: String, dialogID: String, userID: String,
            recognizer: Recognizer, replyTimeout: Duration
        ) {
            self.base = base
            self.key = key
            self.botID = botID
            self.dialogID = dialogID
            self.userID = userID
            self.recognizer = recognizer
            self.replyTimeout = replyTimeout
        }
    }

    public enum News: Equatable {
        /// Whether what the caller said are words.
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
        case recognizing([UInt8])
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
    private var waiting: [Input] = []
    private var early = EarlyRecognition()
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
    }

    /// The caller waits for an answer.
    var isThinking: Bool { stage != .idle }

    /// Goes on where a call before this one was cut off.
    mutating func resume(_ saved: DialogMemory) { state = saved }

    /// The caller pauses: what he said is recognised already, in case that he has finished.
    mutating func pauses(after samples: [Int16], _ context: inout Context) {
        guard stage == .idle, waiting.isEmpty else { return }
        var request = plan.recognizer.request(Self.bytes(samples))
        request.timeout = plan.replyTimeout
        early.ask(request, bytes: 2 * samples.count, &context)
    }

    mutating func goesOn(_ context: inout Context) { early.drop(&context) }

    mutating func take(_ input: Input, _ context: inout Context) -> News? {
        if waiting.count < Conversation.mostWaiting {
            waiting.append(input)
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
        switch waiting.removeFirst() {
        case .speech(let samples):
            turn = TurnMetrics("voice_turn", audioBytes: samples.count * 2)
            stage = .recognizing(Self.bytes(samples))
            asked = context.now
            switch early.take() {
            case .none: recognize(&context)
            case .onItsWay(let early):
                (attempt, asked, turn.audioBytes) = (1, early.time, early.bytes)
            case .answer(let response, let took, let early):
                (asked, turn.audioBytes) = (context.now - took, early.bytes)
                return answered(.recognition, .success(response), &context)
            }
        case .key(let key):
            turn = TurnMetrics("dtmf_turn")
            ask(String(key.key), &context)
        }
        return nil
    }

    private static func bytes(_ samples: [Int16]) -> [UInt8] {
        samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    // MARK: Requests

    private mutating func recognize(_ context: inout Context) {
        guard case .recognizing(let pcm) = stage else { return }
        attempt += 1
        asked = context.now
        var request = plan.recognizer.request(pcm)
        request.timeout = patience(context)
        context.effects.append(.request(.recognition, request))
    }

    private mutating func ask(_ text: String, _ context: inout Context) {
        attempt = 0
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
            context.timers.set(.slot, context.now + .milliseconds(Int.random(in: 20...50, using: &context.random)))
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
        if purpose == .recognition, early.keeps(result, context) { return nil }
        let left = began + plan.replyTimeout - context.now
        let decision = Retry.decide(
            result, attempt: attempt, left: left, now: context.wallClock, by: .dialog, using: &context.random)
        switch (stage, decision) {
        case (.recognizing, .accept(let response)):
            turn.recognition = context.now - asked
            return heard(response, &context)
        case (.asking, .accept(let response)):
            turn.dialog = context.now - asked
            return said(response, &context)
        case (.recognizing, .again(let pause)), (.asking, .again(let pause)):
            context.timers.set(.turn, context.now + pause)
            let why = Uplink.trouble(result)
            context.effects.append(.log(.notice, "\(purpose): \(why); trying again in \(pause)"))
            return nil
        case (.recognizing, .giveUp(let reason)), (.asking, .giveUp(let reason)):
            return giveUp(reason, purpose, &context)
        default: return nil
        }
    }

    private mutating func heard(_ response: Response, _ context: inout Context) -> News? {
        do throws(ReplyRefusal) {
            isLost = false
            guard let heard = try Recognition.heard(response.body) else {
                context.effects += [.log(.info, "nothing was understood"), .turn(turn)]
                finish(&context)
                return .understood(false)
            }
            ask(heard.text, &context)
            return .understood(true)
        } catch {
            finish(&context)
            return .refused(Ending(.unavailable, "bad_stt_reply", detail: "the answer of stt_url: \(error)"))
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
            case .unreachable: "\(service) cannot be reached: \(reason)"
            }
        return Ending(.unavailable, reason.word, detail: detail)
    }

    // MARK: Deadlines

    mutating func due(_ timer: Timers.Name, _ context: inout Context) {
        switch (timer, stage) {
        case (.turn, .recognizing): recognize(&context)
        case (.turn, .asking): request(&context)
        case (.slot, .waitingForSlot): context.effects.append(.takeSlot)
        default: break
        }
    }
}
