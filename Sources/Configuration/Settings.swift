import System
import Text

/// Everything that can be set, with its default.
///
/// The room Configuration reads the configuration file, the environment and the arguments of a call, checks every value
/// and says in one line what is wrong and what to do. `Schema` lists the keys; `Settings` is what the other rooms see.
package struct Settings: Sendable, Equatable {
    package var cognigy = Cognigy()
    package var call = Call()
    package var speech = Speech()
    package var handoff = Handoff()
    package var bargeIn = BargeIn()
    package var assist = Assist()
    package var paths = Paths()
    /// The language of this call, from the dialplan, for the flow.
    package var locale: String?
    /// From the dialplan: whether the caller's number may lead to a dialog that was cut off. Numbers can be forged.
    package var resumes = true
    /// What all this was made of.
    package internal(set) var source = Source()

    package init() {}

    /// The service, and our credentials for it.
    package struct Cognigy: Sendable, Equatable {
        /// Scheme, host, port and path, without a slash at the end.
        package var baseURL = ""
        package var clientID = ""
        package var clientSecret = Secret("")
        package var flowID = ""
        package var apiKey: Secret?
        package var tenant: String?
        package var botID: String?
        package var dialogID: String?
        package var caPath: String?
        package var caFile: String?
        /// May hold a password.
        package var proxy: Secret?

        /// Where dialogs are held.
        package var dialogURL: String { baseURL.isEmpty ? "https://\(tenant ?? "").cognigy.ai" : baseURL }
    }

    /// What a call does when the conversation is over.
    package enum AfterCall: String, Sendable, CaseIterable {
        case hangup
        case continueDialplan = "continue"
    }

    /// The names that the channel technologies of Asterisk know.
    package enum DTMFMode: String, Sendable, CaseIterable {
        case none, rfc4733, inband, info, auto
    }

    /// How a call goes.
    package struct Call: Sendable, Equatable {
        package var answer = true
        package var onEnd = AfterCall.hangup
        package var onFailure = AfterCall.continueDialplan
        package var bargeIn = true
        package var setupTimeout = Duration.seconds(15)
        package var replyTimeout = Duration.seconds(10)
        /// How many replies in a row may come later than `replyTimeout`, or not at all, before the call ends as failed.
        package var lateReplies = 3
        /// nil: the caller may stay silent for ever.
        package var idleTimeout: Duration?
        package var pingInterval = Duration.seconds(30)
        package var reconnectAttempts = 5
        package var waitPrompt: String?
        package var fallbackPrompt: String?
        /// In lower case. A host with a leading dot means any subdomain.
        package var audioHosts: [String] = []
        package var dtmfMode = DTMFMode.none
    }

    package enum TTS: String, Sendable, CaseIterable {
        case auto, http, command, none
    }

    /// How a speech service wants its sound: as the body, or as a file in a form.
    package enum STTStyle: String, Sendable, CaseIterable {
        case raw, openai
    }

    /// How text is spoken, and how speech becomes text.
    package struct Speech: Sendable, Equatable {
        package var tts = TTS.auto
        package var ttsURL: String?
        package var ttsKey: Secret?
        package var ttsVoice = "en-US-Standard-A"
        /// A program and its arguments.
        package var ttsCommand: [String]?
        package var sttURL: String?
        package var sttKey: Secret?
        package var sttStyle = STTStyle.raw
        package var sttModel = "whisper-1"
        /// The silence that ends an utterance.
        package var endSilence = Duration.milliseconds(500)
        /// How much sound from before speech was noticed is kept.
        package var preRoll = Duration.milliseconds(300)
        package var maxUtterance = Duration.seconds(30)
        /// How many dialog requests all calls on this machine may have under way.
        package var concurrency = 10
        /// How long the dialog of a call that was cut off can be resumed.
        package var resumeWithin = Duration.seconds(300)
    }

    /// How a session goes to an agent, and where the call goes then.
    package struct Handoff: Sendable, Equatable {
        package var queue: String?
        package var transferType = "queue"
        package var context: String?
        package var exten: String?
        package var priority: Int?
        /// How long a handoff waits for a session that a flow holds.
        package var lockWait = Duration.seconds(30)
    }

    /// What an interruption does besides stopping the prompt, and who may send one as a webhook.
    package struct BargeIn: Sendable, Equatable {
        /// Whether the service is told of a key in a call as an interruption.
        package var api = false
        /// The confidence from which a webhook resets the flow.
        package var threshold = 0.75
        package var secret: Secret?
        /// The time until a webhook is answered.
        package var deadline = Duration.seconds(3)
    }

    /// The part that the program was started to play. Each needs settings of its own.
    package enum Role: Sendable {
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
    package struct Paths: Sendable, Equatable {
        package var state = "/var/lib/asterisk/cognigy-bridge"
        /// nil: off.
        package var metrics: String?
        package var log = LogTarget.off
        package var logLevel = LogLevel.notice
        /// A folder for a file a call that tells what happened; nil: off.
        package var trace: String?
        /// Whether these files hold keys and words.
        package var traceContent = false
    }

    /// The settings as they were written. Settings that mean the same are equal, however they were written.
    package struct Source: Sendable, Equatable {
        /// A secret is only named.
        package struct Entry: Sendable {
            /// Empty for what only an argument can set.
            package let section: String
            package let name: String
            package let value: String
        }

        package internal(set) var entries: [Entry] = []

        package static func == (one: Source, other: Source) -> Bool { true }
    }
}
