import Cognigy
import HTTP

// MARK: - What went wrong, for people

extension Uplink {
    /// Says for the operator which step of the set-up has not finished.
    var waitingFor: String {
        if fetch == .needed { return "no answer to POST \(Token.path)" }
        if token == nil { return "another call's token request takes too long" }
        if sessionID == nil { return "no answer to POST \(Sessions.path)" }
        return socket == .upgrading ? "no answer to the handshake of the voice socket" : "no voice socket"
    }

    mutating func fail(_ reason: Retry.Reason, _ context: inout Context, during step: String? = nil) -> News {
        let sentence =
            switch reason {
            case .unauthorized: "client_id and client_secret were refused (\(reason)); check both"
            case .forbidden:
                "\(reason): the API client may not use flow \(plan.flowID); it needs the scopes cognigy:session:manage "
                    + "and cognigy:voice:interact, and the flow must be a voice flow of its workspace"
            case .rateLimited: "the service asks to wait longer than setup_timeout allows"
            case .failed(let status):
                "\(plan.base.host) answered \(reason) to \(step ?? "the handshake of the voice socket")"
                    + (status < 500 ? "; look at base_url and flow_id (\(plan.flowID))" : "")
            case .unreachable(let failure):
                "\(step ?? "the voice socket"): \(failure.advised(of: plan.base.host))"
            }
        return fail(reason.word, sentence, &context, isServiceFault: reason.isServiceFault)
    }

    mutating func fail(
        _ reason: String, _ detail: String, _ context: inout Context, isServiceFault: Bool = true
    ) -> News {
        if isServiceFault {
            context.effects.append(.serviceFails)
        } else if owesVerdict {
            context.effects.append(.serviceUnknown)
        }
        phase = .over
        return .unavailable(Ending(.unavailable, reason, detail: detail))
    }
}
