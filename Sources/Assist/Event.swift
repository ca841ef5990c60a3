import HTTP
import WebSocket

/// What arrives from outside, one at a time.
package enum Event: Equatable {
    case socket(SocketEvent)
    case response(Purpose, Result<Response, Failure>)
    /// SIGHUP: the configuration was read again.
    case reload(Rules)
    /// SIGTERM, SIGINT: somebody wants this program to go.
    case terminate
    /// A deadline may have passed.
    case tick
}

/// What a request is for.
package enum Purpose: Hashable {
    case token
    /// One of many questions at a time.
    case suggestions(Int)
}
