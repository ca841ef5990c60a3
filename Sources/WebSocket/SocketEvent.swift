import HTTP

/// What happens on a WebSocket, from the connection on.
package enum SocketEvent: Equatable, Sendable {
    /// TCP and TLS stand; the handshake may begin.
    case connected
    /// They did not come to stand.
    case failed(Failure)
    /// The service said 101.
    case opened
    /// The service said something else.
    case refused(status: Int, retryAfter: String?)
    case text(String)
    /// Something came that is not for the call, a pong among it: the socket lives.
    case alive
    /// It is over: by a close frame (with its code), or without one (nil).
    case closed(CloseCode?, reason: String)
}
