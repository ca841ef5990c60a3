import JSON

/// What the stand-in service says and which faults it plays. `Scenario(parsing:)` reads one from text.
package struct Scenario: Equatable, Sendable {
    /// How a token reply gives the token's life.
    package enum Lifetime: Equatable, Sendable {
        case seconds(Int)
        case text(Int)
        case omitted
    }

    package enum CertificateFlaw: String, Sendable {
        case wrongName = "wrong-name"
        case expired
    }

    package var clientID = "demo"
    package var clientSecret = "demo-secret"
    package var flow = "demo-flow"
    package var speechKey = "demo-tts-key"
    package var apiKey = "demo-api-key"
    package var bot = "demo-bot"
    package var dialog = "demo-dialog"
    package var recognitionKey = "demo-stt-key"
    package var lifetime = Lifetime.seconds(3600)
    package var certificate: CertificateFlaw?
    /// By their ids; each is there from the start.
    package var sessions: [String: Session] = [:]
    package var rules: [Rule] = []

    package init() {}

    /// What happens at one occasion, at most `times` times. Rules about a session's voice are counted for each
    /// session, the others for the whole service.
    package struct Rule: Equatable, Sendable {
        package var trigger: Trigger
        package var steps: [Step]
        package var times: Int?
    }

    package enum Trigger: Equatable, Sendable {
        case token, session, flows, voice, tts, bots, stt
        /// The requests of handoff and barge-in.
        case login, look, mark, run, stop, reset
        /// The token of agent assist, the handshake of its stream, and what an open stream brings.
        case oauth, assist, assistEvent
        /// A question for suggestions, by its interaction; nil is any.
        case suggest(String?)
        /// What the caller says; nil is anything.
        case dialog(String?)
        /// A file's name without its extension; nil is any.
        case audio(String?)
        /// The voice socket is open.
        case open
        /// A pressed key; nil is any.
        case key(Character?)
        /// So long after the voice socket opened.
        case after(Duration)
    }

    /// An action, and the wait before it.
    package struct Step: Equatable, Sendable {
        package var delay: Duration
        package var action: Action

        package init(delay: Duration = .zero, action: Action) {
            self.delay = delay
            self.action = action
        }
    }

    package enum Action: Equatable, Sendable {
        /// What the contract says.
        case ok
        case status(Int, retryAfter: String?, body: JSON? = nil)
        case reply(JSON)
        /// The session is at work, until it was seen so this often.
        case processing(looks: Int)
        /// What the bot answers, what the caller is understood to say, or what is suggested to an agent.
        case say(String)
        /// Ends the connection without a word.
        case drop
        /// Never answers.
        case hang
        /// What is no JSON, or no audio.
        case garbage
        /// More than a client should take.
        case huge
        /// 100 levels of nesting.
        case deep
        /// One byte at a time.
        case slow
        /// Half of the body, then nothing.
        case stall
        case redirect(String)
        case badAccept
        case unofferedExtension
        case send(JSON)
        case close(UInt16)
        case frame([UInt8])
        /// Answers nothing more, not even pings.
        case silence
    }

    /// The audio files that the rules name; the service has no others.
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
