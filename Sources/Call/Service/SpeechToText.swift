import Audio
import Cognigy
import HTTP
import Text

/// Makes text of what the caller says, one utterance at a time, and says how long a silence ends it. A recogniser that is
/// sent whole utterances is asked when the caller pauses already, in case that he has finished, and as long as its answer
/// is on its way he may go on. One that listens while he speaks is told when he has finished.
public struct SpeechToText {
    public struct Rules: Sendable {
        public var recognizer: Recognizer
        /// How long an utterance may take to become text.
        public var replyTimeout: Duration
        public var endOfSpeech: EndOfSpeech.Rules
        /// Whether a yes by itself ends what is to be heard.
        public var yesStops: Bool

        public init(
            _ recognizer: Recognizer, replyTimeout: Duration = .seconds(10),
            endOfSpeech: EndOfSpeech.Rules = EndOfSpeech.Rules(),
            yesStops: Bool = false
        ) {
            self.recognizer = recognizer
            self.replyTimeout = replyTimeout
            self.endOfSpeech = endOfSpeech
            self.yesStops = yesStops
        }
    }

    /// What the flow wants for now.
    struct Wishes: Equatable {
        var options = Recognizer.Options()
        /// How many digits it asks for.
        var digits: ClosedRange<Int>?
        /// What silence ends what the caller says.
        var silence: Duration?
        /// How many words end what is to be heard; nil: any but a mere yes.
        var leastWords: Int?
    }

    enum News {
        /// These words.
        case heard(Recognition.Heard, TurnMetrics)
        case nothing(TurnMetrics)
        /// What he has said by now stops what is to be heard; he may go on.
        case stops
        /// He only shows that he listens to what is to be heard.
        case nodded
        /// It cannot be known what he said. `again` tries it once more.
        case failed(Retry.Reason)
        /// The recogniser's answer has another form.
        case refused(Ending)
    }

    /// What the caller has said.
    struct Utterance: Equatable {
        let samples: [Int16]
        /// When he said the last of it; nil: he did not pause before he was taken to have finished.
        let lastWord: Duration?
        /// When he was taken to have finished.
        let end: Duration
    }

    /// More than anybody says while one is recognised.
    static let most = 10
    /// A yes that was said so long before the prompt is over is no answer to it.
    static let yesCounts = Duration.seconds(3)
    /// Who goes on so soon after he had finished, in his own opinion had not.
    private static let interruption = Duration.seconds(1)

    let rules: Rules
    var wishes = Wishes()
    private var endOfSpeech: EndOfSpeech
    private var early = EarlyRecognition()
    private var waiting: [Utterance] = []
    private var current: Utterance?
    private var attempt = 0
    private var isAsking = false
    /// When the caller had said it, and when it was last asked for.
    private var said = Duration.zero
    private var asked = Duration.zero
    private var sentBytes = 0

    /// The silence that ends the utterance by now. Each begins with what is usual.
    private var silence: Duration
    /// Since when the caller pauses; when he had last finished, after what silence.
    private var pausing: Duration?
    private var finished: (time: Duration, silence: Duration)?
    /// Whether the words of this utterance have stopped what was to be heard.
    private var hasStopped = false
    private var yes: (heard: Recognition.Heard, metrics: TurnMetrics, since: Duration)?

    init(_ rules: Rules) {
        self.rules = rules
        endOfSpeech = EndOfSpeech(rules.endOfSpeech)
        silence = rules.endOfSpeech.usual
    }

    var isBusy: Bool { current != nil || !waiting.isEmpty }
    var isFull: Bool { waiting.count >= Self.most }

    // MARK: While he speaks

    mutating func begins(_ context: inout Context) {
        if let finished, context.now - finished.time < Self.interruption {
            endOfSpeech.wentOn(after: finished.silence + context.now - finished.time)
        }
        (silence, pausing, hasStopped, yes) = (rules.endOfSpeech.usual, nil, false, nil)
        if rules.recognizer.isStreaming { context.effects.append(.followSpeech(wishes.options)) }
        ends(.unknown, &context)
    }

    /// What he says by now, before he has finished.
    mutating func understands(_ text: String, isFinal: Bool, _ context: inout Context) -> News? {
        ends(EndOfSpeech.sense(of: text, digits: wishes.digits, isFinal: isFinal), &context)
        if hasStopped || !stops(text) { return nil }
        hasStopped = true
        return .stops
    }

    mutating func pauses(after samples: [Int16], _ context: inout Context) {
        pausing = context.now
        if rules.recognizer.isStreaming || isBusy { return }
        early.ask(request(samples, rules.replyTimeout), bytes: 2 * samples.count, &context)
        // The words will tell. Until they are there nothing is lost by waiting for more of them.
        ends(after: max(endOfSpeech.longest, wishes.silence ?? .zero), &context)
    }

    mutating func goesOn(_ context: inout Context) {
        early.drop(&context)
        if let pausing { endOfSpeech.wentOn(after: UtteranceDetector.pause + context.now - pausing) }
        pausing = nil
        if !rules.recognizer.isStreaming { ends(.unknown, &context) }
    }

    /// A key says that he has finished.
    mutating func endsNow(_ context: inout Context) { ends(after: .zero, &context) }

    private mutating func ends(_ sense: EndOfSpeech.Sense, _ context: inout Context) {
        // The flow waits for more sentences.
        let sense = sense == .complete && wishes.silence != nil && wishes.digits == nil ? .unknown : sense
        ends(after: endOfSpeech.silence(after: sense, usual: wishes.silence), &context)
    }

    private mutating func ends(after silence: Duration, _ context: inout Context) {
        if silence == self.silence { return }
        self.silence = silence
        context.effects.append(.endSpeech(after: silence))
    }

    // MARK: Once he has finished

    /// When he said the last word of it.
    mutating func ended(_ context: Context) -> Duration? {
        endOfSpeech.finished()
        defer { (finished, pausing) = ((context.now, silence), nil) }
        return pausing.map { $0 - UtteranceDetector.pause }
    }

    /// What he said is to become text.
    mutating func take(_ utterance: Utterance, _ context: inout Context) -> News? {
        waiting.append(utterance)
        return next(&context)
    }

    /// What he said does not count.
    mutating func forgets(_ context: inout Context) { early.drop(&context) }

    mutating func next(_ context: inout Context) -> News? {
        guard current == nil, !waiting.isEmpty else { return nil }
        current = waiting.removeFirst()
        attempt = 0
        said = context.now
        switch early.take() {
        case .none: again(&context)
        case .onItsWay(let early): (attempt, isAsking, asked, sentBytes) = (1, true, early.time, early.bytes)
        case .answer(let response, let took, let early):
            (asked, sentBytes) = (context.now - took, early.bytes)
            return answered(.success(response), &context)
        }
        return nil
    }

    /// Asks what he said, `within` a time.
    mutating func again(within time: Duration? = nil, _ context: inout Context) {
        guard let samples = current?.samples else { return }
        attempt += 1
        isAsking = true
        asked = context.now
        sentBytes = 2 * samples.count
        let time = time ?? max(said + rules.replyTimeout - context.now, .seconds(1))
        if rules.recognizer.isStreaming {
            context.effects.append(.transcribe(samples, wishes.options, within: time))
        } else {
            context.effects.append(.request(.recognition, request(samples, time)))
        }
    }

    private func request(_ samples: [Int16], _ timeout: Duration) -> Request {
        let pcm = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        var request = rules.recognizer.request(pcm, wishes.options)
        request.timeout = timeout
        return request
    }

    mutating func answered(_ result: Result<Response, Failure>, _ context: inout Context) -> News? {
        if early.keeps(result, context) {
            guard let answer = early.answer else {
                ends(.unknown, &context)
                return nil
            }
            if let heard = try? Recognition.heard(answer.body) {
                return understands(heard.text, isFinal: false, &context)
            }
            // Where nothing was understood there is nothing to wait for.
            ends(.complete, &context)
            return nil
        }
        isAsking = false
        guard current != nil else { return nil }
        let decision = Retry.decide(
            result, attempt: attempt, left: said + rules.replyTimeout - context.now, now: context.wallClock,
            by: .dialog,
            using: &context.random)
        switch decision {
        case .accept(let response): return heard(response, &context)
        case .again(let pause):
            context.effects.append(
                .log(.notice, "\(Purpose.recognition): \(Uplink.trouble(result)); trying again in \(pause)"))
            context.timers.set(.recognition, context.now + pause)
            return nil
        case .renewToken: return .failed(.unauthorized)
        case .giveUp(let reason): return .failed(reason)
        }
    }

    private mutating func heard(_ response: Response, _ context: inout Context) -> News {
        var metrics = TurnMetrics("voice_turn", audioBytes: sentBytes)
        metrics.recognition = context.now - asked
        if let current { metrics.endOfTurn = current.lastWord.map { current.end - $0 } }
        let since = current?.lastWord ?? current?.end
        current = nil
        do throws(ReplyRefusal) {
            guard let heard = try Recognition.heard(response.body) else {
                context.effects += [.log(.info, "nothing was understood"), .turn(metrics)]
                return .nothing(metrics)
            }
            // What plays without an end is no question.
            context.remark(Remark(.callerSaid, heard.text))
            metrics.since = since
            let isInto = context.callerHears && !context.callerHearsEndlessly && !hasStopped
            if !isInto || yesStops || !isYes(heard.text) { return .heard(heard, metrics) }
            yes = (heard, metrics, context.now)
            return .nodded
        } catch {
            return .refused(Ending(.unavailable, "bad_stt_reply", detail: "the answer of stt_url: \(error)"))
        }
    }

    /// The caller has heard everything. A yes that he said just before is his answer to it.
    mutating func fellSilent(_ context: Context) -> News? {
        defer { yes = nil }
        guard let yes, context.now - yes.since <= Self.yesCounts, !Self.isNod(yes.heard.text) else { return nil }
        var metrics = yes.metrics
        // He waits for an answer from here on.
        metrics.since = context.now
        return .heard(yes.heard, metrics)
    }

    /// What he says does not count any more.
    mutating func drop(_ context: inout Context) {
        early.drop(&context)
        if isAsking || rules.recognizer.isStreaming { context.effects.append(.cancel(.recognition)) }
        (waiting, current, isAsking, yes) = ([], nil, false, nil)
        context.timers.clear(.recognition)
    }

    // MARK: What words stop

    /// Whether these words of his stop what is to be heard.
    func stops(_ text: String) -> Bool {
        let count = text.split(whereSeparator: \.isWhitespace).count
        return count >= max(wishes.leastWords ?? 1, 1) && (yesStops || !isYes(text))
    }

    private var yesStops: Bool { rules.yesStops || wishes.leastWords != nil }

    private func isYes(_ text: String) -> Bool {
        SpokenWord.words(in: text).allSatisfy { [.yes, .nod].contains(SpokenWord($0)) }
    }

    private static func isNod(_ text: String) -> Bool {
        SpokenWord.words(in: text).allSatisfy { SpokenWord($0) == .nod }
    }
}
