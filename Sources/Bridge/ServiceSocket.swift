import HTTP
import System
import Transport
import WebSocket

/// The WebSocket of a loop: none at first, then one after the other. A method that returns an event is at its end already; the
/// loop gives that event to its machine.
struct ServiceSocket {
    private var connection: WebSocketConnection?

    var interest: Poll.Interest? { connection?.interest }
    /// There are bytes that no poll reports.
    var hasMore: Bool { connection?.hasMore == true }

    func process(_ ready: [CInt: Poll.Events]) -> [SocketEvent] { connection?.process(ready) ?? [] }

    /// nil: the completion is not the socket's.
    func completed(_ completion: (id: Int, result: Result<Response, Failure>)) -> SocketEvent? {
        connection?.completed(completion)
    }

    /// Drops the connection, if there is one, and begins a new one.
    mutating func open(_ client: HTTPClient, to location: Location, timeout: Duration) {
        abandon()
        connection = WebSocketConnection(client, to: location, timeout: timeout)
    }

    func upgrade(path: String, headers: [Header]) -> SocketEvent? { connection?.upgrade(path: path, headers: headers) }

    var isHeard: Bool { connection?.isHeard == true }

    /// Sends a text.
    func send(_ text: String) -> SocketEvent? { connection?.send(text) }

    func ping() -> SocketEvent? { connection?.ping() }

    /// Starts the close handshake. Where nothing is left to close, it is over at once.
    func close(_ code: CloseCode) -> SocketEvent? {
        connection?.close(code)
        return connection?.isOver == false ? nil : .closed(nil, reason: "")
    }

    func abandon() { connection?.abandon() }
}
