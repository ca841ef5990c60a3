import JSON

extension SessionConfig {
    /// Reads a config of any dialect. `isForTurn` says whether it came with one question, and for no longer.
    init(reading json: JSON, isForTurn: Bool = false) {
        var reader = ConfigReader()
        reader.read(json, .whole)
        self = reader.finished
        if isForTurn { holdForTurn() }
    }

    /// Reads what a `gather` says about listening. It holds for one turn.
    init(readingGather json: JSON) {
        let other: Set<String> = ["verb", "say", "play"]
        let members = (json.object ?? [:]).filter { !other.contains($0.key.lowercased()) }
        var reader = ConfigReader()
        reader.read(.object(members), .gather)
        self = reader.finished
        // jambonz collects keys unless it is told to collect something else.
        if Body(json)["input"] == nil {
            let names = ignored
            merge(SessionConfig(digits: .init(isOn: true)))
            ignored = names
        }
        holdForTurn()
    }

    /// What names nothing holds for no time.
    mutating func holdForTurn() {
        isForTurn = namesAnything
        bargeIn?.isSticky = false
    }
}

/// Reads the settings of all dialects, which name the same things differently: as verbs of jambonz, as the parameters of
/// Set Session Config (in sections or flat), as session parameters of AudioCodes, and as the jambonz nodes do. The prefixes
/// of the names and the sections say the same, so both are cut off. Names count in any case.
struct ConfigReader {
    enum Section {
        case whole, gather, bargeIn, digits, noInput, flowNoInput, synthesizer, recognizer, continuousSpeech
    }

    private var config = SessionConfig()
    private var sendsEvent: Bool?
    private var isContinuous: Bool?

    /// In bytes.
    private static let longestName = 100
    private static let deepest = 3
    private static let mostIgnored = 50
    private static let mostHints = 500

    /// Takes each member, and writes down those that it does not understand.
    mutating func read(_ json: JSON, _ section: Section, path: String = "", depth: Int = 0) {
        for (name, value) in (json.object ?? [:]).sorted(by: { $0.key < $1.key }) where value != .null {
            if take(name.lowercased(), value, section, path: path + name, depth: depth) { continue }
            if config.ignored.count < ConfigReader.mostIgnored {
                config.ignored.append((path + name).shortened)
            }
        }
    }

    private mutating func take(_ key: String, _ value: JSON, _ section: Section, path: String, depth: Int) -> Bool {
        if section == .whole || section == .gather, value.object != nil {
            let inner: Section
            switch key {
            case "session", "sessionparams", "nextturn", "config", "additionalsessionparameters": inner = .whole
            case "bargein": inner = .bargeIn
            case "dtmf": inner = .digits
            case "user": inner = .noInput
            case "flow": inner = .flowNoInput
            case "synthesizer": inner = .synthesizer
            case "recognizer": inner = .recognizer
            case "continuousasr": inner = .continuousSpeech
            // It is a command, and its reader names it.
            case "record": return true
            default: return false
            }
            guard depth < ConfigReader.deepest else { return false }
            read(value, inner, path: path + ".", depth: depth + 1)
            return true
        }
        return switch section {
        case .whole: takeFlat(key, value)
        case .gather: takeGather(key, value)
        case .bargeIn: takeBargeIn(key.without("bargein"), value)
        case .digits: takeOwnDigits(key.without("dtmf"), value)
        case .noInput: takeNoInput(key.without("user").without("noinput"), value)
        case .flowNoInput: takeFlowNoInput(key.without("flow").without("noinput"), value)
        case .synthesizer: takeVoice(key, value)
        case .recognizer: takeRecognizer(key, value)
        case .continuousSpeech: takeContinuousSpeech(key.without("asr"), value)
        }
    }

    private mutating func takeFlat(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "language":
            // AudioCodes has one language for both directions.
            return takeVoice(key, value) && takeRecognizer(key, value)
        case "ttslanguage": return takeVoice("language", value)
        case "voicename", "voice", "ttsvoice": return takeVoice("voice", value)
        case "sttlanguage": return takeRecognizer("language", value)
        case "stthints", "sttcontextphrases": return takeRecognizer("hints", value)
        case "mutespeechinput", "mutespeech": return set(&config.isMuted, value.bool)
        case "record", "verb": return true
        case _ where key.hasPrefix("asr"): return takeContinuousSpeech(key.without("asr"), value)
        case _ where key.hasPrefix("bargein"): return takeBargeIn(key.without("bargein"), value)
        case _ where key.hasPrefix("dtmf"): return takeOwnDigits(key.without("dtmf"), value)
        case _ where key.hasPrefix("usernoinput"): return takeNoInput(key.without("usernoinput"), value)
        case _ where key.hasPrefix("noinput"): return takeNoInput(key.without("noinput"), value)
        case _ where key.hasPrefix("flownoinput"): return takeFlowNoInput(key.without("flownoinput"), value)
        case _ where key.hasPrefix("botnoinput"): return takeFlowNoInput(key.without("botnoinput"), value)
        default: return false
        }
    }

    private mutating func takeGather(_ key: String, _ value: JSON) -> Bool {
        switch key {
        // A time of zero is no limit.
        case "timeout": takeNoInput(key, value)
        case "bargein": set(&bargeIn.onSpeech, value.bool)
        case "dtmfbargein": set(&bargeIn.onKeys, value.bool)
        case "input": takeInput(value)
        case "minbargeinwordcount": takeBargeIn(key, value)
        default: takeDigits(key, value)
        }
    }

    // MARK: Barge-in

    private var bargeIn: SessionConfig.BargeIn {
        get { config.bargeIn ?? .init() }
        set { config.bargeIn = newValue }
    }

    private mutating func takeBargeIn(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "", "enable", "enabled":
            guard let ways = value.array else { return set(&bargeIn.isOn, value.bool) }
            let words = ways.compactMap { $0.words?.lowercased() }
            bargeIn.isOn = !words.isEmpty
            bargeIn.onSpeech = words.contains("speech")
            bargeIn.onKeys = words.contains("dtmf") || words.contains("digits")
            return true
        case "ondtmf", "dtmfbargein": return set(&bargeIn.onKeys, value.bool)
        case "onspeech": return set(&bargeIn.onSpeech, value.bool)
        case "minimunwords", "minimumwords", "minwordcount", "minbargeinwordcount":
            return set(&bargeIn.leastWords, value.whole(in: 0...100))
        case "sticky": return set(&bargeIn.isSticky, value.bool)
        case "input":
            // A barge-in of jambonz listens in the background, so what interrupts is collected too. Its members come in the
            // order of the alphabet: its switches are read already.
            let words = value.list.map { $0.lowercased() }
            bargeIn.onSpeech = words.contains("speech")
            bargeIn.onKeys = bargeIn.onKeys ?? words.contains("digits")
            config.digitsAreOfBargeIn = true
            return bargeIn.isOn == false || takeInput(value)
        default:
            let isOfDigits = takeDigits(key, value)
            if isOfDigits { config.digitsAreOfBargeIn = true }
            return isOfDigits
        }
    }

    // MARK: Keys

    private var digits: SessionConfig.Digits {
        get { config.digits ?? .init() }
        set { config.digits = newValue }
    }

    private mutating func takeInput(_ value: JSON) -> Bool {
        let words = value.list.map { $0.lowercased() }
        if words.contains("digits") { digits.isOn = true }
        return !words.isEmpty
    }

    /// Those that no barge-in has named stay, whatever becomes of the barge-in.
    private mutating func takeOwnDigits(_ key: String, _ value: JSON) -> Bool {
        config.digitsAreOfBargeIn = false
        return takeDigits(key, value)
    }

    private mutating func takeDigits(_ key: String, _ value: JSON) -> Bool {
        let count = value.whole(in: SessionConfig.digitCounts)
        switch key.without("collect") {
        case "", "enable", "enabled": return set(&digits.isOn, value.bool)
        case "mindigits": return set(&digits.least, count)
        case "maxdigits": return set(&digits.most, count)
        case "numdigits": return set(&digits.least, count) && set(&digits.most, count)
        case "submitdigit", "finishonkey":
            if value.string?.isBlank ?? false { return set(&digits.submit, "") }
            return set(&digits.submit, value.string.flatMap(SessionConfig.Digits.key))
        case "interdigittimeout": return set(&digits.gap, value.time())
        case "interdigittimeoutms": return set(&digits.gap, value.time(secondsBelow: 0))
        default: return false
        }
    }

    // MARK: Silence

    private mutating func takeNoInput(_ key: String, _ value: JSON) -> Bool {
        if key == "sendevent" { return set(&sendsEvent, value.bool) }
        return ConfigReader.take(key, value, into: &config.noInput)
    }

    private mutating func takeFlowNoInput(_ key: String, _ value: JSON) -> Bool {
        var rules = config.flowNoInput ?? .init()
        defer { config.flowNoInput = rules }
        switch key {
        case "giveuptimeout": return set(&rules.giveUp, value.time())
        case "giveuptimeoutms": return set(&rules.giveUp, value.time(secondsBelow: 0))
        case "fail": return set(&rules.fails, value.bool)
        // A silent flow is told nothing.
        case "mode" where ConfigReader.mode(value) == .event: return false
        default:
            var part: SessionConfig.NoInput? = rules
            let isTaken = ConfigReader.take(key, value, into: &part)
            rules = part ?? rules
            return isTaken
        }
    }

    /// What is named alike for a silent caller and for a silent flow.
    private static func take(_ key: String, _ value: JSON, into part: inout SessionConfig.NoInput?) -> Bool {
        var rules = part ?? .init()
        defer { part = rules }
        switch key {
        case "enable", "enabled", "timeoutenable": return set(&rules.isOn, value.bool)
        case "mode": return set(&rules.mode, mode(value))
        case "timeout": return set(&rules.timeout, value.time())
        case "timeoutms": return set(&rules.timeout, value.time(secondsBelow: 0))
        case "retries": return set(&rules.retries, value.whole(in: SessionConfig.retryCounts))
        case "speech": return set(&rules.speech, speech(value))
        case "url": return set(&rules.url, StepList.address(value.string))
        default: return false
        }
    }

    private static func mode(_ value: JSON) -> SessionConfig.NoInputMode? {
        value.string.flatMap { SessionConfig.NoInputMode(rawValue: $0.lowercased()) }
    }

    /// AudioCodes takes a list of texts as well, and the first of them is as good as any.
    private static func speech(_ value: JSON) -> String? {
        value.list.first.flatMap { $0.utf8.count <= StepList.longestText ? $0 : nil }
    }

    // MARK: Voices and recognizers

    private mutating func takeVoice(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "language": set(&config.language, ConfigReader.name(value))
        case "voice": set(&config.voice, ConfigReader.name(value))
        default: false
        }
    }

    private mutating func takeRecognizer(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "language": return set(&config.recognizerLanguage, ConfigReader.name(value))
        case "hints":
            guard let list = value.array else { return false }
            let words = list.compactMap { $0.words ?? Body($0)["phrase"]?.words }
            return set(&config.hints, Array(words.filter { $0.utf8.count <= 200 }.prefix(ConfigReader.mostHints)))
        case "asrtimeout", "asrdtmfterminationdigit": return takeContinuousSpeech(key.without("asr"), value)
        default: return false
        }
    }

    /// After a silence of this length the caller has finished, or with this key.
    private mutating func takeContinuousSpeech(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "enabled": return set(&isContinuous, value.bool)
        case "timeout": return set(&config.endSilence, value.time().map { min($0, SessionConfig.longestEndSilence) })
        case "digit", "dtmfterminationdigit":
            return set(&config.endSpeechKey, value.string.flatMap(SessionConfig.Digits.key))
        default: return false
        }
    }

    /// A name of a language or a voice. It goes to services and programs, so nothing but plain characters is taken.
    private static func name(_ value: JSON) -> String? {
        guard let text = value.words?.trimmed, text.utf8.count <= longestName else { return nil }
        return text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "-_ .:/".utf8.contains($0) } ? text : nil
    }

    // MARK: The whole

    /// Adds what follows from what is named.
    var finished: SessionConfig {
        var config = config
        // `sticky` of jambonz says whether it listens again after an input. What is switched off stays off.
        if config.bargeIn?.isOn == false { config.bargeIn?.isSticky = nil }
        if config.bargeIn?.isSticky != false { config.digitsAreOfBargeIn = false }
        if config.bargeIn == .init() { config.bargeIn = nil }
        // No pause is as short as none.
        if config.digits?.gap == .zero { config.digits?.gap = nil }
        if config.digits == .init() { config.digits = nil }
        // It is over with a silence of zero, and without a key.
        if isContinuous == false { (config.endSilence, config.endSpeechKey) = (.zero, "") }
        if let sendsEvent {
            var rules = config.noInput ?? .init()
            if sendsEvent { rules.mode = rules.mode ?? .event }
            config.noInput = rules
        }
        config.noInput = ConfigReader.finished(config.noInput)
        config.flowNoInput = ConfigReader.finished(config.flowNoInput)
        return config
    }

    private static func finished(_ part: SessionConfig.NoInput?) -> SessionConfig.NoInput? {
        guard var part else { return nil }
        part.mode = part.mode ?? (part.url != nil ? .play : part.speech != nil ? .speech : nil)
        // A time of zero switches it off, any other time on.
        part.isOn = part.isOn ?? part.timeout.map { $0 > .zero }
        part.timeout = silence(part.timeout)
        part.giveUp = silence(part.giveUp)
        return part == .init() ? nil : part
    }

    /// No time is left of zero.
    private static func silence(_ time: Duration?) -> Duration? {
        time.flatMap { $0 == .zero ? nil : max($0, SessionConfig.shortestSilence) }
    }
}

/// Whether there was a value to set.
private func set<Value>(_ place: inout Value?, _ value: Value?) -> Bool {
    if let value { place = value }
    return value != nil
}

extension String {
    /// What follows a prefix; all of it where it begins otherwise.
    fileprivate func without(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
