import WebSocket

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
