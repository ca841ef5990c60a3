import JSON

extension Scenario {
    /// Reads a scenario: a line a setting or a rule, `;` before comments.
    ///
    ///     credentials ID SECRET | flow ID | tts-key KEY | expires-in N, "N" or omit | certificate wrong-name or expired
    ///     api-key KEY | bot ID DIALOG | stt-key KEY
    ///     handoff-session ID [JSON, of userId, channel, status, variables and telephony]
    ///
    ///     token | session | flows | bots | login | stop | reset
    ///                               [delay MS] [ok | status N [retry-after X] [body JSON] | reply JSON | drop | hang |
    ///                                           garbage | huge | deep | slow | stall] [times N]
    ///     look | mark | run         [delay MS] [the same, or processing N] [times N]
    ///     dialog "TEXT" or any | stt
    ///                               [delay MS] [the same, or say "TEXT"] [times N]
    ///     voice                     [delay MS] [ok | status ... | drop | hang | garbage | slow | bad-accept | extension]
    ///     oauth                     [delay MS] [as token] [times N]
    ///     assist                    [delay MS] [as voice] [times N]
    ///     suggest ID or any         [delay MS] [as dialog] [times N]
    ///     assist-event              [delay MS] [update JSON | send JSON | garbage | frame HEX | close CODE | drop |
    ///                                           silence] [times N]
    ///     audio NAME or any | tts   [delay MS] [ok | status ... | drop | hang | garbage | slow | huge | stall |
    ///                                           redirect URL]
    ///     open | key K or any | after MS   [delay MS] [ok | say "TEXT" | send JSON | garbage | frame HEX | close CODE |
    ///                                                  drop | silence] [times N]
    ///       then                           one more step of the rule before, also of `assist-event`
    ///
    /// `login` is for /api/v1/auth/login in both spellings; `look` and `mark` are for GET and PUT of a session, `run`
    /// for /api/v1/flow, `stop` and `reset` for a session's commands and variables. These know the sessions of
    /// `handoff-session`, by default active on voice, and those whose call runs. `processing N`: the next N looks find
    /// the session processing, this one included; a mark or run is answered 409.
    ///
    /// `oauth` is for the token of agent assist, `assist` for its stream's handshake, `suggest` for the questions about
    /// one interaction. Every rule of `assist-event` with uses left is carried out when a stream opens, up to one that
    /// drops, closes or silences it; `update` sends an INTERACTION_UPDATE with this payload.
    ///
    /// `dialog` is for what the caller says, and its `say` is the bot's answer; with `stt`, it is what the caller is
    /// understood to say. The first rule with uses left wins, but every rule for an opening socket is carried out. An
    /// address that begins with `/` is this service's, one with `//host/` the same port under another name. A file is
    /// named after what is in it: `/audio/menu-16k-900ms.wav`, `/audio/music-44k-stereo.wav`; `.bad` holds no sound.
    package init(parsing text: String) throws(Mistake) { try add(text) }

    /// Reads more of the same, from another file.
    package mutating func add(_ text: String) throws(Mistake) {
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
        case "handoff-session":
            let id = try line.word("the session's id")
            sessions[id] = try Session(from: &line)
        case "expires-in": lifetime = try Lifetime(from: &line)
        case "certificate":
            let flaw = try line.word("wrong-name or expired")
            guard let flaw = CertificateFlaw(rawValue: flaw) else { throw line.mistake(.unknownWord(flaw)) }
            certificate = flaw
        case "then":
            guard let last = rules.indices.last, rules[last].trigger.isOnSocket else {
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
