import System

/// Everything that can be set, with its default.
public struct Settings: Sendable, Equatable {
    public var cognigy = Cognigy()
    public var call = Call()
    public var speech = Speech()
    public var paths = Paths()
    /// This call's language, from the dialplan; the flow is told.
    public var locale: String?

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

    /// How text is spoken.
    public struct Speech: Sendable, Equatable {
        public var tts = TTS.auto
        public var ttsURL: String?
        public var ttsKey: Secret?
        public var ttsVoice = "en-US-Standard-A"
        /// A program and its arguments.
        public var ttsCommand: [String]?
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
