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
        case notYet = "not-yet"
        case selfSigned = "self-signed"
    }

    public var clientID = "demo"
    public var clientSecret = "demo-secret"
    public var flow = "demo-flow"
    public var speechKey = "demo-tts-key"
    public var apiKey = "demo-api-key"
    public var bot = "demo-bot"
    public var dialog = "demo-dialog"
    public var recognitionKey = "demo-stt-key"
    /// The token at the end of the endpoint's address: 64 hexadecimal digits.
    public var endpointToken = Self.demoToken
    /// How often a client of the endpoint's socket has to ping, and how long either side waits for what is due.
    public var pingInterval = Duration.seconds(25)
    public var pingTimeout = Duration.seconds(5)
    /// Whether the endpoint takes the ids of a client that does not put them into the address.
    public var takesInnerHandshake = true
    public var lifetime = Lifetime.seconds(3600)
    public var certificate: CertificateFlaw?
    /// The sessions that handoff and barge-in find from the start, by their ids.
    public var sessions: [String: Session] = [:]
    public var rules: [Rule] = []

    public static let demoToken = "de30c0de30c0de30c0de30c0de30c0de30c0de30c0de30c0de30c0de30c0de30"

    public init() {}

    /// What happens at a trigger, at most `times` times. Rules of a voice socket and of a conversation with the endpoint
    /// are counted for each session, the others for the whole service.
    public struct Rule: Equatable, Sendable {
        public var trigger: Trigger
        public var steps: [Step]
        public var times: Int?
    }

    public enum Trigger: Equatable, Sendable {
        case token, session, flows, voice, tts, bots, stt
        /// The handshake of a socket of speech to text, and that it is open.
        case sttSocket, sttOpen
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
        /// This long after the voice socket has opened, or the endpoint has taken a client.
        case after(Duration)
        /// The endpoint: the handshake of a socket, a request by REST, and the moment when a socket is ready.
        case connect, post, ready
        /// The endpoint is sent this text; nil for any but the empty one.
        case input(String?)
        /// The endpoint is sent data with this event; nil for any.
        case event(String?)
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
        /// Half of the body, and then the end of the connection.
        case cut
        /// A sound in pieces, each when it would be heard; in its middle it stands still for so long.
        case paced(piece: Duration, pause: Duration)
        case redirect(String)
        case badAccept
        case unofferedExtension
        case send(JSON)
        case close(UInt16)
        case frame([UInt8])
        /// From now on nothing is answered, not even pings.
        case silence
        /// The endpoint's `output` with this object as its data.
        case output(JSON)
        /// An output with these commands of the voice gateway.
        case command(JSON)
        /// An output that says that the flow has failed.
        case error(String)
        case exception(JSON)
        /// The end of a turn, of this type.
        case final(String)
        /// The last output once more.
        case again
        /// Sends this text to a client of the endpoint's socket.
        case packet(String)
    }

    /// The audio files that the rules name. The service has no others.
    var audioFiles: Set<String> {
        var files: Set<String> = []
        for url in rules.flatMap(\.steps).flatMap(\.action.addresses) {
            let parts = url.split(separator: "/").suffix(2)
            guard parts.count == 2, parts.first == "audio", let file = parts.last else { continue }
            files.insert(String(file))
        }
        return files
    }
}

extension Scenario.Action {
    /// The texts in it that may be addresses of sounds.
    fileprivate var addresses: [String] {
        switch self {
        case .send(let message): message["audioUrl"]?.string.map { [$0] } ?? []
        case .redirect(let target): [target]
        case .output(let data), .command(let data): data.strings
        default: []
        }
    }
}

extension JSON {
    /// All texts in the value, at every depth.
    fileprivate var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.flatMap(\.strings)
        case .object(let members): members.values.flatMap(\.strings)
        default: []
        }
    }
}
