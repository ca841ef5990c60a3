/// A later config changes only what it names.
extension SessionConfig {
    /// Takes over all that `later` names. What was ignored and how long it holds are forgotten, because they belong to one
    /// step.
    public mutating func merge(_ later: SessionConfig) {
        bargeIn = SessionConfig.merged(bargeIn, later.bargeIn) { $0.merge($1) }
        digits = SessionConfig.merged(digits, later.digits) { $0.merge($1) }
        noInput = SessionConfig.merged(noInput, later.noInput) { $0.merge($1) }
        flowNoInput = SessionConfig.merged(flowNoInput, later.flowNoInput) { $0.merge($1) }
        language = later.language ?? language
        voice = later.voice ?? voice
        recognizerLanguage = later.recognizerLanguage ?? recognizerLanguage
        hints = later.hints ?? hints
        endSilence = later.endSilence ?? endSilence
        endSpeechKey = later.endSpeechKey ?? endSpeechKey
        isMuted = later.isMuted ?? isMuted
        isForTurn = false
        digitsAreOfBargeIn = false
        ignored = []
    }

    private static func merged<Part>(_ part: Part?, _ later: Part?, _ merge: (inout Part, Part) -> Void) -> Part? {
        guard var part, let later else { return later ?? part }
        merge(&part, later)
        return part
    }
}

extension SessionConfig.BargeIn {
    fileprivate mutating func merge(_ later: Self) {
        isOn = later.isOn ?? isOn
        onKeys = later.onKeys ?? onKeys
        onSpeech = later.onSpeech ?? onSpeech
        leastWords = later.leastWords ?? leastWords
        isSticky = later.isSticky ?? isSticky
    }
}

extension SessionConfig.Digits {
    fileprivate mutating func merge(_ later: Self) {
        isOn = later.isOn ?? isOn
        least = later.least ?? least
        most = later.most ?? most
        submit = later.submit ?? submit
        gap = later.gap ?? gap
    }
}

extension SessionConfig.NoInput {
    fileprivate mutating func merge(_ later: Self) {
        // It belongs to the words.
        if later.speech != nil || later.url != nil { isSensitive = later.isSensitive }
        isOn = later.isOn ?? isOn
        mode = later.mode ?? mode
        timeout = later.timeout ?? timeout
        retries = later.retries ?? retries
        speech = later.speech ?? speech
        url = later.url ?? url
        giveUp = later.giveUp ?? giveUp
        fails = later.fails ?? fails
    }
}
