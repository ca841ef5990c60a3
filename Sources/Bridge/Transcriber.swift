import Cognigy
import HTTP
import JSON
import System
import Text
import Transport

/// Has what the caller says written down while he says it. Each utterance has a connection of its own, and the next one is
/// opened before he speaks. Where a connection drops, another is fed with all that he has said of the utterance.
final class Transcriber {
    enum News: Equatable {
        /// All words of the utterance that he is saying, so far. `isFinal`: they will not change.
        case words(String, isFinal: Bool)
        /// What an utterance came to that was asked for, as if it had been asked by a request.
        case transcribed(Result<Response, Failure>)
    }

    struct Utterance {
        var samples: [Int16] = []
        /// He has said all of it.
        var isWhole = false
        /// nil: nobody has asked for it yet.
        var options: Recognizer.Options?
        var socket: RecognitionSocket?
        /// How many sockets it has lost, and when it takes the next one.
        var losses = 0
        var retry: Duration?
        /// The call waits for it, until then.
        var deadline: Duration?
        /// When an utterance that nobody asks for is forgotten.
        var end: Duration?
        var outcome: Result<Response, Failure>?
    }

    private let client: HTTPClient
    private let recognizer: Recognizer
    private let style: RecognitionStream.Style
    private let report: (LogLevel, String) -> Void
    private let defaultLanguage: String?
    /// In the order in which he said them. Only the last one may still grow.
    private(set) var utterances: [Utterance] = []
    private(set) var ahead: RecognitionSocket?
    private var aheadLosses = 0
    private var aheadRetry = Duration.zero
    /// The call wants something that `step` does.
    private var isPending = false
    private var isFinished = false
    private var told = News.words("", isFinal: true)
    /// When more words may be told.
    private var tellAt = Duration.zero

    /// More than one says while one answer is made.
    static let mostUtterances = 8
    /// Of one utterance that the call does not wait for yet. With those that follow each other at once that is for ever.
    static let mostLosses = 8
    /// A service that floods us with words does not flood the call.
    static let wordsPause = Duration.milliseconds(40)
    /// The service closes the connection after its last result. One that does not is waited for so long: where all parts
    /// have come to their final results, where words may still change, and where there is no result at all: that may be a slow
    /// one, or a cough.
    static let (settledPause, openPause, emptyPause) = (
        Duration.milliseconds(500), Duration.seconds(2), Duration.seconds(6)
    )
    /// How long what nobody has asked for is kept.
    static let keep = Duration.seconds(15)

    /// `language`: where nobody names another. nil: the recogniser does not hear while he speaks.
    init?(
        _ recognizer: Recognizer, language: String?, _ client: HTTPClient,
        report: @escaping (LogLevel, String) -> Void
    ) {
        guard let style = recognizer.stream else { return nil }
        (self.recognizer, self.style, self.client, self.report) = (recognizer, style, client, report)
        defaultLanguage = language
    }

    private var sockets: [RecognitionSocket] { utterances.compactMap(\.socket) + [ahead].compactMap(\.self) }

    // MARK: The poll

    var interests: [Poll.Interest] { sockets.compactMap(\.interest) }

    /// When `step` wants to be called at the latest.
    var deadline: Duration? {
        if isPending || sockets.contains(where: \.hasMore) { return .zero }
        var times = sockets.map(\.deadline) + utterances.flatMap { [$0.retry, $0.deadline, $0.end, Self.rest($0)] }
        if ahead == nil, mayOpenAhead { times.append(aheadRetry) }
        if newWords != nil { times.append(tellAt) }
        return times.compactMap(\.self).min()
    }

    func process(_ ready: [CInt: Poll.Events], _ now: Duration) {
        for socket in sockets { socket.process(ready, now: now) }
    }

    /// false: the completion is for somebody else.
    func completed(_ completion: (id: Int, result: Result<Response, Failure>), _ now: Duration) -> Bool {
        sockets.contains { $0.completed(completion, now: now) }
    }

    // MARK: The caller

    /// He began to speak.
    func began() {
        if let live { forget(live) }
        if utterances.count >= Self.mostUtterances { forget(utterances.firstIndex { $0.deadline == nil } ?? 0) }
        told = .words("", isFinal: true)
        utterances.append(Utterance())
    }

    /// He goes on; the first time from before he was heard.
    func heard(_ samples: [Int16]) {
        if let live { utterances[live].samples += samples }
    }

    /// That was all. `samples`: the whole utterance.
    func ended(_ samples: [Int16]) {
        guard let live else { return }
        utterances[live].samples = samples
        utterances[live].isWhole = true
    }

    private func forget(_ index: Int) {
        utterances[index].socket?.leave()
        utterances.remove(at: index)
    }

    /// The utterance that he is saying.
    private var live: Int? { utterances.lastIndex { !$0.isWhole } }

    // MARK: The call

    /// What he is saying is to be written down from its beginning on.
    func follow(_ options: Recognizer.Options) {
        guard let live else { return }
        isPending = true
        utterances[live].options = options
    }

    /// What these samples came to is to be told, within `timeout`. Where they were not fed to a socket, or were fed with
    /// other options, they are now.
    func transcribe(_ samples: [Int16], _ options: Recognizer.Options, within timeout: Duration, _ now: Duration) {
        isPending = true
        let index = index(of: samples) ?? utterances.endIndex
        if index == utterances.endIndex { utterances.append(Utterance()) }
        let isLost =
            if case .success(let response)? = utterances[index].outcome { response.status != 200 } else {
                utterances[index].outcome != nil
            }
        if isLost || utterances[index].options != options {
            utterances[index].socket?.leave()
            utterances[index] = Utterance(options: options)
        }
        utterances[index].samples = samples
        utterances[index].isWhole = true
        utterances[index].retry = nil
        utterances[index].losses = 0
        utterances[index].end = nil
        utterances[index].deadline = now + timeout
    }

    /// The utterance with these samples.
    private func index(of samples: [Int16]) -> Int? {
        utterances.firstIndex { $0.isWhole && $0.deadline == nil && $0.samples == samples }
    }

    /// What he has said until now does not count any more.
    func cancel() {
        for utterance in utterances { utterance.socket?.leave() }
        utterances = []
    }

    /// The call is over.
    func finish() {
        for socket in sockets { socket.leave(.goingAway) }
        (utterances, ahead, isFinished) = ([], nil, true)
    }

    // MARK: Doing

    func step(_ now: Duration) -> [News] {
        isPending = false
        for socket in sockets { socket.wake(now) }
        tendAhead(now)
        for index in utterances.indices { tend(index, now) }
        var news: [News] = []
        if let words = newWords, now >= tellAt {
            (told, tellAt) = (words, now + Self.wordsPause)
            news.append(words)
        }
        for utterance in utterances where utterance.deadline != nil {
            if let outcome = utterance.outcome { news.append(.transcribed(outcome)) }
        }
        utterances.removeAll { utterance in
            let isForgotten = utterance.end.map { now >= $0 } ?? false
            if isForgotten { utterance.socket?.leave() }
            return isForgotten || utterance.outcome != nil && utterance.deadline != nil
        }
        return news
    }

    /// The words of the utterance that he is saying, where they differ from those that were told.
    private var newWords: News? {
        guard let live, let stream = utterances[live].socket?.stream, !stream.words.isEmpty else { return nil }
        let news = News.words(stream.words, isFinal: stream.isSettled)
        return news == told ? nil : news
    }

    private func tend(_ index: Int, _ now: Duration) {
        var utterance = utterances[index]
        defer { utterances[index] = utterance }
        if utterance.isWhole, utterance.deadline == nil, utterance.end == nil { utterance.end = now + Self.keep }
        guard utterance.outcome == nil, let options = utterance.options else { return }
        if utterance.socket == nil, now >= utterance.retry ?? now {
            utterance.retry = nil
            utterance.socket = takeSocket(now)
        }
        guard let socket = utterance.socket else { return expire(&utterance, now) }
        socket.begin(language: options.language ?? defaultLanguage, hints: options.hints, now: now)
        socket.feed(utterance.samples, isWhole: utterance.isWhole, now: now)
        if let loss = socket.loss {
            lose(&utterance, socket, loss, now)
        } else if socket.state == .done || Self.rest(utterance).map({ now >= $0 }) == true {
            end(&utterance, .success(Self.response(socket.stream.heard)))
        }
        expire(&utterance, now)
    }

    /// As a service answers that is sent whole utterances.
    private static func response(_ heard: Recognition.Heard?) -> Response {
        var body: [String: JSON] = ["text": .string(heard?.text ?? "")]
        body["confidence"] = heard?.confidence.map { .number($0) }
        return Response(status: 200, body: JSON.object(body).serialized)
    }

    private func end(_ utterance: inout Utterance, _ outcome: Result<Response, Failure>) {
        utterance.socket?.leave()
        utterance.socket = nil
        utterance.outcome = outcome
    }

    /// When what is there is taken for the whole, although the service has not closed the connection.
    private static func rest(_ utterance: Utterance) -> Duration? {
        guard let socket = utterance.socket, socket.state == .ending else { return nil }
        if socket.stream.heard == nil, !socket.isFinal { return socket.isAlive ? socket.heardFrom + emptyPause : nil }
        return socket.heardFrom + (socket.stream.isSettled ? settledPause : openPause)
    }

    /// The call waits no longer. Words are better than none, although they might have changed.
    private func expire(_ utterance: inout Utterance, _ now: Duration) {
        guard let deadline = utterance.deadline, utterance.outcome == nil, now >= deadline else { return }
        let heard = utterance.socket?.stream.heard
        let late = Failure.timedOut("\(recognizer.location.host): no result of what the caller said")
        end(&utterance, heard.map { .success(Self.response($0)) } ?? .failure(late))
    }

    private func lose(
        _ utterance: inout Utterance, _ socket: RecognitionSocket, _ loss: Result<Response, Failure>, _ now: Duration
    ) {
        note(loss, of: socket)
        utterance.socket = nil
        utterance.losses += 1
        // One that broke off is replaced at once. The call knows when to ask again a service that is away.
        let mayHeal = socket.opened != nil && utterance.losses == 1
        if Self.isHopeless(loss) || utterance.losses >= Self.mostLosses || utterance.deadline != nil && !mayHeal {
            return end(&utterance, loss)
        }
        utterance.retry = now + (mayHeal ? .zero : Self.pause(utterance.losses))
    }

    /// Whether another try would come to the same.
    private static func isHopeless(_ loss: Result<Response, Failure>) -> Bool {
        switch loss {
        case .failure(.untrusted): true
        case .failure: false
        case .success(let response): response.status < 500 && ![408, 429].contains(response.status)
        }
    }

    private func note(_ loss: Result<Response, Failure>, of socket: RecognitionSocket) {
        let why =
            switch loss {
            case .failure(let failure): "\(failure)"
            case .success(let response): "\(recognizer.location.host): HTTP \(response.status) to the WebSocket"
            }
        let words = socket.complaint.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
        report(.notice, "speech to text: \(why)\(words)")
    }

    private static func pause(_ losses: Int) -> Duration {
        min(.milliseconds(250) * (1 << min(losses, 10)), .seconds(30))
    }

    // MARK: The connection ahead

    private var mayOpenAhead: Bool { !isFinished && utterances.allSatisfy { $0.isWhole && $0.retry == nil } }

    private func tendAhead(_ now: Duration) {
        if let loss = ahead?.loss {
            if aheadLosses == 0, let ahead, ahead.opened == nil { note(loss, of: ahead) }
            // One that was good for a while is replaced at once.
            let lived = ahead?.opened.map { now - $0 } ?? .zero
            aheadLosses = lived >= .seconds(10) ? 0 : aheadLosses + 1
            aheadRetry = aheadLosses == 0 ? now : now + Self.pause(aheadLosses)
            ahead = nil
        }
        if ahead == nil, mayOpenAhead, now >= aheadRetry {
            ahead = RecognitionSocket(recognizer, style, client, now: now)
        }
    }

    private func takeSocket(_ now: Duration) -> RecognitionSocket {
        defer { ahead = nil }
        if let ahead, !ahead.isOver { return ahead }
        return RecognitionSocket(recognizer, style, client, now: now)
    }
}
