import JSON

/// What the stand-in says and which faults it plays. `Scenario(parsing:)` reads one from text; the language is
/// explained in Tests/README.md. A scenario is settings and rules; a rule has a trigger and the steps that are carried
/// out then.
public struct Scenario: Equatable, Sendable {
    /// How the reply with a token gives its lifetime.
    public enum Lifetime: Equatable, Sendable {
        case seconds(Int)
        case text(Int)
        case omitted
    }

    public enum CertificateFlaw: String, Sendable {
        case wrongName = "wrong-name"
        case expired
    }

    public var clientID = "demo"
    public var clientSecret = "demo-secret"
    public var flow = "demo-flow"
    public var speechKey = "demo-tts-key"
    public var apiKey = "demo-api-key"
    public var bot = "demo-bot"
    public var dialog = "demo-dialog"
    public var recognitionKey = "demo-stt-key"
    public var lifetime = Lifetime.seconds(3600)
    public var certificate: CertificateFlaw?
    /// The sessions that handoff and barge-in find from the start, by their ids.
    public var sessions: [String: Session] = [:]
    public var rules: [Rule] = []

    public init() {}

    /// What happens at a trigger, at most `times` times. Rules of a voice socket are counted for each session, the
    /// others for the whole service.
    public struct Rule: Equatable, Sendable {
        public var trigger: Trigger
        public var steps: [Step]
        public var times: Int?
    }

    public enum Trigger: Equatable, Sendable {
        case token, session, flows, voice, tts, bots, stt
        /// The requests of handoff and barge-in.
        case login, look, mark, run, stop, reset
        /// Agent assist: its token, the handshake of its stream, and what is sent on an open stream.
        case oauth, assist, assistEvent
        /// A request for suggestions about this interaction; nil for any.
        case suggest(String?)
        /// The caller says this; nil for anything.
        case dialog(String?)
        /// The name of a file without its extension; nil for any.
        case audio(String?)
        /// A voice socket opens.
        case open
        /// This key arrives; nil for any.
        case key(Character?)
        /// This long after the voice socket has opened.
        case after(Duration)
    }

    /// An action, and the time to wait before it.
    public struct Step: Equatable, Sendable {
        public var delay: Duration
        public var action: Action

        public init(delay: Duration = .zero, action: Action) {
            self.delay = delay
            self.action = action
        }
    }

    public enum Action: Equatable, Sendable {
        /// What the contract says.
        case ok
        case status(Int, retryAfter: String?, body: JSON? = nil)
        case reply(JSON)
        /// The session will be found processing this many times.
        case processing(looks: Int)
        /// The answer of the bot, what the caller is understood to say, or what is suggested to an agent.
        case say(String)
        /// Ends the connection without an answer.
        case drop
        /// Never answers.
        case hang
        /// Something that is neither JSON nor audio.
        case garbage
        /// More than a client accepts.
        case huge
        /// JSON nested 100 levels deep.
        case deep
        /// One byte at a time.
        case slow
        /// Half of the body, and then nothing.
        case stall
        case redirect(String)
        case badAccept
        case unofferedExtension
        case send(JSON)
        case close(UInt16)
        case frame([UInt8])
        /// From now on nothing is answered, not even pings.
        case silence
    }

    /// The audio files that the rules name. The service has no others.
    var audioFiles: Set<String> {
        var files: Set<String> = []
        for action in rules.flatMap(\.steps).map(\.action) {
            var url: String?
            switch action {
            case .send(let message): url = message["audioUrl"]?.string
            case .redirect(let target): url = target
            default: break
            }
            guard let parts = url?.split(separator: "/").suffix(2), parts.count == 2, parts.first == "audio",
                let file = parts.last
            else { continue }
            files.insert(String(file))
        }
        return files
    }
}
