import JSON

/// The jambonz nodes for Socket.IO: `data.type` says the command.
extension StepList {
    /// Adds the command in `data`, if there is one. Whether the text of the output is said already, or not to be said: that
    /// is so for a prompt, which has a text of its own.
    mutating func addNodeCommand(in data: JSON, text: String) -> Bool {
        let body = Body(data)
        // Other data may have a member of this name, so an unknown type is no command.
        switch body["type"]?.string?.lowercased() {
        case "hangup": hangUp(reason: body["reason"]?.words)
        case "refer":
            if let target = Transfer.target(body["referTo"]) {
                add(
                    .transfer(
                        Transfer(
                            .refer, to: target, headers: body.headers("headers"),
                            reason: StepList.reason(body["reason"]?.words))))
            } else {
                add(.malformed("refer without a target that can be called"))
            }
        case "play": play(body["url"]?.list ?? [], loops: JSON.loops(body["loop"]))
        case "dtmf": sendDigits(body["dtmf"], each: body["duration"])
        case "setsessionconfig": configure(SessionConfig(reading: body["config"] ?? [:]))
        // The nodes spell it without the p.
        case "promt", "prompt":
            addPrompt(body, text: text)
            return true
        default: break
        }
        return false
    }

    /// The settings are those of the next turn only. A sound is played in place of the text.
    private mutating func addPrompt(_ body: Body, text: String) {
        configure(SessionConfig(reading: body["config"] ?? [:], isForTurn: true))
        let words = body["text"]?.words ?? text
        if let url = body["url"]?.words {
            play([url], instead: words)
        } else if words.isBlank {
            add(.malformed("a prompt without a text and without a sound"))
        } else {
            say(words)
        }
    }
}
