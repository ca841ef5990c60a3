import JSON

/// Voice Gateway 2 (`@cognigy/voicegateway2`): `_cognigy._voiceGateway2.json`, in one document `_voice-gateway2`.
extension StepList {
    private static func voiceGateway(_ parts: [JSON]) -> JSON? {
        let containers = parts.compactMap { Body($0)["_voiceGateway2", "_voice-gateway2"] }
        guard let container = containers.first else { return nil }
        let outer = JSON.parsed(container) ?? container
        let json = Body(outer)["json"] ?? outer
        return JSON.parsed(json) ?? json
    }

    /// The text that a Say node has for Voice Gateway alone, in `channelConfig`. It is said in place of the text for all
    /// channels. Settings beside it hold for this output.
    mutating func addChannelConfig(in parts: [JSON]) -> String? {
        let config = StepList.voiceGateway(parts).flatMap { Body($0)["channelConfig"] }
        guard let config, let text = Body(config)["text"]?.list.first else { return nil }
        let members = (config.object ?? [:]).filter { $0.key.lowercased() != "text" }
        configure(SessionConfig(reading: .object(members), isForTurn: true))
        return text
    }

    /// Whether there are any.
    mutating func addVerbs(in parts: [JSON]) -> Bool {
        guard let json = StepList.voiceGateway(parts) else { return false }
        // A text for this gateway alone is no verb.
        if Body(json).names.map({ $0.lowercased() }) == ["channelconfig"] { return true }
        let readings = Verb.read(json)
        for reading in readings {
            switch reading {
            case .verb(let name, let body): add(name, Body(body), body)
            case .unknown(let name): add(.impossible(name))
            case .malformed(let words): add(.malformed(words))
            }
        }
        return !readings.isEmpty
    }

    private mutating func add(_ name: Verb.Name, _ body: Body, _ json: JSON) {
        switch name {
        case .config: addConfig(body, json)
        case .say: addSay(body)
        case .play: addPlay(body)
        case .gather: addGather(body, json)
        case .dtmf: sendDigits(body["dtmf", "digits"], each: body["duration"])
        case .request: addRequest(body)
        case .dub: add(.impossible("dub"))
        case .dial: addDial(body)
        case .refer: addRefer(body)
        case .hangup: addHangUp(body)
        }
    }

    private mutating func addConfig(_ body: Body, _ json: JSON) {
        configure(SessionConfig(reading: json))
        if let record = body["record"] {
            add(.impossible((Body(record)["action"]?.words ?? "config.record").shortened))
        }
    }

    private mutating func addSay(_ body: Body) {
        let texts = body["text"]?.list ?? []
        if texts.isEmpty { add(.malformed("say without a text")) }
        for text in texts { say(text, loops: JSON.loops(body["loop"])) }
        // A voice for one text alone cannot be chosen; the markup of the text may name one.
        if body["synthesizer"] != nil { add(.impossible("say.synthesizer")) }
    }

    private mutating func addPlay(_ body: Body) {
        play(body["url"]?.list ?? [], loops: JSON.loops(body["loop"]), instead: body["fallbackText", "altText"]?.words)
    }

    /// A gather says how to listen, and what the caller hears meanwhile.
    private mutating func addGather(_ body: Body, _ json: JSON) {
        configure(SessionConfig(readingGather: json))
        if let say = body["say"] { addSay(Body(say.object == nil ? ["text": say] : say)) }
        if let play = body["play"] { addPlay(Body(play.object == nil ? ["url": play] : play)) }
    }

    private mutating func addRequest(_ body: Body) {
        let method = (body["method"]?.words ?? "INFO").uppercased()
        guard ["INFO", "MESSAGE", "NOTIFY"].contains(method) else {
            return add(.impossible("sip:request \(method.shortened)"))
        }
        let content = body["body"].map { $0.string ?? $0.text }
        guard content?.utf8.count ?? 0 <= StepList.longestText else {
            return add(.malformed("sip:request is too long"))
        }
        add(.sipRequest(method: method, headers: body.headers("headers"), body: content))
    }

    private mutating func addHangUp(_ body: Body) {
        let headers = body.headers("headers")
        let header = headers.first { $0.key.lowercased() == "x-reason" }?.value
        // The member for "Enable Immediate Hangup" is not documented; these are the likely ones.
        let isImmediate = body["immediate", "isImmediate", "immediateHangup", "enableImmediateHangup"]?.bool ?? false
        hangUp(reason: header ?? body["reason", "hangupReason"]?.words, isImmediate: isImmediate)
    }

    // MARK: Transfers

    private mutating func addDial(_ body: Body) {
        if body["target"] == nil, body["referTo"] != nil { return addRefer(body) }
        let list = body["target", "targets", "transferTarget", "number", "to"]
        let targets = (list?.array ?? [list].compactMap { $0 }).map { entry -> String? in
            if entry.object == nil { return Transfer.target(entry) }
            return Transfer.target(Body(entry)["number", "sipUri", "name"])
        }
        let good = targets.compactMap { $0 }.prefix(Transfer.mostTargets)
        if good.count < targets.count { add(.malformed("dial with a target that nobody can call")) }
        guard let first = good.first else { return add(.malformed("dial without a target")) }
        for name in ["amd", "listen", "transcribe", "confirmHook", "dub"] where body[name] != nil {
            add(.impossible("dial.\(name)"))
        }
        add(
            .transfer(
                Transfer(
                    .dial, to: first, furtherTargets: Array(good.dropFirst()),
                    callerID: Transfer.target(body["callerId"]),
                    // Nobody rings for less than a second or for more than a quarter of an hour.
                    timeout: body["timeout"]?.time(secondsBelow: 1000),
                    // A limit in milliseconds would be longer than a day if it counted seconds.
                    timeLimit: body["timeLimit"]?.time(secondsBelow: 86_400), headers: body.headers("headers"),
                    music: StepList.address(body["dialMusic"]?.string), reason: StepList.reason(body["reason"]?.words)))
        )
    }

    private mutating func addRefer(_ body: Body) {
        guard let target = Transfer.target(body["referTo", "target", "transferTarget", "number"]) else {
            return add(.malformed("sip:refer without a target that can be called"))
        }
        var headers = body.headers("headers")
        // RFC 3892, section 3.
        if let referrer = Transfer.target(body["referredBy"]), headers["Referred-By"] == nil {
            headers["Referred-By"] = referrer
        }
        add(.transfer(Transfer(.refer, to: target, headers: headers, reason: StepList.reason(body["reason"]?.words))))
    }
}
