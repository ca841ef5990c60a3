import HTTP

/// What happens on a WebSocket, beginning with its connection.
public enum SocketEvent: Equatable, Sendable {
    /// TCP and TLS are set up, so the handshake may begin.
    case connected
    /// TCP or TLS could not be set up.
    case failed(Failure)
    /// The service answered 101.
    case opened
    /// The service answered another status.
    case refused(status: Int, retryAfter: String?)
    case text(String)
    /// A ping or a pong came, so the socket lives.
    case alive
    /// It is over, by a close frame with its code or without one (nil).
    case closed(CloseCode?, reason: String)
}
