import JSON

/// The nodes of VIER Cognitive Voice Gateway: `data.status` says the command.
extension StepList {
    /// What an output sets for its own text. It comes before the text.
    mutating func addVIERSettings(in data: JSON) {
        let body = Body(data)
        let status = body["status"]?.string
        guard status == "prompt" || status == nil && body["interpretAs"] != nil else { return }
        var config = SessionConfig()
        config.bargeIn = StepList.bargeIn(body["bargeIn"])
        if status == "prompt" { StepList.read(prompt: body, into: &config) }
        config.holdForTurn()
        // A language for one text is left alone: it would be the language of the rest of the call.
        for name in ["language", "synthesizers"] where body[name] != nil { config.ignored.append(name) }
        configure(config)
    }

    mutating func addVIERCommand(in data: JSON) {
        let body = Body(data)
        // Other data may have a member of this name, so an unknown status is no command.
        guard let status = body["status"]?.string else { return }
        switch status {
        case "termination": hangUp(reason: body["reason"]?.words)
        case "forward": addTransfer(.dial, body["destinationNumber", "destination"], body)
        case "refer": addTransfer(.refer, body["destination", "destinationNumber"], body)
        case "play":
            var config = SessionConfig()
            config.bargeIn = StepList.bargeIn(body["bargeIn"])
            config.holdForTurn()
            configure(config)
            play(body["url"]?.list ?? [], instead: body["fallbackText"]?.words)
        case "play-stop": add(.stopPlaying)
        case "inactivity-start":
            let timeout = body["timeout"]?.time()
            if timeout == nil { add(.malformed("inactivity-start without a timeout")) }
            configure(SessionConfig(noInput: timeout.map { .events(after: $0) } ?? .init(isOn: true, mode: .event)))
        case "inactivity-stop": configure(SessionConfig(noInput: .init(isOn: false)))
        case "change-defaults":
            let members = (data.object ?? [:]).filter { $0.key != "status" }
            configure(SessionConfig(reading: .object(members)))
        case "recording-start", "recording-stop", "transcription-switch", "aggregation-start", "aggregation-stop":
            add(.impossible(status))
        default: break
        }
    }

    /// One switch for both ways, or one for each.
    private static func bargeIn(_ json: JSON?) -> SessionConfig.BargeIn? {
        guard let json else { return nil }
        if let isOn = json.bool { return .init(isOn: isOn) }
        let body = Body(json)
        let onKeys = body["onDtmf"].flatMap { Body($0)["enable"]?.bool ?? $0.bool }
        let onSpeech = body["onSpeech"].flatMap { Body($0)["enable"]?.bool ?? $0.bool }
        if onKeys == nil && onSpeech == nil { return nil }
        return .init(isOn: onKeys ?? false || onSpeech ?? false, onKeys: onKeys, onSpeech: onSpeech)
    }

    private static func read(prompt body: Body, into config: inout SessionConfig) {
        if let timeout = body["timeout"]?.time() { config.noInput = .events(after: timeout) }
        let type = Body(body["type"])
        switch type["name"]?.string {
        case "Number":
            // Keys are written as DTMF_5 or DTMF_#.
            let submit = (type["submitInputs"]?.list ?? []).compactMap { input in
                input.uppercased().hasPrefix("DTMF_") ? SessionConfig.Digits.key(String(input.dropFirst(5))) : nil
            }
            config.digits = .init(
                isOn: true, least: type["minDigits"]?.whole(in: SessionConfig.digitCounts),
                most: type["maxDigits"]?.whole(in: SessionConfig.digitCounts),
                submit: submit.isEmpty ? nil : submit.joined())
        case "MultipleChoice": config.ignored.append("type.choices")
        default: break
        }
    }

    private mutating func addTransfer(_ kind: Transfer.Kind, _ destination: JSON?, _ body: Body) {
        guard let target = Transfer.target(destination) else {
            return add(.malformed("a transfer without a target that can be called"))
        }
        var headers = body.headers("customSipHeaders")
        // RFC 7433, section 4.
        let information = Body(["headers": ["User-to-User": body["userToUserInformation"] ?? .null]]).headers("headers")
        headers.merge(information) { given, _ in given }
        for name in ["whispering", "acceptAnsweringMachines"] where body[name]?.bool != false && body[name] != nil {
            add(.impossible("forward.\(name)"))
        }
        add(
            .transfer(
                Transfer(
                    kind, to: target, callerID: Transfer.target(body["callerId"]),
                    timeout: body["ringTimeout"]?.time(secondsBelow: 1000), headers: headers)))
    }
}
