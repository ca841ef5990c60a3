import JSON

extension ScenarioLine {
    /// Reads what follows a trigger: `[delay MS] [ACTION] [times N]`, in any order.
    mutating func step(
        for trigger: Scenario.Trigger
    ) throws(Scenario.Mistake) -> (step: Scenario.Step, times: Int?) {
        var delay: Duration?
        var action: Scenario.Action?
        var times: Int?
        while let word = try word()?.text {
            switch word {
            case "delay": delay = try milliseconds()
            case "times": times = try number("a number", in: 1...1_000_000)
            default:
                let next = try self.action(word, for: trigger)
                if action != nil { throw mistake(.twoActions(word)) }
                action = next
                if !trigger.actions.contains(word) { throw mistake(.misplaced(word)) }
            }
        }
        if action == nil && delay == nil { throw mistake(.missing("an action")) }
        return (Scenario.Step(delay: delay ?? .zero, action: action ?? .ok), times)
    }

    private mutating func action(
        _ word: String, for trigger: Scenario.Trigger
    ) throws(Scenario.Mistake) -> Scenario.Action {
        switch word {
        case "ok": .ok
        case "drop": .drop
        case "hang": .hang
        case "garbage": .garbage
        case "huge": .huge
        case "deep": .deep
        case "slow": .slow
        case "stall": .stall
        case "cut": .cut
        case "paced": try paced()
        case "silence": .silence
        case "bad-accept": .badAccept
        case "extension": .unofferedExtension
        case "redirect": .redirect(try self.word("an address"))
        case "reply": .reply(try object())
        case "send": .send(try object())
        case "update": .send(["type": "INTERACTION_UPDATE", "payload": try object()])
        case "say": .say(try self.word("a text"))
        case "output": .output(try object())
        case "command": .command(try objectOrArray())
        case "error": .error(try self.word("a text"))
        case "exception": .exception(try object())
        case "final": .final(try self.word("regular, cognigyStopFlow or error"))
        case "again": .again
        case "packet": .packet(try self.word("a text"))
        case "close": .close(UInt16(try number("a close code", in: 0...65_535)))
        case "frame": .frame(try hexBytes())
        case "processing": .processing(looks: try number("a number of looks", in: 1...1_000_000))
        case "status":
            .status(try number("a status", in: 100...599), retryAfter: try retryAfter(), body: try body())
        default: throw mistake(.unknownWord(word))
        }
    }

    private mutating func paced() throws(Scenario.Mistake) -> Scenario.Action {
        let piece = try milliseconds()
        if piece < .milliseconds(1) { throw mistake(.missing("a length above 0")) }
        return .paced(piece: piece, pause: try goesOn(with: "pause") ? try milliseconds() : .zero)
    }

    private mutating func retryAfter() throws(Scenario.Mistake) -> String? {
        try goesOn(with: "retry-after") ? try word("seconds, or a date in quotation marks") : nil
    }

    private mutating func body() throws(Scenario.Mistake) -> JSON? {
        try goesOn(with: "body") ? try object() : nil
    }

    private mutating func hexBytes() throws(Scenario.Mistake) -> [UInt8] {
        let text = try word("bytes in hexadecimal")
        let digits = text.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        if digits.count != text.count || digits.count % 2 != 0 { throw mistake(.notHex(text)) }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
