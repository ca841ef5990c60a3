import Text

/// The file, the environment and the arguments, laid over each other. The later layer wins, field by field.
struct Layers {
    private var entries: [Entry] = []

    /// The entry that sets a field, if any.
    func entry(_ section: String, _ field: String) -> Entry? {
        entries.first { $0.key.section == section && $0.key.field == field }
    }

    /// Lays `layer` over the others. Within one layer no field may be set twice.
    mutating func add(_ layer: [Entry]) throws(ConfigurationError) {
        for (index, entry) in layer.enumerated() {
            guard let earlier = layer[..<index].first(where: { $0.key.setsFieldOf(entry.key) }) else { continue }
            if earlier.key.name == entry.key.name {
                throw entry.error("is set already (\(earlier.origin.short))", "remove one of the two")
            }
            throw entry.error("excludes \(earlier.key.name) (\(earlier.origin.short))", "keep one of the two")
        }
        entries.removeAll { old in layer.contains { $0.key.setsFieldOf(old.key) } }
        entries += layer
    }

    /// Makes the settings of all layers. Where several entries are wrong, the first that was written is reported.
    func settings() throws(ConfigurationError) -> Settings {
        var settings = Settings()
        for entry in entries {
            try entry.key.apply(&settings, entry)
            // A proxy may hold a password, and matters to no machine.
            if entry.key.name != "proxy" { settings.source.entries.append(entry.written(settings)) }
        }
        try checkSpeech(settings.speech)
        try checkTurns(settings.turns)
        return settings
    }

    private func checkTurns(_ turns: Settings.Turns) throws(ConfigurationError) {
        // With a submit key there may be any number of digits.
        let isOpen = turns.submitDigit != nil && entry("turns", "max_digits") == nil
        if turns.minDigits > turns.maxDigits, !isOpen,
            let entry = entry("turns", "min_digits") ?? entry("turns", "max_digits")
        {
            throw entry.error("min_digits is more than max_digits", "raise max_digits")
        }
        if turns.noInput == .speech, turns.noInputText == nil, let entry = entry("turns", "no_input") {
            throw entry.error("speech needs no_input_text", "set no_input_text too")
        }
        if turns.noInput == .play, turns.noInputSound == nil, let entry = entry("turns", "no_input") {
            throw entry.error("play needs no_input_sound", "set no_input_sound too")
        }
        if turns.fillerAfter != nil, turns.fillerText == nil, turns.fillerSound == nil,
            let entry = entry("turns", "filler_after_ms")
        {
            throw entry.error("needs filler_text or filler_sound", "set one of them too")
        }
    }

    private func checkSpeech(_ speech: Settings.Speech) throws(ConfigurationError) {
        try checkRecognizer(speech)
        try checkVoice(speech)
        guard let entry = entry("speech", "tts") else { return }
        if speech.tts == .http && speech.ttsURL == nil { throw entry.error("http needs tts_url", "set tts_url too") }
        if speech.tts == .command && speech.ttsCommand == nil {
            throw entry.error("command needs tts_command", "set tts_command too")
        }
    }

    private func checkRecognizer(_ speech: Settings.Speech) throws(ConfigurationError) {
        guard let url = speech.sttURL, let entry = entry("speech", "stt_url") else { return }
        let style = speech.sttStyle
        switch (Settings.Speech.isWebSocket(url), style.isStream) {
        case (true, false):
            throw entry.error(
                "is a WebSocket, which stt_style = \(style.rawValue) does not speak",
                "set stt_style = websocket or vosk, or write an address with https://")
        case (false, true):
            throw entry.error(
                "is no WebSocket, which stt_style = \(style.rawValue) speaks",
                "write an address with wss://, or set stt_style = raw or openai")
        default: break
        }
    }
}

extension Layers {
    private func checkVoice(_ speech: Settings.Speech) throws(ConfigurationError) {
        guard let url = speech.ttsURL, let entry = entry("speech", "tts_url") else { return }
        switch (Settings.Speech.isWebSocket(url), speech.ttsStyle) {
        case (true, .http):
            throw entry.error(
                "is a WebSocket, which tts_style = http does not speak",
                "set tts_style = websocket, or write an address with https://")
        case (false, .websocket):
            throw entry.error(
                "is no WebSocket, which tts_style = websocket speaks",
                "write an address with wss://, or set tts_style = http")
        default: break
        }
    }
}

extension Layers {
    static func environment(_ variables: [String: String]) throws(ConfigurationError) -> [Entry] {
        var entries: [Entry] = []
        let names = variables.keys.filter { $0.hasPrefix("COGNIGY_") && !Schema.ownVariables.contains($0) }
        for name in names.sorted() {
            let origin = Origin.environment(name)
            if let key = Key.named(inEnvironment: name) {
                entries.append(try Entry(key, (variables[name] ?? "").trimmed, origin))
            } else {
                let nearest = NearestName.of(name, among: Schema.keys.map(\.environmentName)) ?? ""
                throw origin.error("is not a setting", "did you mean \(nearest)? Else unset it")
            }
        }
        return entries
    }

    static func arguments(_ arguments: [String]) throws(ConfigurationError) -> [Entry] {
        var entries: [Entry] = []
        for (index, argument) in arguments.enumerated() {
            // A word without "=" may be part of a secret, so the message does not repeat it.
            guard let equals = argument.firstIndex(of: "=") else {
                throw Origin.argument("\(index + 1)").error("is not key=value", "write one as flow_id=ID")
            }
            let name = String(argument[..<equals]).trimmed
            let origin = Origin.argument(name)
            if let key = Schema.arguments[name] {
                let value = String(argument[argument.index(after: equals)...]).trimmed
                entries.append(try Entry(key, value, origin))
            } else if Schema.keys.contains(where: { $0.name == name && $0.isSecret }) {
                throw origin.error(
                    "is a secret, and arguments show in the process list",
                    "keep it in a file of its own, which the configuration names")
            } else if let key = Schema.keys.first(where: { $0.name == name }) {
                throw origin.error(
                    "cannot be set for one call", "write it into the configuration file under [\(key.section)]")
            } else {
                let nearest = NearestName.of(name, among: Schema.arguments.keys.sorted()) ?? ""
                throw origin.error("is not known here", "did you mean \(nearest)?")
            }
        }
        return entries
    }
}
