import HTTP
import JSON
import Text
import WebSocket

/// What the machine wants done, in this order.
package enum Effect: Equatable {
    case request(Purpose, Request)
    /// Nobody waits for the answer any more.
    case cancel(Purpose)
    /// Connect to the host of this address.
    case openSocket(Location)
    case upgrade(path: String, headers: [Header])
    case sendPing
    case closeSocket(CloseCode)
    case abandonSocket
    /// For the agent's desktop: one line, with its end.
    case line([UInt8])
    case metrics([String: JSON])
    case log(LogLevel, String)
    case finish
}
