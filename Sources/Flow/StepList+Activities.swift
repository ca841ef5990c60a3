import JSON

/// Activities as the gateways of AudioCodes take them. Voice Gateway 1, AudioCodes, generic and Avaya nodes emit them.
extension StepList {
    mutating func addActivities(in parts: [JSON]) {
        // In any case, so `_audiocodes` of Cognigy 3 counts as well.
        for name in ["_voiceGateway", "_audioCodes", "_spoken"] {
            for part in parts {
                guard let container = Body(part)[name] else { continue }
                let json = Body(container)["json"].map { JSON.parsed($0) ?? $0 } ?? container
                guard let found = Body(json)["activities"].map({ JSON.parsed($0) ?? $0 }) else { continue }
                // The same activities may stand in several containers, for several gateways.
                for activity in (found.array ?? [found]).prefix(StepList.most + 1) { addActivity(activity) }
                return
            }
        }
    }

    private mutating func addActivity(_ json: JSON) {
        guard json.object != nil else { return add(.malformed("an activity that is no object")) }
        let body = Body(json)
        // What an activity sets for itself holds until the caller's next input, what it sets for the session stays.
        configure(SessionConfig(reading: body["sessionParams"] ?? [:]))
        let members = (body["activityParams"]?.object ?? [:]).filter { StepList.isSetting($0.key.lowercased()) }
        configure(SessionConfig(reading: .object(members), isForTurn: true))
        let parameters = Body(body["activityParams"])
        let name = body["name"]?.words
        if body["type"]?.string?.lowercased() == "message" || name == nil {
            let text = body["text"]?.words
            if let text { say(text) } else { add(.malformed("an activity without a name and without a text")) }
            return
        }
        switch name?.lowercased() ?? "" {
        case "hangup": hangUp(reason: parameters["hangupReason"]?.words)
        case "handover", "transfer": addHandover(parameters)
        case "playurl":
            play(parameters["playUrlUrl"]?.list ?? [], instead: parameters["playUrlAltText"]?.words)
        case "config": break
        default: add(.impossible((name ?? "").shortened))
        }
    }

    /// Whether this member of `activityParams` belongs to no command.
    private static func isSetting(_ key: String) -> Bool {
        ["hangup", "handover", "transfer", "playurl", "callrecording"].allSatisfy { !key.hasPrefix($0) }
    }

    /// The gateway itself decided between INVITE and REFER. Here a transfer that names who refers is a REFER, because only
    /// that has such a header (RFC 3892), and any other one is dialled, which every channel can do.
    private mutating func addHandover(_ parameters: Body) {
        guard let target = Transfer.target(parameters["transferTarget"]) else {
            return add(.malformed("handover without a target that can be called"))
        }
        var headers = parameters.headers("transferSipHeaders")
        let referrer = Transfer.target(parameters["transferReferredByURL"])
        if let referrer { headers["Referred-By"] = referrer }
        add(
            .transfer(
                Transfer(
                    referrer == nil ? .dial : .refer, to: target, headers: headers,
                    reason: StepList.reason(parameters["handoverReason", "transferReason"]?.words))))
    }
}
