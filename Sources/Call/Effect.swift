import Errands
import AGI
import Cognigy
import HTTP
import Text
import WebSocket

/// What the machine wants done, in this order.
package enum Effect: Equatable {
    case send(Command)
    /// Look for a token; `rejected` is one that the service refused. `alone`: whatever another process is doing.
    case findToken(rejected: String?, alone: Bool = false)
    case storeToken(Token.Grant)
    /// No token was to be had: let another process try.
    case releaseToken
    case request(Purpose, Request)
    /// Of a handoff or a barge-in, each with a token of its own.
    case errand(Errand.Kind, Errand.Wish)
    case openSocket
    case upgrade(path: String, headers: [Header])
    case sendKey(DTMF)
    case sendPing
    case closeSocket(CloseCode)
    case abandonSocket
    /// Make something of this that Asterisk can play.
    case prepare(Playlist.ID, Voice.Message)
    /// The sound is not needed any more.
    case discard(Playlist.ID)
    /// The session has a name, by which a webhook may ask for it.
    case sessionBegan(String)
    case serviceWorks
    case serviceFails
    /// The set-up ended without a verdict on the service.
    case serviceUnknown
    case turn(Turn)
    /// One of the machine's dialog requests, and the end of it.
    case takeSlot
    case releaseSlot
    /// So that the same caller's next call goes on from here.
    case saveDialog(DialogMemory)
    case forgetDialog
    case log(LogLevel, String)
    case finish
}

/// How the call ended, as the dialplan reads it.
package struct Ending: Equatable, Sendable {
    package enum Status: String, Sendable {
        case completed = "COMPLETED"
        case handoff = "HANDOFF"
        case hangup = "HANGUP"
        case unavailable = "UNAVAILABLE"
        case error = "ERROR"
    }

    package let status: Status
    /// A word or two for the dialplan and the log.
    package let reason: String
    /// The sentence for people, where the reason alone does not tell what to do.
    package let detail: String?
    package let transferTarget: String?

    package init(_ status: Status, _ reason: String, detail: String? = nil, transferTarget: String? = nil) {
        self.status = status
        self.reason = reason
        self.detail = detail
        self.transferTarget = transferTarget
    }

    package static let hangup = Ending(.hangup, "hangup")

    /// RFC 6455, 7.4.1: 1000 when the purpose is fulfilled, 1001 when this end goes away.
    var closeCode: CloseCode {
        switch status {
        case .completed, .handoff: .normal
        case .hangup, .unavailable, .error: .goingAway
        }
    }
}
