import JSON

extension Scenario {
    /// Reads a scenario. Each line is a setting or a rule: `TRIGGER [delay MS] [ACTION] [times N]`.
    ///
    /// The language is explained in Tests/README.md, section "Scenarios"; ScenarioManualTests compares that section with
    /// the parser. A new setting is a case in `read`. A new trigger is a case in `Trigger.init`. A new action is a case
    /// in `ScenarioLine.action`, and belongs to the triggers that list it in `Trigger.actions`.
    public init(parsing text: String) throws(Mistake) { try add(text) }

    /// Adds the lines of another text. Its settings replace earlier ones, and its rules follow the earlier rules.
    public mutating func add(_ text: String) throws(Mistake) {
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
        case "endpoint-token": endpointToken = try line.endpointToken()
        case "ping-interval": pingInterval = try line.milliseconds()
        case "ping-timeout": pingTimeout = try line.milliseconds()
        case "inner-handshake":
            let answer = try line.word("yes or no")
            guard ["yes", "no"].contains(answer) else { throw line.mistake(.unknownWord(answer)) }
            takesInnerHandshake = answer == "yes"
        case "certificate":
            let flaw = try line.word("wrong-name, expired, not-yet or self-signed")
            guard let flaw = CertificateFlaw(rawValue: flaw) else { throw line.mistake(.unknownWord(flaw)) }
            certificate = flaw
        case "then":
            guard let last = rules.indices.last, rules[last].trigger.takesSteps else {
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

extension ScenarioLine {
    fileprivate mutating func endpointToken() throws(Scenario.Mistake) -> String {
        let token = try word("the endpoint's token")
        if !Service.isEndpointToken(token) { throw mistake(.notAToken(token)) }
        return token
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
