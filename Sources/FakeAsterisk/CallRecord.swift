import System

/// What happened in one call, from the start of the program to its end. Times count from the start.
package struct CallRecord: Sendable {
    package struct Event: Sendable {
        package let at: Duration
        package let what: What
    }

    package enum What: Sendable {
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

    package enum Hangup: Sendable, Equatable { case caller, program }

    /// The value of AGISTATUS.
    package enum Status: String, Sendable {
        case success = "SUCCESS"
        case failure = "FAILURE"
        case hangup = "HANGUP"
        case notFound = "NOTFOUND"
    }

    /// A sound that STREAM FILE, GET DATA or SAY played.
    package struct Sound: Sendable {
        package enum End: Sendable, Equatable { case complete, key(Character), command, hangup, missing }
        /// The name in the command; for SAY, the command with its words.
        package let name: String
        /// The file and its content; nil and empty if there is no file.
        package let path: String?
        package let bytes: [UInt8]
        package let rate: Int
        /// The part that was played, in samples.
        package let from: Int
        package let to: Int
        package let began: Duration
        package let ended: Duration
        package let end: End
    }

    /// A key that the caller pressed. Asterisk acts when it is released.
    package struct Key: Sendable, Equatable {
        package enum Fate: Sendable, Equatable { case returned, lost(Loss) }
        package enum Loss: Sendable, Equatable {
            case noCommandRunning
            /// The running command takes no keys, or not this one.
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
    /// What the program wrote and Asterisk did not carry out.
    package internal(set) var leftover: [UInt8] = []
    /// The time from the hangup to the end of the program.
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

    /// The id of the session, if this is the command that hands it to the dialplan.
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
