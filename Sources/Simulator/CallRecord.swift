import System

/// What happened in one run of AGI(). Times count from the start of the program, in the time of the call.
public struct CallRecord: Sendable {
    public struct Event: Sendable {
        public let at: Duration
        public let what: What
    }

    public enum What: Sendable {
        case command(String)
        case reply(String)
        /// A sound begins; the same sound follows as `heard` when it ends.
        case playing(name: String, length: Duration)
        case heard(Sound)
        case key(Key)
        /// The caller, the program's HANGUP, or an application ended the call.
        case hangup(Hangup)
        case sentHangupSignal
        case exited(Subprocess.ExitStatus)
    }

    public enum Hangup: Sendable, Equatable { case caller, program }

    /// AGISTATUS.
    public enum Status: String, Sendable {
        case success = "SUCCESS"
        case failure = "FAILURE"
        case hangup = "HANGUP"
        case notFound = "NOTFOUND"
    }

    /// One sound of STREAM FILE, GET DATA or SAY.
    public struct Sound: Sendable {
        public enum End: Sendable, Equatable { case complete, key(Character), command, hangup, missing }
        /// The name in the command; `SAY ...` with its words for what Asterisk speaks itself.
        public let name: String
        /// The file and what was in it; nil and empty when there is none.
        public let path: String?
        public let bytes: [UInt8]
        public let rate: Int
        /// In samples.
        public let from: Int
        public let to: Int
        public let began: Duration
        public let ended: Duration
        public let end: End
    }

    /// A key that the caller pressed; its end is what Asterisk acts on.
    public struct Key: Sendable, Equatable {
        public enum Fate: Sendable, Equatable { case returned, lost(Loss) }
        public enum Loss: Sendable, Equatable {
            case noCommandRunning
            /// The running command, which takes no keys, or not this one.
            case notTaken(by: String)
            case hungUp
        }
        public let digit: Character
        public let began: Duration
        public let ended: Duration
        public let fate: Fate
    }

    public internal(set) var events: [Event] = []
    public internal(set) var status: Status = .success
    public internal(set) var exit: Subprocess.ExitStatus?
    /// The channel as the program left it: variables, context, extension, priority, answered or not.
    public internal(set) var channel: FakeChannel
    /// False once the call was hung up.
    public internal(set) var isChannelThere = true
    /// What the program wrote and Asterisk never ran.
    public internal(set) var leftover: [UInt8] = []
    /// From the hangup to the program's end.
    public internal(set) var hangupToExit: Duration?
    public internal(set) var length: Duration = .zero

    public var commands: [String] {
        events.compactMap { if case .command(let line) = $0.what { line } else { nil } }
    }
    public var replies: [String] {
        events.compactMap { if case .reply(let line) = $0.what { line } else { nil } }
    }
    public var sounds: [Sound] {
        events.compactMap { if case .heard(let sound) = $0.what { sound } else { nil } }
    }
    public var keys: [Key] {
        events.compactMap { if case .key(let key) = $0.what { key } else { nil } }
    }
    public var returnedKeys: String { String(keys.filter { $0.fate == .returned }.map(\.digit)) }
    public var lostKeys: String { String(keys.filter { $0.fate != .returned }.map(\.digit)) }
    public var variables: [String: String] { channel.variables }
}
