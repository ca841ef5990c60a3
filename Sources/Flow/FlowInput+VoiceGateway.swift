import JSON

/// The events of Voice Gateway. They hold what is known of a call, and nothing is invented: accounts, traces, vendors and
/// addresses of Cognigy's own gateway are left out.
extension FlowInput {
    func voiceGatewayMessage(_ facts: CallFacts) -> FlowMessage? {
        guard let event else { return FlowMessage(text: text) }
        var payload: [String: JSON] = [
            "call_sid": .string(facts.callSID), "call_id": .string(facts.callID), "direction": "inbound",
            "from": .string(facts.from), "to": .string(facts.to), "call_status": "in-progress", "sip_status": 200,
            "sip_reason": "OK",
        ]
        payload.merge(details(facts)) { $1 }
        var data: [String: JSON] = ["event": .string(event), "payload": .object(payload)]
        data["numberMetaData"] = FlowInput.metadata(of: facts.from)
        // Some flows read keys here.
        if let digits = payload["digits"] { data["dtmf"] = digits }
        return FlowMessage(text: text, data: .object(data))
    }

    private var event: String? {
        switch self {
        case .callCreated: "CALL_CREATED"
        case .digits: "RECOGNIZED_DTMF"
        case .speech: "RECOGNIZED_SPEECH"
        case .noInput: "USER_INPUT_TIMEOUT"
        case .transferred(.dial, let succeeded, _): succeeded ? "TRANSFER_DIAL_SUCCESS" : "TRANSFER_DIAL_ERROR"
        case .transferred(.refer, let succeeded, _): succeeded ? "TRANSFER_REFER_SUCCESS" : "TRANSFER_REFER_ERROR"
        case .callCompleted: "CALL_COMPLETED"
        case .text: nil
        }
    }

    /// What the payload of this event has beside, or in place of, that of every event.
    private func details(_ facts: CallFacts) -> [String: JSON] {
        switch self {
        case .callCreated: return FlowInput.beginning(facts)
        case .digits(let digits, _): return ["digits": .string(digits), "reason": "dtmfDetected"]
        case .speech(let text, let confidence, let language):
            var alternative: [String: JSON] = ["transcript": .string(text)]
            if let confidence, confidence.isFinite { alternative["confidence"] = .number(confidence) }
            var speech: [String: JSON] = [
                "channel_tag": 1, "is_final": true, "alternatives": [.object(alternative)],
            ]
            if let language = language ?? facts.language { speech["language_code"] = .string(language) }
            return ["speech": .object(speech), "reason": "speechDetected"]
        case .noInput(let digits):
            var details: [String: JSON] = ["reason": "timeout"]
            if let digits, !digits.isEmpty { details["digits"] = .string(digits) }
            return details
        case .transferred(let kind, let succeeded, let cause):
            return FlowInput.result(of: kind, succeeded: succeeded, cause: cause)
        case .callCompleted(let party, let seconds):
            return [
                "call_status": "completed", "call_termination_by": .string(party.rawValue),
                "duration": .integer(max(0, seconds)),
            ]
        case .text: return [:]
        }
    }

    private static func beginning(_ facts: CallFacts) -> [String: JSON] {
        var details: [String: JSON] = ["call_status": "trying", "sip_status": 100, "sip_reason": "Trying"]
        if let name = facts.callerName, !name.isEmpty {
            // The gateway gives the name as the header From has it, in quotes.
            let plain = name.filter { $0 != "\"" && $0 != "\\" }
            details["caller_name"] = .string("\"\(plain)\"")
        }
        details["sip"] = ["headers": .object(facts.headers.mapValues { .string($0) })]
        if let language = facts.language {
            details["defaults"] = [
                "synthesizer": ["language": .string(language)], "recognizer": ["language": .string(language)],
            ]
        }
        return details
    }

    /// The words of Voice Gateway for what a dial plan says about a transfer.
    private static func result(of kind: Transfer.Kind, succeeded: Bool, cause: String) -> [String: JSON] {
        let reason: JSON = .string(StepList.reason(cause) ?? (succeeded ? "completed" : "failed"))
        switch kind {
        case .refer where succeeded:
            return ["refer_status": 202, "final_referred_call_status": 200, "reason": reason]
        case .refer: return ["refer_status": 500, "reason": reason]
        case .dial where succeeded:
            return ["dial_call_status": "completed", "dial_sip_status": 200, "reason": reason]
        case .dial:
            // RFC 3261, sections 21.4 and 21.5.
            let (status, code): (String, Int) =
                switch cause.lowercased().filter(\.isLetter) {
                case "busy": ("busy", 486)
                case "noanswer": ("no-answer", 480)
                case "cancel", "canceled", "cancelled": ("canceled", 487)
                case "congestion", "chanunavail": ("failed", 503)
                default: ("failed", 500)
                }
            return ["dial_call_status": .string(status), "dial_sip_status": .integer(code), "reason": reason]
        }
    }

    /// What a number says about itself, where it is written as E.164 numbers are: `+` and at most 15 digits.
    private static func metadata(of number: String) -> JSON? {
        let digits = number.utf8.dropFirst()
        guard number.utf8.first == UInt8(ascii: "+"), (5...15).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return ["number": .string(number), "uri": .string("tel:\(number)")]
    }
}
