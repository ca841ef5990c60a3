import System

/// Everything that can be set, with its default.
public struct Settings: Sendable, Equatable {
    public var cognigy = Cognigy()
    public var call = Call()
    public var speech = Speech()
    public var handoff = Handoff()
    public var bargeIn = BargeIn()
    public var assist = Assist()
    public var paths = Paths()
    /// This call's language, from the dialplan; the flow is told.
    public var locale: String?
    /// From the dialplan: whether the caller's number may lead him to a dialog that was cut off. Numbers are forged.
    public var resumes = true

    public init() {}

    /// The service, and who we are to it.
    public struct Cognigy: Sendable, Equatable {
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

    public enum Ending: String, Sendable, CaseIterable {
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
        public var onEnd = Ending.hangup
        public var onFailure = Ending.continueDialplan
        public var bargeIn = true
        public var setupTimeout = Duration.seconds(15)
        public var replyTimeout = Duration.seconds(10)
        /// After so many replies in a row that came later than `replyTimeout`, or not at all, people answer the caller.
        public var lateReplies = 3
        /// nil: a caller may stay silent for ever.
        public var idleTimeout: Duration?
        public var pingInterval = Duration.seconds(30)
        public var reconnectAttempts = 5
        public var waitPrompt: String?
        public var fallbackPrompt: String?
        /// Lower case; one with a leading dot means any subdomain.
        public var audioHosts: [String] = []
        public var dtmfMode = DTMFMode.none
    }

    public enum TTS: String, Sendable, CaseIterable {
        case auto, http, command, none
    }

    /// How a speech service wants its sound: as the body, or as a file in a form.
    public enum STTStyle: String, Sendable, CaseIterable {
        case raw, openai
    }

    /// How text is spoken, and how speech becomes text.
    public struct Speech: Sendable, Equatable {
        public var tts = TTS.auto
        public var ttsURL: String?
        public var ttsKey: Secret?
        public var ttsVoice = "en-US-Standard-A"
        /// A program and its arguments.
        public var ttsCommand: [String]?
        public var sttURL: String?
        public var sttKey: Secret?
        public var sttStyle = STTStyle.raw
        public var sttModel = "whisper-1"
        /// So much silence ends an utterance.
        public var endSilence = Duration.milliseconds(500)
        /// What is kept of the time before speech was noticed.
        public var preRoll = Duration.milliseconds(300)
        public var maxUtterance = Duration.seconds(30)
        /// Dialog requests at a time, of all calls on this machine.
        public var concurrency = 10
        /// How long a caller whose call was cut off finds the dialog where it was.
        public var resumeWithin = Duration.seconds(300)
    }

    /// How a session goes to an agent, and where the call goes then.
    public struct Handoff: Sendable, Equatable {
        public var queue: String?
        public var transferType = "queue"
        public var context: String?
        public var exten: String?
        public var priority: Int?
        /// How long a flow may hold the session.
        public var lockWait = Duration.seconds(30)
    }

    /// What an interruption does beside stopping the prompt, and who may send one as a webhook.
    public struct BargeIn: Sendable, Equatable {
        /// Whether a key in a call is told to the service as an interruption.
        public var api = false
        /// How sure a webhook must be for the flow to begin anew.
        public var threshold = 0.75
        public var secret: Secret?
        /// Until a webhook is answered.
        public var deadline = Duration.seconds(3)
    }

    /// What the program was started for; each needs settings of its own.
    public enum Purpose: Sendable {
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

    /// What is kept on this machine.
    public struct Paths: Sendable, Equatable {
        public var state = "/var/lib/asterisk/cognigy-bridge"
        /// nil: off.
        public var metrics: String?
        public var log = LogTarget.off
        public var logLevel = LogLevel.notice
    }
}
