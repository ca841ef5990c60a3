import JSON

extension Scenario {
    /// Reads a scenario: a line a setting or a rule, `;` before comments.
    ///
    ///     credentials ID SECRET | flow ID | tts-key KEY | expires-in N, "N" or omit | certificate wrong-name or expired
    ///     api-key KEY | bot ID DIALOG | stt-key KEY
    ///
    ///     token | session | flows | bots
    ///                               [delay MS] [ok | status N [retry-after X] | reply JSON | drop | hang | garbage |
    ///                                           huge | deep | slow | stall] [times N]
    ///     dialog "TEXT" or any | stt
    ///                               [delay MS] [the same, or say "TEXT"] [times N]
    ///     voice                     [delay MS] [ok | status ... | drop | hang | garbage | slow | bad-accept | extension]
    ///     audio NAME or any | tts   [delay MS] [ok | status ... | drop | hang | garbage | slow | huge | stall |
    ///                                           redirect URL]
    ///     open | key K or any | after MS   [delay MS] [ok | say "TEXT" | send JSON | garbage | frame HEX | close CODE |
    ///                                                  drop | silence] [times N]
    ///       then                           one more step of the rule before
    ///
    /// `dialog` is for what the caller says, and its `say` is the bot's answer; with `stt`, it is what the caller is
    /// understood to say. The first rule with uses left wins, but every rule for an opening socket is carried out. An
    /// address that begins with `/` is this service's, one with `//host/` the same port under another name. A file is
    /// named after what is in it: `/audio/menu-16k-900ms.wav`, `/audio/music-44k-stereo.wav`; `.bad` holds no sound.
    public init(parsing text: String) throws(Mistake) {
        for (index, content) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var line = ScenarioLine(content, number: index + 1)
            if let word = try line.word() { try read(word.text, from: &line) }
        }
    }

    private mutating func read(_ word: String, from line: inout ScenarioLine) throws(Mistake) {
        switch word {
        case "credentials":
            clientID = try line.word("the client's id")
            clientSecret = try line.word("the client's secret")
        case "flow": flow = try line.word("the flow's id")
        case "tts-key": speechKey = try line.word("the key")
        case "api-key": apiKey = try line.word("the key")
        case "stt-key": recognitionKey = try line.word("the key")
        case "bot":
            bot = try line.word("the bot's id")
            dialog = try line.word("the dialog's id")
        case "expires-in": lifetime = try Lifetime(from: &line)
        case "certificate":
            let flaw = try line.word("wrong-name or expired")
            guard let flaw = CertificateFlaw(rawValue: flaw) else { throw line.mistake(.unknownWord(flaw)) }
            certificate = flaw
        case "then":
            guard let last = rules.indices.last, rules[last].trigger.isAboutVoice else {
                throw line.mistake(.nothingBefore)
            }
            let (step, times) = try line.step(for: rules[last].trigger)
            rules[last].steps.append(step)
            rules[last].times = times ?? rules[last].times
        default:
            let trigger = try Trigger(word, from: &line)
            let (step, times) = try line.step(for: trigger)
            rules.append(Rule(trigger: trigger, steps: [step], times: times))
        }
        if let extra = try line.word() { throw line.mistake(.unknownWord(extra.text)) }
    }
}

extension Scenario.Lifetime {
    fileprivate init(from line: inout ScenarioLine) throws(Scenario.Mistake) {
        guard let word = try line.word() else { throw line.mistake(.missing("a number of seconds, or omit")) }
        if word.text == "omit" {
            self = .omitted
        } else if let seconds = Int(word.text), seconds >= 0 {
            self = word.isQuoted ? .text(seconds) : .seconds(seconds)
        } else {
            throw line.mistake(.notANumber(word.text))
        }
    }
}

extension Scenario.Trigger {
    /// Whether it belongs to an open voice socket, where several steps may follow each other.
    var isAboutVoice: Bool {
        switch self {
        case .open, .key, .after: true
        default: false
        }
    }

    fileprivate init(_ word: String, from line: inout ScenarioLine) throws(Scenario.Mistake) {
        switch word {
        case "token": self = .token
        case "session": self = .session
        case "flows": self = .flows
        case "voice": self = .voice
        case "tts": self = .tts
        case "bots": self = .bots
        case "stt": self = .stt
        case "dialog":
            let text = try line.word("what the caller says, or any")
            self = .dialog(text == "any" ? nil : text)
        case "open": self = .open
        case "after": self = .after(try line.milliseconds())
        case "audio":
            let name = try line.word("the file's name, or any")
            self = .audio(name == "any" ? nil : name)
        case "key":
            let key = try line.word("a key")
            if key == "any" {
                self = .key(nil)
            } else if let first = key.first, key.count == 1, "0123456789*#".contains(first) {
                self = .key(first)
            } else {
                throw line.mistake(.notAKey(key))
            }
        default: throw line.mistake(.unknownWord(word))
        }
    }

    fileprivate func saying(_ text: String) -> Scenario.Action {
        isAboutVoice ? .send(["type": "response", "text": .string(text)]) : .say(text)
    }

    /// The words that an action for this trigger may start with.
    fileprivate var actions: Set<String> {
        let http: Set = ["ok", "status", "drop", "hang", "garbage", "slow"]
        return switch self {
        case .token, .session, .flows, .bots: http.union(["reply", "huge", "deep", "stall"])
        case .dialog, .stt: http.union(["reply", "huge", "deep", "stall", "say"])
        case .voice: http.union(["bad-accept", "extension"])
        case .tts, .audio: http.union(["redirect", "huge", "stall"])
        case .open, .key, .after: ["ok", "say", "send", "drop", "close", "frame", "garbage", "silence"]
        }
    }
}

extension ScenarioLine {
    /// `[delay MS] [ACTION] [times N]`
    fileprivate mutating func step(
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
        case "silence": .silence
        case "bad-accept": .badAccept
        case "extension": .unofferedExtension
        case "redirect": .redirect(try self.word("an address"))
        case "reply": .reply(try object())
        case "send": .send(try object())
        case "say": trigger.saying(try self.word("a text"))
        case "close": .close(UInt16(try number("a close code", in: 0...65_535)))
        case "frame": .frame(try hexBytes())
        case "status": .status(try number("a status", in: 100...599), retryAfter: try retryAfter())
        default: throw mistake(.unknownWord(word))
        }
    }

    private mutating func retryAfter() throws(Scenario.Mistake) -> String? {
        let before = self
        if try self.word()?.text == "retry-after" { return try self.word("seconds, or a date in quotation marks") }
        self = before
        return nil
    }

    private mutating func hexBytes() throws(Scenario.Mistake) -> [UInt8] {
        let text = try word("bytes in hexadecimal")
        let digits = text.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        if digits.count != text.count || digits.count % 2 != 0 { throw mistake(.notHex(text)) }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
