extension Scenario.Trigger {
    /// Whether a rule for it may have several steps (`then`).
    var takesSteps: Bool {
        switch self {
        case .open, .key, .after, .assistEvent, .ready, .input, .event: true
        default: false
        }
    }

    init(_ word: String, from line: inout ScenarioLine) throws(Scenario.Mistake) {
        switch word {
        case "token": self = .token
        case "session": self = .session
        case "flows": self = .flows
        case "voice": self = .voice
        case "tts": self = .tts
        case "bots": self = .bots
        case "stt": self = .stt
        case "stt-socket": self = .sttSocket
        case "stt-open": self = .sttOpen
        case "login": self = .login
        case "look": self = .look
        case "mark": self = .mark
        case "run": self = .run
        case "stop": self = .stop
        case "reset": self = .reset
        case "oauth": self = .oauth
        case "assist": self = .assist
        case "assist-event": self = .assistEvent
        case "suggest":
            let interaction = try line.word("the interaction's id, or any")
            self = .suggest(interaction == "any" ? nil : interaction)
        case "dialog":
            let text = try line.word("what the caller says, or any")
            self = .dialog(text == "any" ? nil : text)
        case "connect": self = .connect
        case "post": self = .post
        case "ready": self = .ready
        case "input":
            let text = try line.word("what the endpoint is sent, or any")
            self = .input(text == "any" ? nil : text)
        case "event":
            let name = try line.word("the event's name, or any")
            self = .event(name == "any" ? nil : name)
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

    /// The words that an action for this trigger may start with.
    var actions: Set<String> {
        let http: Set = ["ok", "status", "drop", "hang", "garbage", "slow"]
        let json = http.union(["reply", "huge", "deep", "stall"])
        let socket: Set = ["ok", "drop", "close", "frame", "garbage", "silence"]
        let voice = socket.union(["say", "send"])
        let endpoint = socket.union(
            ["hang", "say", "output", "command", "error", "exception", "final", "again", "packet"])
        return switch self {
        case .token, .session, .flows, .bots, .login, .stop, .reset, .oauth, .post: json
        case .look, .mark, .run: json.union(["processing"])
        case .dialog, .stt, .suggest: json.union(["say"])
        case .voice, .assist, .connect, .sttSocket: http.union(["bad-accept", "extension"])
        case .tts, .audio: http.union(["redirect", "huge", "stall", "cut", "paced"])
        case .open, .key: voice
        case .sttOpen: ["ok", "close", "drop", "silence"]
        case .assistEvent: socket.union(["update", "send"])
        case .ready, .input, .event: endpoint
        case .after: voice.union(endpoint)
        }
    }
}
