import HTTP
import WebSocket

/// One thing that arrived from outside.
public enum Event: Equatable {
    case socket(SocketEvent)
    case response(Purpose, Result<Response, Failure>)
    /// SIGHUP came, and the configuration was read again.
    case reload(Rules)
    /// SIGTERM or SIGINT came, or the reader is gone.
    case terminate
    /// A deadline may have passed.
    case tick
}

/// What a request is for.
public enum Purpose: Hashable {
    case token
    /// The number tells apart the questions that are asked at the same time.
    case suggestions(Int)
}
