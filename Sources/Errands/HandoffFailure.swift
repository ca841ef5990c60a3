import Cognigy
import HTTP

/// Why a session was not handed off.
public enum HandoffFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case notFound(String)
    case notActiveVoice(status: String, channel: String)
    /// For so long.
    case locked(Duration)
    case unauthorized
    case forbidden
    case rateLimited
    /// The service's own words, fit to be shown.
    case refused(status: Int, String)
    case unreachable(String)
    case badReply(String)
    case tooLate
    /// Whether the session is marked is not known.
    case uncertain(String)
    /// It is marked, and its flow did not say that it ran.
    case halfDone(String)
    case interrupted

    init(_ reason: Retry.Reason, _ response: Response?) {
        self =
            switch reason {
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .rateLimited: .rateLimited
            case .failed(let status): .refused(status: status, Handoff.shown(response?.body ?? []))
            case .unreachable(let failure): .unreachable("\(failure)")
            }
    }

    /// The same failure during the mark: a request that got no answer may have been carried out.
    var duringMark: HandoffFailure {
        switch self {
        case .unreachable(let why): .uncertain(why)
        case .tooLate: .uncertain("\(self)")
        case .badReply, .refused(500..., _), .notActiveVoice("transferring", _): .uncertain("\(self)")
        default: self
        }
    }

    public var description: String {
        switch self {
        case .notFound(let id): "session \(id) is not there, or has ended"
        case .notActiveVoice(let status, let channel):
            "the session is \(Handoff.shown(Array(status.utf8))) on \(Handoff.shown(Array(channel.utf8))); only an active one on voice is handed off"
        case .locked(let time): "a flow has held the session for \(time); raise [handoff] lock_wait, or mend the flow"
        case .unauthorized: "\(Token.refused): check both"
        case .forbidden: "HTTP 403: give the API client the scopes session:write, flow:execute and telephony:transfer"
        case .rateLimited: "HTTP 429 again and again: ask for a higher limit"
        case .refused(let status, let words): "HTTP \(status)\(words.isEmpty ? "" : ": \(words)")"
        case .unreachable(let why): "the service cannot be reached: \(why)"
        case .badReply(let why): why
        case .tooLate: "the service did not answer in time"
        case .uncertain(let why): "whether the session is marked for the transfer is not known: \(why)"
        case .halfDone(let why):
            "half done: the session is marked for the transfer, but its flow did not say that it ran: \(why)"
        case .interrupted: "interrupted; nothing was changed"
        }
    }
}
