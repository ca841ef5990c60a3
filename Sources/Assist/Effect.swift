import HTTP
import JSON
import Text
import WebSocket

/// One thing for the loop to do. The loop carries out effects in the order in which the machine returns them.
public enum Effect: Equatable {
    case request(Purpose, Request)
    /// Abandons the request: its answer is no longer needed.
    case cancel(Purpose)
    /// Connects to the host of this address.
    case openSocket(Location)
    case upgrade(path: String, headers: [Header])
    case sendPing
    case closeSocket(CloseCode)
    case abandonSocket
    /// Writes one line, including its line break, to the agent's desktop.
    case line([UInt8])
    case metrics([String: JSON])
    case log(LogLevel, String)
    case finish
}
