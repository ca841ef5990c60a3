import Cognigy
import HTTP
import System
import Transport
import WebSocket

/// Opens the socket of a recogniser and closes it again, for an operator who waits. Nothing is said on it.
public struct RecognitionTrial {
    public enum Outcome {
        case open
        case refused(status: Int)
        case failed(Failure)
    }

    private let client: HTTPClient
    private let recognizer: Recognizer
    private static let patience = Duration.seconds(10)

    public init(_ recognizer: Recognizer, _ client: HTTPClient) {
        self.recognizer = recognizer
        self.client = client
    }

    /// What has come of it, and how long it took.
    public func run() -> (outcome: Outcome, time: Duration) {
        let start = MonotonicClock.now()
        let connection = WebSocketConnection(client, to: recognizer.location, timeout: Self.patience)
        var happened: [SocketEvent] = []
        while MonotonicClock.now() < start + Self.patience {
            let ready = client.wait(
                for: [connection.interest].compactMap(\.self), timeout: start + Self.patience - MonotonicClock.now())
            happened += client.completions().compactMap { connection.completed($0) } + connection.process(ready)
            while !happened.isEmpty {
                if let outcome = outcome(of: happened.removeFirst(), on: connection, &happened) {
                    return (outcome, MonotonicClock.now() - start)
                }
            }
        }
        let waiting = connection.waiting ?? "an answer to the handshake"
        connection.abandon()
        return (.failed(.timedOut("\(recognizer.location.host): waiting for \(waiting)")), MonotonicClock.now() - start)
    }

    private func outcome(
        of event: SocketEvent, on connection: WebSocketConnection, _ happened: inout [SocketEvent]
    ) -> Outcome? {
        switch event {
        case .connected:
            if let failed = connection.upgrade(path: recognizer.location.path, headers: recognizer.headers) {
                happened.append(failed)
            }
            return nil
        case .opened:
            connection.close(.normal)
            return .open
        case .refused(let status, _): return .refused(status: status)
        case .failed(let failure): return .failed(failure)
        case .closed(_, let reason): return .failed(.unreachable("\(recognizer.location.host): \(reason)"))
        case .text, .alive: return nil
        }
    }
}
