import WebSocket

/// How the call ended, as the dialplan reads it.
public struct Ending: Equatable, Sendable {
    public enum Status: String, Sendable {
        case completed = "COMPLETED"
        case handoff = "HANDOFF"
        case hangup = "HANGUP"
        case unavailable = "UNAVAILABLE"
        case error = "ERROR"
    }

    public let status: Status
    /// A word or two for the dialplan and the log.
    public let reason: String
    /// The sentence for people, where the reason alone does not tell what to do.
    public let detail: String?
    public let transferTarget: String?
    /// Where the caller goes may not be written down.
    public let isSensitive: Bool

    public init(
        _ status: Status, _ reason: String, detail: String? = nil, transferTarget: String? = nil,
        isSensitive: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.detail = detail
        self.transferTarget = transferTarget
        self.isSensitive = isSensitive
    }

    public static let hangup = Ending(.hangup, "hangup")

    /// RFC 6455, 7.4.1: 1000 when the purpose is fulfilled, 1001 when this end goes away.
    var closeCode: CloseCode {
        switch status {
        case .completed, .handoff: .normal
        case .hangup, .unavailable, .error: .goingAway
        }
    }
}
