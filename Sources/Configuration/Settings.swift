import System
import Text

/// Everything that can be set, with its default.
///
/// The room Configuration reads the configuration file, the environment and the arguments of a call, checks every value
/// and says in one line what is wrong and what to do. `Schema` lists the keys; `Settings` is what the other rooms see.
public struct Settings: Sendable, Equatable {
    public var cognigy = Cognigy()
    public var call = Call()
    public var turns = Turns()
    public var speech = Speech()
    public var handoff = Handoff()
    public var bargeIn = BargeIn()
    public var assist = Assist()
    public var fleet = Fleet()
    public var paths = Paths()
    /// The language of this call, from the dialplan, for the flow.
    public var locale: String?
    /// From the dialplan: whether the caller's number may lead to a dialog that was cut off. Numbers can be forged.
    public var resumes = true
    /// From the dialplan: the headers of the caller's INVITE that the flow is to know.
    public var sipHeaders: [String] = []
    /// What all this was made of.
    public internal(set) var source = Source()

    public init() {}

    /// The service, and our credentials for it.
    public struct Cognigy: Sendable, Equatable {
        /// With an endpoint, it is the service that answers callers.
        public var endpoint: Endpoint?
        public var surface = Surface.socketio
        /// The protocol of Engine.IO below Socket.IO.
        public var engineIO = 3
        public var inputDialect = InputDialect.voicegateway
        /// Whether the flow is told how a call ended, although it cannot answer any more.
        public var callEvents = false
        public var testMode = false
        public var userID = UserID.caller
        /// Scheme, host, port and path, without a slash at the end.
        public var baseURL = ""
        public var clientID = ""
        public var clientSecret = Secret("")
        public var flowID = ""
        public var apiKey: Secret?
        public var tenant: String?
        public var botID: String?
        public var dialogID: String?
        public var caPath: String?
        public var caFile: String?
        /// May hold a password.
        public var proxy: Secret?

        /// Where dialogs are held.
        public var dialogURL: String { baseURL.isEmpty ? "https://\(tenant ?? "").cognigy.ai" : baseURL }
    }

    /// The URL of an endpoint in its two parts.
    public struct Endpoint: Sendable, Equatable {
        /// Scheme, host, port and path, without a slash at the end.
        public var server: String
        public var token: Secret

        public var url: String { "\(server)/\(token.reveal())" }
    }

    /// How an endpoint is talked to, which is the type that it has in Cognigy.
    public enum Surface: String, Sendable, CaseIterable {
        case socketio, rest
    }

    /// For which gateway the flow was written: it names what the caller does in that gateway's words.
    public enum InputDialect: String, Sendable, CaseIterable {
        case voicegateway, vier, plain
    }

    /// By what Cognigy knows the caller.
    public enum UserID: String, Sendable, CaseIterable {
        case caller, hashed, random
    }

    /// What a caller who says nothing, or a flow that says nothing, leads to.
    public enum Silence: String, Sendable, CaseIterable {
        case event, speech, play, off
    }

    /// How keys and silence become what an endpoint's flow hears. The flow may change all of it during a call.
    public struct Turns: Sendable, Equatable {
        /// Fewer keys are no input.
        public var minDigits = 1
        /// As many keys are an input at once.
        public var maxDigits = 1
        public var submitDigit: String?
        /// A longer pause after a key ends the input.
        public var digitGap = Duration.milliseconds(2000)
        public var noInput = Silence.event
        /// nil: the caller may stay silent.
        public var noInputTimeout: Duration? = .seconds(10)
        public var noInputRetries = 5
        public var noInputText: String?
        public var noInputSound: String?
        /// nil: nothing fills the time until the flow answers.
        public var fillerAfter: Duration?
        public var fillerText: String?
        public var fillerSound: String?
        public var fillerRepeats = 0
    }

    /// What a call does when the conversation is over.
    public enum AfterCall: String, Sendable, CaseIterable {
        case hangup
        case continueDialplan = "continue"
    }

    /// The names that the channel technologies of Asterisk know.
    public enum DTMFMode: String, Sendable, CaseIterable {
        case none, rfc4733, inband, info, auto
    }

    /// How a call goes.
    public struct Call: Sendable, Equatable {
        public var answer = true
        public var onEnd = AfterCall.hangup
        public var onFailure = AfterCall.continueDialplan
        public var bargeIn = true
        public var setupTimeout = Duration.seconds(15)
        public var replyTimeout = Duration.seconds(10)
        /// How many replies in a row may come later than `replyTimeout`, or not at all, before the call ends as failed.
        public var lateReplies = 3
        /// nil: the caller may stay silent for ever.
        public var idleTimeout: Duration?
        public var pingInterval = Duration.seconds(30)
        public var reconnectAttempts = 5
        public var waitPrompt: String?
        public var fallbackPrompt: String?
        /// In lower case. A host with a leading dot means any subdomain.
        public var audioHosts: [String] = []
        public var dtmfMode = DTMFMode.none
    }

    public enum TTS: String, Sendable, CaseIterable {
        case auto, http, command, none
    }

    /// How a voice sends its sound: as the answer to a request, or by jambonz's protocol over a WebSocket.
    public enum TTSStyle: String, Sendable, CaseIterable {
        case http, websocket
    }

    /// How a speech service wants its sound: as the body, as a file in a form, or while the caller speaks by one of two
    /// protocols over a WebSocket.
    public enum STTStyle: String, Sendable, CaseIterable {
        case raw, openai, websocket, vosk

        public var isStream: Bool { self == .websocket || self == .vosk }
    }

    /// How text is spoken, and how speech becomes text.
    public struct Speech: Sendable, Equatable {
        public var tts = TTS.auto
        public var ttsURL: String?
        public var ttsKey: Secret?
        public var ttsStyle = TTSStyle.http
        public var ttsVoice = "en-US-Standard-A"
        /// Whether the voice reads SSML. Else it is given the words alone.
        public var ttsSSML = false
        /// A program and its arguments.
        public var ttsCommand: [String]?
        /// With ws:// or wss:// where the style is a stream.
        public var sttURL: String?
        public var sttKey: Secret?
        public var sttStyle = STTStyle.raw
        public var sttModel = "whisper-1"
        /// The silence that ends an utterance.
        public var endSilence = Duration.milliseconds(500)
        /// Where his words are complete, and where he is about to go on.
        public var shortestEndSilence = Duration.milliseconds(300)
        public var longestEndSilence = Duration.milliseconds(1200)
        /// Whether a mere yes stops a prompt.
        public var yesStops = false
        /// How much sound from before speech was noticed is kept.
        public var preRoll = Duration.milliseconds(300)
        public var maxUtterance = Duration.seconds(30)
        /// How many dialog requests all calls on this machine may have under way.
        public var concurrency = 10
        /// How long the dialog of a call that was cut off can be resumed.
        public var resumeWithin = Duration.seconds(300)

        static func isWebSocket(_ url: String) -> Bool {
            let url = url.lowercased()
            return url.hasPrefix("ws://") || url.hasPrefix("wss://")
        }
    }

    /// How a session goes to an agent, and where the call goes then.
    public struct Handoff: Sendable, Equatable {
        /// The routine of the dialplan that carries out transfers of an endpoint's flow; nil: the dialplan goes on with
        /// COGNIGY_STATUS=HANDOFF in place of the flow.
        public var routine: String?
        public var queue: String?
        public var transferType = "queue"
        public var context: String?
        public var exten: String?
        public var priority: Int?
        /// How long a handoff waits for a session that a flow holds.
        public var lockWait = Duration.seconds(30)
    }

    /// What an interruption does besides stopping the prompt, and who may send one as a webhook.
    public struct BargeIn: Sendable, Equatable {
        /// Whether the service is told of a key in a call as an interruption.
        public var api = false
        /// The confidence from which a webhook resets the flow.
        public var threshold = 0.75
        public var secret: Secret?
        /// The time until a webhook is answered.
        public var deadline = Duration.seconds(3)
    }

    /// The part that the program was started to play. Each needs settings of its own.
    public enum Role: Sendable {
        /// AGI(cognigy-bridge)
        case bridge
        /// EAGI(cognigy-bridge,voice)
        case voice
        /// AGI(cognigy-bridge,handoff), `cognigy-bridge handoff`
        case handoff
        /// The webhook, `cognigy-bridge barge-in`
        case bargeIn
        /// `cognigy-bridge assist`
        case assist
        /// The configuration of the agent's widget
        case widget
    }

    /// The files that are kept on this machine.
    public struct Paths: Sendable, Equatable {
        public var state = "/var/lib/asterisk/cognigy-bridge"
        /// nil: off.
        public var metrics: String?
        /// Whether they hold the numbers of callers.
        public var metricsNumbers = false
        /// Whether calls are counted for Prometheus.
        public var counters = false
        /// A file, or a folder for a file a call, of what is said; nil: off.
        public var transcript: String?
        /// Whether it holds digits.
        public var transcriptDigits = false
        public var log = LogTarget.off
        public var logLevel = LogLevel.notice
        /// A folder for a file a call that tells what happened; nil: off.
        public var trace: String?
        /// Whether these files hold keys and words.
        public var traceContent = false
    }

    /// The settings as they were written. Settings that mean the same are equal, however they were written.
    public struct Source: Sendable, Equatable {
        /// A secret is only named.
        public struct Entry: Sendable {
            /// Empty for what only an argument can set.
            public let section: String
            public let name: String
            public let value: String
        }

        public internal(set) var entries: [Entry] = []

        public static func == (one: Source, other: Source) -> Bool { true }
    }
}
