import Cognigy
import HTTP
import System
import Transport
import WebSocket

/// One connection to a recogniser that hears while the caller speaks: opened ahead, and then fed with one utterance.
final class RecognitionSocket {
    enum State: Equatable {
        case opening
        /// Nothing was said on it yet.
        case idle
        /// It takes sound.
        case hearing
        /// Everything was said, and the results of the rest are awaited.
        case ending
        /// The service has closed it after all results.
        case done
        /// It was lost, or never came to be.
        case failed(Failure)
        /// The service answered the handshake with another status.
        case refused(Response)
    }

    private let connection: WebSocketConnection
    private let recognizer: Recognizer
    private let style: RecognitionStream.Style
    private(set) var state = State.opening
    private(set) var stream: RecognitionStream
    /// In the service's own words, where nothing was said yet that they might repeat.
    private(set) var complaint: String?
    /// How many of the samples are on their way.
    private var sent = 0
    /// Since when it is open, and since when nothing has come.
    private(set) var opened: Duration?
    private(set) var heardFrom: Duration
    /// Since when a sign of life is awaited.
    private var pinged: Duration?
    /// How many parts were final when everything was said.
    private var finalsBefore = 0

    /// In samples: what one message carries at most.
    private static let portion = 4096
    /// And at least, but the last one. Vosk's server does much for each; the others know a telephone's frames.
    private var least: Int { style == .vosk ? 1600 : 320 }
    static let connectTimeout = Duration.seconds(10)
    /// Between two signs of life of a connection that waits.
    static let keepAlive = Duration.seconds(20)
    /// How long one that was told that this was all may show no sign of life.
    static let proof = Duration.seconds(3)

    init(_ recognizer: Recognizer, _ style: RecognitionStream.Style, _ client: HTTPClient, now: Duration) {
        self.recognizer = recognizer
        self.style = style
        stream = RecognitionStream(style)
        heardFrom = now
        connection = WebSocketConnection(client, to: recognizer.location, timeout: Self.connectTimeout)
    }

    var interest: Poll.Interest? { isOver ? nil : connection.interest }
    var hasMore: Bool { !isOver && connection.hasMore }

    var isOver: Bool {
        switch state {
        case .done, .failed, .refused: true
        case .opening, .idle, .hearing, .ending: false
        }
    }

    /// How it was lost, as a request would have failed.
    var loss: Result<Response, Failure>? {
        switch state {
        case .failed(let failure): .failure(failure)
        case .refused(let response): .success(response)
        case .opening, .idle, .hearing, .ending, .done: nil
        }
    }

    /// Whether a part came to its final result after everything was said.
    var isFinal: Bool { stream.finals > finalsBefore }

    /// Nothing says that it might be dead.
    var isAlive: Bool { pinged == nil }

    /// When `wake` wants to be called.
    var deadline: Duration? {
        switch state {
        case .opening: heardFrom + Self.connectTimeout
        case .idle: max(heardFrom, pinged ?? heardFrom) + Self.keepAlive
        case .ending: pinged.map { $0 + Self.proof }
        case .hearing, .done, .failed, .refused: nil
        }
    }

    // MARK: What comes in

    func completed(_ completion: (id: Int, result: Result<Response, Failure>), now: Duration) -> Bool {
        guard let event = connection.completed(completion) else { return false }
        take(event, now)
        return true
    }

    func process(_ ready: [CInt: Poll.Events], now: Duration) {
        for event in connection.process(ready) where !isOver { take(event, now) }
    }

    func take(_ event: SocketEvent?, _ now: Duration) {
        guard let event else { return }
        switch event {
        case .connected: take(connection.upgrade(path: recognizer.location.path, headers: recognizer.headers), now)
        case .opened:
            state = .idle
            opened = now
        // An answer to a request without an upgrade is no transcript.
        case .refused(let status, _) where (200..<300).contains(status):
            state = failed("HTTP \(status) to the WebSocket")
        case .refused(let status, let retryAfter):
            state = .refused(Response(status: status, retryAfter: retryAfter))
        case .failed(let failure): state = .failed(failure)
        case .closed(let code, let reason):
            let isEnd = state == .ending && (code == .normal || code == nil && reason.isEmpty || isFinal)
            // With a code, the reason is in the words of the service.
            let why = code.map { "the service closed the connection with \($0.rawValue)" } ?? reason
            state = isEnd ? .done : failed(why.isEmpty ? "the service closed the connection" : why)
        case .alive: break
        case .text(let text): receive(text)
        }
        (heardFrom, pinged) = (now, nil)
    }

    private func receive(_ text: String) {
        switch stream.receive(text) {
        case .nothing, .words: break
        case .failed(let words, let code):
            if sent == 0 { complaint = words }
            end(failed("the recogniser reports an error\(code.map { " (\($0))" } ?? "")"))
        case .unreadable(let refusal): end(failed("\(refusal)"))
        }
    }

    private func failed(_ reason: String) -> State { .failed(.unreachable("\(recognizer.location.host): \(reason)")) }

    private func end(_ state: State, _ code: CloseCode = .normal) {
        self.state = state
        connection.leave(code)
    }

    /// A connection that waits shows that it lives; one that does not become open in time has failed.
    func wake(_ now: Duration) {
        guard let deadline, now >= deadline else { return }
        switch state {
        case .opening:
            let waiting = connection.waiting ?? "an answer to the handshake"
            end(.failed(.timedOut("\(recognizer.location.host): waiting for \(waiting)")))
        case .idle where pinged != nil, .ending: end(failed("the connection is dead"))
        case .idle:
            pinged = now
            take(connection.ping(), now)
        default: break
        }
    }

    // MARK: What goes out

    /// The first words on it.
    func begin(language: String?, hints: [String], now: Duration) {
        guard state == .idle else { return }
        state = .hearing
        // What came before is about nothing that was said.
        stream = RecognitionStream(style)
        take(connection.send(RecognitionStream.opening(style, language: language, hints: hints)), now)
    }

    /// Sends as much of an utterance as the service takes, beginning where it stopped the last time; and, where the
    /// utterance is `whole`, that this is all.
    func feed(_ samples: [Int16], isWhole: Bool, now: Duration) {
        while state == .hearing, connection.hasRoom {
            if sent < samples.count, isWhole || samples.count - sent >= least {
                let piece = samples[sent..<min(sent + Self.portion, samples.count)]
                sent += piece.count
                var bytes: [UInt8] = []
                bytes.reserveCapacity(2 * piece.count)
                for sample in piece {
                    bytes.append(UInt8(truncatingIfNeeded: sample))
                    bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
                }
                take(connection.send(bytes), now)
            } else if isWhole {
                state = .ending
                finalsBefore = stream.finals
                (heardFrom, pinged) = (now, now)
                // Before the end, which may keep the service from answering at once.
                take(connection.ping(), now)
                take(connection.send(RecognitionStream.stop(style)), now)
            } else {
                return
            }
        }
    }

    /// Nothing more of it is wanted.
    func leave(_ code: CloseCode = .normal) {
        if !isOver { end(.done, code) }
    }
}
