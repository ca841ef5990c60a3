/// A field of the lines in `[paths] metrics`. Who writes a line names its fields by these, so the list is whole.
///
/// The room Report reads those lines: it counts calls and turns, tells times and what they mean, and tells one call. It
/// works on any number of lines in a fixed amount of memory, and takes nothing that they say for harmless.
public enum MetricsField: String, CaseIterable, Sendable {
    case timestamp
    case eventType = "event_type"
    case user = "user_id"
    case call = "call_id"
    case session = "session_id"

    case service, status, reason
    case length = "length_ms"
    case token = "token_ms"
    case sessionTime = "session_ms"
    case socket = "socket_ms"
    case setup = "setup_ms"
    case firstSound = "first_sound_ms"
    case keys, prompts, interruptions, turns, reconnects, retries

    case intent, confidence
    case endOfTurn = "end_of_turn_ms"
    case recognition = "stt_latency_ms"
    case dialog = "cognigy_latency_ms"
    case synthesis = "tts_latency_ms"
    case audioBytes = "audio_bytes_processed"

    case text, sound

    case helpType = "eventType"
    case interaction = "interactionId"
    case triggered, cached, fallback
    case suggestions = "suggestionCount"

    /// What happened, in the words of `event_type`; `eventType` for the help for agents.
    public enum Event: String, CaseIterable, Sendable {
        case call
        case voiceTurn = "voice_turn"
        case keyTurn = "dtmf_turn"
        case help = "AGENT_ASSIST_QUERY"
        case callerSaid = "caller_said"
        case callerKeyed = "caller_keyed"
        case flowSaid = "flow_said"

        public var meaning: String {
            switch self {
            case .call: "a call is over"
            case .voiceTurn: "the caller has said something"
            case .keyTurn: "the caller has pressed a key, or several that are one input"
            case .help: "an agent was sent suggestions"
            case .callerSaid: "what the caller has said ([paths] transcript)"
            case .callerKeyed: "what he has pressed ([paths] transcript)"
            case .flowSaid: "what the flow says, when it says so ([paths] transcript)"
            }
        }

        /// The fields of its lines, in the order in which people want to read them.
        public var fields: [MetricsField] {
            switch self {
            case .call:
                [
                    .timestamp, .eventType, .user, .call, .session, .service, .status, .reason, .length, .token,
                    .sessionTime,
                    .socket, .setup, .firstSound, .keys, .prompts, .interruptions, .turns, .reconnects, .retries,
                ]
            case .voiceTurn, .keyTurn:
                [
                    .timestamp, .eventType, .user, .call, .session, .intent, .confidence, .endOfTurn, .recognition,
                    .dialog, .synthesis, .firstSound, .audioBytes,
                ]
            case .callerSaid, .callerKeyed, .flowSaid:
                [.timestamp, .eventType, .user, .call, .session, .text, .sound]
            case .help:
                [.timestamp, .helpType, .interaction, .triggered, .cached, .fallback, .suggestions]
            }
        }
    }

    public var meaning: String {
        switch self {
        case .timestamp: "when the line was written, in UTC: at the end of a call, at the first sound of an answer"
        case .eventType, .helpType: "what happened"
        case .user: "who calls: a hash of the number, or what metrics_numbers and user_id say"
        case .call: "the call as Asterisk names it (uniqueid)"
        case .session: "the session, as in Cognigy's logs and COGNIGY_SESSION_ID"
        case .service: "who answers: endpoint, voice_api, dialog (the caller has the first word), or handoff"
        case .status, .reason: "COGNIGY_STATUS and COGNIGY_REASON"
        case .length: "from the start of the program to the end of the call"
        case .token: "the request for a token; null where one was at hand"
        case .sessionTime: "the request for a session"
        case .socket: "from the first try to open the socket until it was open"
        case .setup: "from the start until the service was ready"
        case .firstSound:
            "until something was heard: of a call from the start, of a turn from the caller's last word or key"
        case .keys: "how many keys the caller pressed"
        case .prompts: "how many prompts he was played"
        case .interruptions: "how many of them he stopped"
        case .turns: "how many inputs he made"
        case .reconnects: "how often the socket was opened again"
        case .retries: "how often a request of the set-up was made again"
        case .intent, .confidence: "what the bot took it for, and how sure it was"
        case .endOfTurn: "from the caller's last word until he was taken to have finished"
        case .recognition: "what speech to text took; a part of it may lie before the end of the turn"
        case .dialog: "what the flow took for the first of its answer"
        case .synthesis: "what the first sentence took to become a sound"
        case .audioBytes: "how much sound was recognised"
        case .text: "the words; null where they may not be written down; a star for each digit unless transcript_digits"
        case .sound: "the name of the sound file that the flow plays"
        case .interaction: "the interaction of an agent"
        case .triggered: "whether there was a cause to ask for suggestions"
        case .cached: "whether they were known from before"
        case .fallback: "whether they were the ones that are given when the service is away"
        case .suggestions: "how many the agent was shown"
        }
    }

    /// What `cognigy-bridge report --fields` prints.
    public static var manual: String {
        let width = allCases.map(\.rawValue.utf8.count).max() ?? 0
        let events = Event.allCases.map { event in
            "\(event.rawValue): \(event.meaning)\n"
                + event.fields.map { field in
                    let gap = String(repeating: " ", count: width + 2 - field.rawValue.utf8.count)
                    return "  \(field.rawValue)\(gap)\(field.meaning)\n"
                }.joined()
        }
        return
            "Each line of [paths] metrics and transcript is one JSON object. Names that end with _ms are milliseconds; what there was not is\n"
            + "null.\n\n" + events.joined(separator: "\n")
    }
}
