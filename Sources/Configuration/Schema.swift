/// All keys of the configuration.
enum Schema {
    static let sections = ["cognigy", "call", "turns", "speech", "handoff", "barge_in", "assist", "fleet", "paths"]

    static var keys: [Key] { sections.flatMap { keys(in: $0) } }

    /// A call makes the keys of those sections only that it meets.
    static func keys(in section: String) -> [Key] {
        switch section {
        case "cognigy": cognigy
        case "call": call
        case "turns": turns
        case "speech": speech
        case "handoff": handoff
        case "barge_in": bargeIn
        case "assist": assist
        case "fleet": fleet
        case "paths": paths
        default: []
        }
    }

    static func key(_ section: String, _ name: String) -> Key? { keys(in: section).first { $0.name == name } }

    static func names(in section: String) -> [String] { keys(in: section).map(\.name) }

    private static let cognigy = [
        Key("cognigy", "endpoint_url", Read.endpoint, secret: true) { $0.cognigy.endpoint = $1 },
        Key("cognigy", "endpoint_url_file", Read.endpointInFile, field: "endpoint_url") { $0.cognigy.endpoint = $1 },
        Key("cognigy", "surface", Read.choice) { $0.cognigy.surface = $1 },
        Key("cognigy", "engine_io", Read.count(3...4)) { $0.cognigy.engineIO = $1 },
        Key("cognigy", "input_dialect", Read.choice) { $0.cognigy.inputDialect = $1 },
        Key("cognigy", "call_events", Read.boolean) { $0.cognigy.callEvents = $1 },
        Key("cognigy", "test_mode", Read.boolean) { $0.cognigy.testMode = $1 },
        Key("cognigy", "user_id", Read.choice) { $0.cognigy.userID = $1 },
        Key("cognigy", "base_url", Read.serviceURL) { $0.cognigy.baseURL = $1 },
        Key("cognigy", "instance", Read.instanceURL, field: "base_url") { $0.cognigy.baseURL = $1 },
        Key("cognigy", "client_id", Read.text) { $0.cognigy.clientID = $1 },
        Key("cognigy", "client_secret", Read.secret, secret: true) { $0.cognigy.clientSecret = $1 },
        Key("cognigy", "client_secret_file", Read.secretInFile, field: "client_secret") {
            $0.cognigy.clientSecret = $1
        },
        Key("cognigy", "flow_id", Read.text) { $0.cognigy.flowID = $1 },
        Key("cognigy", "api_key", Read.secret, secret: true) { $0.cognigy.apiKey = $1 },
        Key("cognigy", "api_key_file", Read.secretInFile, field: "api_key") { $0.cognigy.apiKey = $1 },
        Key("cognigy", "tenant", Read.tenant) { $0.cognigy.tenant = $1 },
        Key("cognigy", "bot_id", Read.text) { $0.cognigy.botID = $1 },
        Key("cognigy", "dialog_id", Read.text) { $0.cognigy.dialogID = $1 },
        Key("cognigy", "ca_path", Read.absolutePath) { $0.cognigy.caPath = $1 },
        Key("cognigy", "ca_file", Read.absolutePath) { $0.cognigy.caFile = $1 },
        Key("cognigy", "proxy", Read.proxy, secret: true) { $0.cognigy.proxy = $1 },
    ]

    private static let call = [
        Key("call", "answer", Read.boolean) { $0.call.answer = $1 },
        Key("call", "on_end", Read.choice) { $0.call.onEnd = $1 },
        Key("call", "on_failure", Read.choice) { $0.call.onFailure = $1 },
        Key("call", "barge_in", Read.boolean) { $0.call.bargeIn = $1 },
        Key("call", "setup_timeout", Read.seconds(0.1...300)) { $0.call.setupTimeout = $1 },
        Key("call", "reply_timeout", Read.seconds(0.1...600)) { $0.call.replyTimeout = $1 },
        Key("call", "late_replies", Read.count(1...100)) { $0.call.lateReplies = $1 },
        Key("call", "idle_timeout", Read.secondsOrNone(0...86_400)) { $0.call.idleTimeout = $1 },
        Key("call", "ping_interval", Read.seconds(0.1...3600)) { $0.call.pingInterval = $1 },
        Key("call", "reconnect_attempts", Read.count(0...100)) { $0.call.reconnectAttempts = $1 },
        Key("call", "wait_prompt", Read.prompt) { $0.call.waitPrompt = $1 },
        Key("call", "fallback_prompt", Read.prompt) { $0.call.fallbackPrompt = $1 },
        Key("call", "audio_hosts", Read.hosts) { $0.call.audioHosts = $1 },
        Key("call", "dtmf_mode", Read.choice) { $0.call.dtmfMode = $1 },
    ]

    private static let turns = [
        Key("turns", "min_digits", Read.count(1...100)) { $0.turns.minDigits = $1 },
        Key("turns", "max_digits", Read.count(1...100)) { $0.turns.maxDigits = $1 },
        Key("turns", "submit_digit", Read.keyOrNone) { $0.turns.submitDigit = $1 },
        Key("turns", "digit_gap_ms", Read.milliseconds(100...60_000)) { $0.turns.digitGap = $1 },
        Key("turns", "no_input", Read.choice) { $0.turns.noInput = $1 },
        Key("turns", "no_input_timeout", Read.secondsOrNone(0...3600)) { $0.turns.noInputTimeout = $1 },
        Key("turns", "no_input_retries", Read.count(0...1000)) { $0.turns.noInputRetries = $1 },
        Key("turns", "no_input_text", Read.text) { $0.turns.noInputText = $1 },
        Key("turns", "no_input_sound", Read.soundURL) { $0.turns.noInputSound = $1 },
        Key("turns", "filler_after_ms", Read.millisecondsOrNone(0...60_000)) { $0.turns.fillerAfter = $1 },
        Key("turns", "filler_text", Read.text) { $0.turns.fillerText = $1 },
        Key("turns", "filler_sound", Read.soundURL) { $0.turns.fillerSound = $1 },
        Key("turns", "filler_repeats", Read.count(0...100)) { $0.turns.fillerRepeats = $1 },
    ]

    private static let speech = [
        Key("speech", "tts", Read.choice) { $0.speech.tts = $1 },
        Key("speech", "tts_url", Read.speechURL) { $0.speech.ttsURL = $1 },
        Key("speech", "tts_key", Read.secret, secret: true) { $0.speech.ttsKey = $1 },
        Key("speech", "tts_style", Read.choice) { $0.speech.ttsStyle = $1 },
        Key("speech", "tts_voice", Read.text) { $0.speech.ttsVoice = $1 },
        Key("speech", "tts_ssml", Read.boolean) { $0.speech.ttsSSML = $1 },
        Key("speech", "tts_command", Read.command) { $0.speech.ttsCommand = $1 },
        Key("speech", "stt_url", Read.speechURL) { $0.speech.sttURL = $1 },
        Key("speech", "stt_key", Read.secret, secret: true) { $0.speech.sttKey = $1 },
        Key("speech", "stt_style", Read.choice) { $0.speech.sttStyle = $1 },
        Key("speech", "stt_model", Read.text) { $0.speech.sttModel = $1 },
        Key("speech", "end_silence_ms", Read.milliseconds(100...5000)) { $0.speech.endSilence = $1 },
        Key("speech", "end_silence_min_ms", Read.milliseconds(100...5000)) { $0.speech.shortestEndSilence = $1 },
        Key("speech", "end_silence_max_ms", Read.milliseconds(100...10_000)) { $0.speech.longestEndSilence = $1 },
        Key("speech", "yes_stops", Read.boolean) { $0.speech.yesStops = $1 },
        Key("speech", "pre_roll_ms", Read.milliseconds(0...2000)) { $0.speech.preRoll = $1 },
        Key("speech", "max_utterance", Read.seconds(1...120)) { $0.speech.maxUtterance = $1 },
        Key("speech", "concurrency", Read.count(1...1000)) { $0.speech.concurrency = $1 },
        Key("speech", "resume_within", Read.seconds(0...86_400)) { $0.speech.resumeWithin = $1 },
    ]

    private static let handoff = [
        Key("handoff", "queue", Read.text) { $0.handoff.queue = $1 },
        Key("handoff", "routine", Read.context) { $0.handoff.routine = $1 },
        Key("handoff", "transfer_type", Read.text) { $0.handoff.transferType = $1 },
        Key("handoff", "context", Read.text) { $0.handoff.context = $1 },
        Key("handoff", "extension", Read.text) { $0.handoff.exten = $1 },
        Key("handoff", "priority", Read.count(1...9999)) { $0.handoff.priority = $1 },
        Key("handoff", "lock_wait", Read.seconds(0...300)) { $0.handoff.lockWait = $1 },
    ]

    private static let bargeIn = [
        Key("barge_in", "api", Read.boolean) { $0.bargeIn.api = $1 },
        Key("barge_in", "threshold", Read.fraction) { $0.bargeIn.threshold = $1 },
        Key("barge_in", "secret", Read.secret, secret: true) { $0.bargeIn.secret = $1 },
        Key("barge_in", "secret_file", Read.secretInFile, field: "secret") { $0.bargeIn.secret = $1 },
        Key("barge_in", "deadline", Read.seconds(0.5...3)) { $0.bargeIn.deadline = $1 },
    ]

    private static let assist = [
        Key("assist", "keywords", Read.phrases) { $0.assist.keywords = $1 },
        Key("assist", "keyword_trigger", Read.boolean) { $0.assist.keywordTrigger = $1 },
        Key("assist", "sentiment_threshold", Read.sentiment) { $0.assist.sentimentThreshold = $1 },
        Key("assist", "sentiment_trigger", Read.boolean) { $0.assist.sentimentTrigger = $1 },
        Key("assist", "prohibited_phrases", Read.phrases) { $0.assist.prohibitedPhrases = $1 },
        Key("assist", "min_confidence", Read.fraction) { $0.assist.minConfidence = $1 },
        Key("assist", "max_suggestions", Read.count(1...50)) { $0.assist.maxSuggestions = $1 },
        Key("assist", "cache_size", Read.count(0...10_000)) { $0.assist.cacheSize = $1 },
        Key("assist", "cache_ttl", Read.seconds(0...86_400)) { $0.assist.cacheTTL = $1 },
        Key("assist", "refresh_interval_ms", Read.milliseconds(100...3_600_000)) { $0.assist.refreshInterval = $1 },
    ]

    private static let fleet = [
        Key("fleet", "redis_url", Read.redisURL) { $0.fleet.address = $1 },
        Key("fleet", "password", Read.secret, secret: true) { $0.fleet.password = $1 },
        Key("fleet", "password_file", Read.secretInFile, field: "password") { $0.fleet.password = $1 },
        Key("fleet", "prefix", Read.keyPrefix) { $0.fleet.prefix = $1 },
        Key("fleet", "timeout_ms", Read.milliseconds(10...2000)) { $0.fleet.timeout = $1 },
        Key("fleet", "ca_file", Read.absolutePath) { $0.fleet.caFile = $1 },
    ]

    private static let paths = [
        Key("paths", "state", Read.absolutePath) { $0.paths.state = $1 },
        Key("paths", "metrics", Read.pathOrOff) { $0.paths.metrics = $1 },
        Key("paths", "metrics_numbers", Read.boolean) { $0.paths.metricsNumbers = $1 },
        Key("paths", "counters", Read.boolean) { $0.paths.counters = $1 },
        Key("paths", "transcript", Read.pathOrOff) { $0.paths.transcript = $1 },
        Key("paths", "transcript_digits", Read.boolean) { $0.paths.transcriptDigits = $1 },
        Key("paths", "log", Read.logTarget) { $0.paths.log = $1 },
        Key("paths", "log_level", Read.choice) { $0.paths.logLevel = $1 },
        Key("paths", "trace", Read.pathOrOff) { $0.paths.trace = $1 },
        Key("paths", "trace_content", Read.boolean) { $0.paths.traceContent = $1 },
    ]
}

extension Schema {
    /// The keys that an AGI argument may set for its own call. Arguments show in the process list, so no secret is among
    /// them.
    static let arguments: [String: Key] = [
        "flow_id": Key("cognigy", "flow_id", Read.text) { $0.cognigy.flowID = $1 },
        "voice": Key("speech", "tts_voice", Read.text) { $0.speech.ttsVoice = $1 },
        "on_end": Key("call", "on_end", Read.choice) { $0.call.onEnd = $1 },
        "queue": Key("handoff", "queue", Read.text) { $0.handoff.queue = $1 },
        "locale": Key("", "locale", Read.locale) { $0.locale = $1 },
        "headers": Key("", "headers", Read.headerNames) { $0.sipHeaders = $1 },
        "resume": Key("", "resume", Read.boolean) { $0.resumes = $1 },
    ]

    /// Variables of this prefix that are no settings: the name of the file, and the results that a call leaves in the
    /// dialplan.
    static let ownVariables = [
        "COGNIGY_BRIDGE_CONF", "COGNIGY_STATUS", "COGNIGY_REASON", "COGNIGY_SESSION_ID", "COGNIGY_TURNS",
        "COGNIGY_TRANSFER_TARGET", "COGNIGY_END_REASON", "COGNIGY_TRANSFER_TYPE", "COGNIGY_TRANSFER_CALLER",
        "COGNIGY_TRANSFER_TIMEOUT", "COGNIGY_TRANSFER_HEADERS", "COGNIGY_TRANSFER_MUSIC",
    ]
}
