import Cognigy
import HTTP
import System
import Transport

/// Opens the socket of a recogniser and closes it again, for an operator who waits. Nothing is said on it.
public struct RecognitionTrial {
    public enum Outcome {
        case open
        case refused(status: Int)
        case failed(Failure)
    }

    private let client: HTTPClient
    private let recognizer: Recognizer
    private let style: RecognitionStream.Style

    /// nil where the recogniser has no socket.
    public init?(_ recognizer: Recognizer, _ client: HTTPClient) {
        guard let style = recognizer.stream else { return nil }
        (self.recognizer, self.style, self.client) = (recognizer, style, client)
    }

    /// What has come of it, and how long it took.
    public func run() -> (outcome: Outcome, time: Duration) {
        let start = MonotonicClock.now()
        let socket = RecognitionSocket(recognizer, style, client, now: start)
        while true {
            let now = MonotonicClock.now()
            if let outcome = outcome(of: socket) {
                socket.leave()
                return (outcome, now - start)
            }
            let timeout = socket.hasMore ? Duration.zero : socket.deadline.map { $0 - now }
            let ready = client.wait(for: [socket.interest].compactMap(\.self), timeout: timeout)
            socket.process(ready, now: MonotonicClock.now())
            for completion in client.completions() { _ = socket.completed(completion, now: MonotonicClock.now()) }
            socket.wake(MonotonicClock.now())
        }
    }

    private func outcome(of socket: RecognitionSocket) -> Outcome? {
        switch socket.state {
        case .opening: nil
        case .refused(let response): .refused(status: response.status)
        case .failed(let failure): .failed(failure)
        case .idle, .hearing, .ending, .done: .open
        }
    }
}
