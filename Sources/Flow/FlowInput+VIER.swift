import JSON

/// The states of VIER Cognitive Voice Gateway. Keys and speech are plain texts.
extension FlowInput {
    func vierMessage(_ facts: CallFacts) -> FlowMessage? {
        var data: [String: JSON] = ["dialogId": .string(facts.callID)]
        if let start = facts.start, start.isFinite, abs(start) < 1e12 {
            data["timestamp"] = .integer(Int((start * 1000).rounded()))
        }
        switch self {
        case .callCreated:
            data["status"] = "greeting"
            data["local"] = .string(facts.to)
            data["remote"] = .string(facts.from)
            data["callType"] = "INBOUND"
            if let language = facts.language { data["language"] = .string(language) }
            data["customSipHeaders"] = .object(facts.headers.mapValues { [.string($0)] })
        case .digits, .speech, .text: return FlowMessage(text: text)
        case .noInput: data["status"] = "inactive"
        case .transferred(.dial, let succeeded, _):
            data["status"] = succeeded ? "outbound-success" : "outbound-failure"
        case .transferred(.refer, let succeeded, _):
            if succeeded { return nil }
            data["status"] = "refer-failure"
        case .callCompleted(let party, _):
            data["status"] = "termination"
            // The word for a call that the flow ended is not known.
            if party == .caller { data["reason"] = "callerTerminated" }
        }
        return FlowMessage(text: text, data: .object(data))
    }
}
