import System

/// What happened in one call, from the start of the program to its end. Times count from the start.
public struct CallRecord: Sendable {
    public struct Event: Sendable {
        public let at: Duration
        public let what: What
    }

    public enum What: Sendable {
        case command(String)
        case reply(String)
        /// A sound begins. When it ends, `heard` follows.
        case playing(name: String, length: Duration)
        case heard(Sound)
        case key(Key)
        /// The call was hung up: by the caller, or by the program with HANGUP or an application.
        case hangup(Hangup)
        case sentHangupSignal
        case exited(Subprocess.ExitStatus)
    }

    public enum Hangup: Sendable, Equatable { case caller, program }

    /// The value of AGISTATUS.
    public enum Status: String, Sendable {
        case success = "SUCCESS"
        case failure = "FAILURE"
        case hangup = "HANGUP"
        case notFound = "NOTFOUND"
    }

    /// A sound that STREAM FILE, GET DATA or SAY played.
    public struct Sound: Sendable {
        public enum End: Sendable, Equatable { case complete, key(Character), command, hangup, missing }
        /// The name in the command; for SAY, the command with its words.
        public let name: String
        /// The file and its content; nil and empty if there is no file.
        public let path: String?
        public let bytes: [UInt8]
        public let rate: Int
        /// The part that was played, in samples.
        public let from: Int
        public let to: Int
        public let began: Duration
        public let ended: Duration
        public let end: End
    }

    /// A key that the caller pressed. Asterisk acts when it is released.
    public struct Key: Sendable, Equatable {
        public enum Fate: Sendable, Equatable { case returned, lost(Loss) }
        public enum Loss: Sendable, Equatable {
            case noCommandRunning
            /// The running command takes no keys, or not this one.
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
    /// What the program wrote and Asterisk did not carry out.
    public internal(set) var leftover: [UInt8] = []
    /// The time from the hangup to the end of the program.
    public internal(set) var hangupToExit: Duration?
    public internal(set) var length: Duration = .zero
    /// How late a frame of the caller's voice was at most: much, where the machine is too busy for a telephone.
    public internal(set) var voiceDelay: Duration = .zero

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

    /// The id of the session, if this is the command that hands it to the dialplan.
    public static func session(in command: String) -> String? {
        let start = "EXEC MSet \""
        guard command.hasPrefix(start) else { return nil }
        for assignment in command.dropFirst(start.count).split(whereSeparator: { ",\"".contains($0) }) {
            let parts = assignment.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == "COGNIGY_SESSION_ID" { return String(parts[1]) }
        }
        return nil
    }
}
