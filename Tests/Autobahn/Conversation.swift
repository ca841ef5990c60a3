import HTTP
import System
import Transport
import WebSocket

/// One connection with the suite. It says back each message that it is sent, or keeps the texts.
final class Conversation {
    enum Kind {
        /// The suite judges what is said back.
        case echo
        /// The suite answers what the path asks.
        case question
    }

    private enum Message {
        case text(String)
        case binary([UInt8])
    }

    let path: String
    private let kind: Kind
    private let connection: WebSocketConnection
    private let deadline: Duration
    /// What is to be said back as soon as the peer has taken what was said before.
    private var echoes: [Message] = []
    /// What was sent to a question.
    private(set) var answers: [String] = []
    /// Why there was no WebSocket.
    private(set) var failure: String?

    /// Messages of the suite have up to 16 MiB, which a call never takes.
    private static let longestMessage = 32 << 20
    /// The suite itself ends the slowest of its cases after 100 s.
    private static let patience = Duration.seconds(120)

    init(_ client: HTTPClient, with address: Location, _ path: String, as kind: Kind) {
        self.path = path
        self.kind = kind
        connection = WebSocketConnection(
            client, to: address, timeout: .seconds(20), longestMessage: Self.longestMessage)
        deadline = MonotonicClock.now() + Self.patience
        connection.receives = { [unowned self] in hear(.binary($0)) }
    }

    var interest: Poll.Interest? { connection.interest }
    var hasMore: Bool { connection.hasMore }
    var isOver: Bool { connection.isOver }

    func take(_ completion: (id: Int, result: Result<Response, Failure>)) {
        if let event = connection.completed(completion) { take(event) }
    }

    /// Reads what has come, and says what is to be said back.
    func process(_ ready: [CInt: Poll.Events]) {
        for event in connection.process(ready) { take(event) }
        while connection.hasRoom, !echoes.isEmpty {
            let event =
                switch echoes.removeFirst() {
                case .text(let text): connection.send(text)
                case .binary(let bytes): connection.send(bytes)
                }
            if let event { take(event) }
        }
        if !isOver, MonotonicClock.now() > deadline {
            failure = "no end after \(Self.patience)"
            connection.abandon()
        }
    }

    private func take(_ event: SocketEvent) {
        switch event {
        case .connected:
            if let event = connection.upgrade(path: path, headers: []) { take(event) }
        case .failed(let reason): failure = "\(reason)"
        case .refused(let status, _): failure = "refused with \(status)"
        case .text(let text): hear(.text(text))
        case .opened, .alive, .closed: break
        }
    }

    private func hear(_ message: Message) {
        switch (kind, message) {
        case (.echo, _): echoes.append(message)
        case (.question, .text(let text)): answers.append(text)
        case (.question, .binary): failure = "an answer that is no text"
        }
    }
}
