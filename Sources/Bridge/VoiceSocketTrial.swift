import Cognigy
import HTTP
import System
import Transport

/// Opens the voice socket of a session and closes it at once, for an operator who waits.
public struct VoiceSocketTrial {
    public enum Outcome {
        case open
        case refused(status: Int)
        case failed(Failure)
        /// It was open for less than it takes to close it.
        case ended(String)
    }

    private let client: HTTPClient
    private let base: Location
    private let token: String
    private let sessionID: String

    private static let patience = Duration.seconds(10)
    /// For the service's answer to the close frame.
    private static let parting = Duration.seconds(2)

    public init(_ client: HTTPClient, _ base: Location, token: String, sessionID: String) {
        (self.client, self.base, self.token, self.sessionID) = (client, base, token, sessionID)
    }

    public func run() -> Outcome {
        var socket = ServiceSocket()
        socket.open(client, to: base, timeout: Self.patience)
        defer { socket.abandon() }
        var end = MonotonicClock.now() + Self.patience
        var isOpen = false
        while MonotonicClock.now() < end {
            let timeout = socket.hasMore ? .zero : end - MonotonicClock.now()
            let ready = client.wait(for: [socket.interest].compactMap(\.self), timeout: timeout)
            var events = socket.process(ready)
            for completion in client.completions() {
                if let event = socket.completed(completion) { events.append(event) }
            }
            while !events.isEmpty {
                switch events.removeFirst() {
                case .connected:
                    let event = socket.upgrade(
                        path: VoiceSocket.path(base: base, sessionID: sessionID),
                        headers: VoiceSocket.headers(token: token, sessionID: sessionID))
                    if let event { events.append(event) }
                case .opened:
                    isOpen = true
                    end = MonotonicClock.now() + Self.parting
                    if let event = socket.close(.normal) { events.append(event) }
                case .refused(let status, _): return .refused(status: status)
                case .failed(let failure): return isOpen ? .open : .failed(failure)
                case .closed(_, let reason): return isOpen ? .open : .ended(reason)
                // What the flow says to a caller who is not there.
                case .text, .alive: break
                }
            }
        }
        return isOpen ? .open : .failed(.timedOut("\(base.host): no answer to the WebSocket"))
    }
}
