import System

/// What happened in one run of AGI(). Times count from the start of the program, in the time of the call.
package struct CallRecord: Sendable {
    package struct Event: Sendable {
        package let at: Duration
        package let what: What
    }

    package enum What: Sendable {
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

    package enum Hangup: Sendable, Equatable { case caller, program }

    /// AGISTATUS.
    package enum Status: String, Sendable {
        case success = "SUCCESS"
        case failure = "FAILURE"
        case hangup = "HANGUP"
        case notFound = "NOTFOUND"
    }

    /// One sound of STREAM FILE, GET DATA or SAY.
    package struct Sound: Sendable {
        package enum End: Sendable, Equatable { case complete, key(Character), command, hangup, missing }
        /// The name in the command; `SAY ...` with its words for what Asterisk speaks itself.
        package let name: String
        /// The file and what was in it; nil and empty when there is none.
        package let path: String?
        package let bytes: [UInt8]
        package let rate: Int
        /// In samples.
        package let from: Int
        package let to: Int
        package let began: Duration
        package let ended: Duration
        package let end: End
    }

    /// A key that the caller pressed; its end is what Asterisk acts on.
    package struct Key: Sendable, Equatable {
        package enum Fate: Sendable, Equatable { case returned, lost(Loss) }
        package enum Loss: Sendable, Equatable {
            case noCommandRunning
            /// The running command, which takes no keys, or not this one.
            case notTaken(by: String)
            case hungUp
        }
        package let digit: Character
        package let began: Duration
        package let ended: Duration
        package let fate: Fate
    }

    package internal(set) var events: [Event] = []
    package internal(set) var status: Status = .success
    package internal(set) var exit: Subprocess.ExitStatus?
    /// The channel as the program left it: variables, context, extension, priority, answered or not.
    package internal(set) var channel: FakeChannel
    /// False once the call was hung up.
    package internal(set) var isChannelThere = true
    /// What the program wrote and Asterisk never ran.
    package internal(set) var leftover: [UInt8] = []
    /// From the hangup to the program's end.
    package internal(set) var hangupToExit: Duration?
    package internal(set) var length: Duration = .zero

    package var commands: [String] {
        events.compactMap { if case .command(let line) = $0.what { line } else { nil } }
    }
    package var replies: [String] {
        events.compactMap { if case .reply(let line) = $0.what { line } else { nil } }
    }
    package var sounds: [Sound] {
        events.compactMap { if case .heard(let sound) = $0.what { sound } else { nil } }
    }
    package var keys: [Key] {
        events.compactMap { if case .key(let key) = $0.what { key } else { nil } }
    }
    package var returnedKeys: String { String(keys.filter { $0.fate == .returned }.map(\.digit)) }
    package var lostKeys: String { String(keys.filter { $0.fate != .returned }.map(\.digit)) }
    package var variables: [String: String] { channel.variables }

    /// The session that a command tells the dialplan of.
    package static func session(in command: String) -> String? {
        let start = "EXEC MSet \""
        guard command.hasPrefix(start) else { return nil }
        for assignment in command.dropFirst(start.count).split(whereSeparator: { ",\"".contains($0) }) {
            let parts = assignment.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == "COGNIGY_SESSION_ID" { return String(parts[1]) }
        }
        return nil
    }
}
