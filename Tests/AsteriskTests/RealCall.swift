import System
import TestService

/// What the manager interface tells about one call that the bridge carries.
struct RealCall {
    struct Executed {
        let command: String
        let start: ManagerConnection.Message
        var end: ManagerConnection.Message?

        var isStream: Bool { command.hasPrefix("STREAM FILE") && !isSilence }
        var isWait: Bool { command.hasPrefix("WAIT FOR DIGIT") || isSilence }
        /// Nothing is to be heard: the offset is beyond the end of any prompt.
        private var isSilence: Bool { command.hasPrefix("STREAM FILE") && command.hasSuffix(" 100000000") }
        var length: Double { end.map { $0.time - start.time } ?? 0 }
    }

    /// `Application(data)` in a context.
    struct Step: Equatable {
        let context: String
        let application: String
        let data: String
    }

    let channel: String
    /// What was dialled.
    private(set) var number = ""
    private(set) var commands: [Executed] = []
    private(set) var steps: [Step] = []
    private(set) var variables: [String: String] = [:]
    /// Digits that the channel's owner pressed, with the time of each one's end.
    private(set) var digits: [ManagerConnection.Message] = []
    /// When the dialplan went on after the program, and when the channel was gone.
    private(set) var left: ManagerConnection.Message?
    private(set) var gone: ManagerConnection.Message?
    /// When the channel was asked to hang up.
    private(set) var hungUp: ManagerConnection.Message?

    init(channel: String) { self.channel = channel }

    mutating func note(_ message: ManagerConnection.Message) {
        switch message.event {
        case "AGIExecStart": commands.append(Executed(command: message["Command"], start: message))
        case "AGIExecEnd":
            if let last = commands.lastIndex(where: { $0.command == message["Command"] && $0.end == nil }) {
                commands[last].end = message
            }
        case "VarSet": variables[message["Variable"]] = message["Value"]
        case "Newexten":
            let step = Step(
                context: message["Context"], application: message["Application"], data: message["AppData"])
            if number.isEmpty { number = message["Extension"] }
            if left == nil, steps.last?.application == "AGI" { left = message }
            steps.append(step)
        case "DTMFEnd" where message["Direction"] == "Received": digits.append(message)
        case "HangupRequest", "SoftHangupRequest": hungUp = hungUp ?? message
        case "Hangup": gone = message
        default: break
        }
    }

    /// Commands and digits by Asterisk's clock.
    var story: [String] {
        let starts = commands.map { ($0.start.time, $0.command) }
        let ends = commands.compactMap { command in
            command.end.map { ($0.time, "end of \(command.command.prefix(11))") }
        }
        let keys = digits.map { ($0.time, "key \($0["Digit"])") }
        return (starts + ends + keys).sorted { $0.0 < $1.0 }.suffix(30).map { "\($0.0) \($0.1)" }
    }

    var isOver: Bool { gone != nil }
    var status: String { variables["COGNIGY_STATUS"] ?? "" }
    var reason: String { variables["COGNIGY_REASON"] ?? "" }
    var session: String { variables["COGNIGY_SESSION_ID"] ?? "" }
    var agiStatus: String { variables["AGISTATUS"] ?? "" }
    var streams: [Executed] { commands.filter(\.isStream) }
    /// The command that runs.
    var current: Executed? { commands.last.flatMap { $0.end == nil ? $0 : nil } }
    /// What the h extension of the sample was told.
    var farewell: String? { steps.last { $0.data.hasPrefix("hung up") }?.data }
}
