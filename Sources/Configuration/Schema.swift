/// Every key there is.
enum Schema {
    static let sections = ["cognigy", "call", "speech", "paths"]

    static let keys: [Key] = cognigy + call + speech + paths

    static func key(_ section: String, _ name: String) -> Key? {
        keys.first { $0.section == section && $0.name == name }
    }

    static func names(in section: String) -> [String] { keys.filter { $0.section == section }.map(\.name) }

    private static let cognigy = [
        Key("cognigy", "base_url", \.cognigy.baseURL, Read.serviceURL),
        Key("cognigy", "instance", \.cognigy.baseURL, Read.instanceURL, field: "base_url"),
        Key("cognigy", "client_id", \.cognigy.clientID, Read.text),
        Key("cognigy", "client_secret", \.cognigy.clientSecret, Read.secret, secret: true),
        Key("cognigy", "client_secret_file", \.cognigy.clientSecret, Read.secretInFile, field: "client_secret"),
        Key("cognigy", "flow_id", \.cognigy.flowID, Read.text),
        Key("cognigy", "api_key", \.cognigy.apiKey, Read.secret, secret: true),
        Key("cognigy", "api_key_file", \.cognigy.apiKey, Read.secretInFile, field: "api_key"),
        Key("cognigy", "tenant", \.cognigy.tenant, Read.text),
        Key("cognigy", "bot_id", \.cognigy.botID, Read.text),
        Key("cognigy", "dialog_id", \.cognigy.dialogID, Read.text),
        Key("cognigy", "ca_path", \.cognigy.caPath, Read.absolutePath),
        Key("cognigy", "ca_file", \.cognigy.caFile, Read.absolutePath),
        Key("cognigy", "proxy", \.cognigy.proxy, Read.proxy, secret: true),
    ]

    private static let call = [
        Key("call", "answer", \.call.answer, Read.boolean),
        Key("call", "on_end", \.call.onEnd, Read.choice),
        Key("call", "on_failure", \.call.onFailure, Read.choice),
        Key("call", "barge_in", \.call.bargeIn, Read.boolean),
        Key("call", "setup_timeout", \.call.setupTimeout, Read.seconds(0.1...300)),
        Key("call", "reply_timeout", \.call.replyTimeout, Read.seconds(0.1...600)),
        Key("call", "idle_timeout", \.call.idleTimeout, Read.secondsOrNone(0...86_400)),
        Key("call", "ping_interval", \.call.pingInterval, Read.seconds(0.1...3600)),
        Key("call", "reconnect_attempts", \.call.reconnectAttempts, Read.count(0...100)),
        Key("call", "wait_prompt", \.call.waitPrompt, Read.prompt),
        Key("call", "fallback_prompt", \.call.fallbackPrompt, Read.prompt),
        Key("call", "audio_hosts", \.call.audioHosts, Read.hosts),
        Key("call", "dtmf_mode", \.call.dtmfMode, Read.choice),
    ]

    private static let speech = [
        Key("speech", "tts", \.speech.tts, Read.choice),
        Key("speech", "tts_url", \.speech.ttsURL, Read.serviceURL),
        Key("speech", "tts_key", \.speech.ttsKey, Read.secret, secret: true),
        Key("speech", "tts_voice", \.speech.ttsVoice, Read.text),
        Key("speech", "tts_command", \.speech.ttsCommand, Read.command),
    ]

    private static let paths = [
        Key("paths", "state", \.paths.state, Read.absolutePath),
        Key("paths", "metrics", \.paths.metrics, Read.pathOrOff),
        Key("paths", "log", \.paths.log, Read.logTarget),
        Key("paths", "log_level", \.paths.logLevel, Read.choice),
    ]
}

extension Schema {
    /// What an AGI argument may set for its own call. Arguments show in the process list: never a secret.
    static let arguments: [String: Key] = [
        "flow_id": Key("cognigy", "flow_id", \.cognigy.flowID, Read.text),
        "voice": Key("speech", "tts_voice", \.speech.ttsVoice, Read.text),
        "on_end": Key("call", "on_end", \.call.onEnd, Read.choice),
        "locale": Key("", "locale", \.locale, Read.locale),
    ]

    /// Variables of this prefix that are not settings: the file's name, and what a call leaves in the dialplan.
    static let ownVariables: Set = [
        "COGNIGY_BRIDGE_CONF", "COGNIGY_STATUS", "COGNIGY_REASON", "COGNIGY_SESSION_ID", "COGNIGY_TURNS",
        "COGNIGY_TRANSFER_TARGET",
    ]

    /// Names that this version does not serve yet: to accept them would promise what does not happen.
    static func isForLater(_ section: String, _ name: String? = nil) -> Bool {
        if ["handoff", "barge_in", "assist"].contains(section) { return true }
        let later = [
            "stt_url", "stt_key", "stt_style", "stt_model", "end_silence_ms", "pre_roll_ms", "max_utterance",
            "concurrency",
        ]
        return section == "speech" && name.map(later.contains) == true
    }

    static func isForLater(variable: String) -> Bool {
        for section in ["handoff", "barge_in", "assist", "speech"] {
            let prefix = Key.environmentName(section, "")
            if variable.hasPrefix(prefix) { return isForLater(section, variable.dropFirst(prefix.count).lowercased()) }
        }
        return false
    }
}
