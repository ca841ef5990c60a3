import System
import TestService

/// What Asterisk's manager told of one call.
struct HeardCall {
    struct Key: Equatable {
        let key: Character
        /// Whether a command was there to be ended by it.
        let fellIntoCommand: Bool
    }

    private(set) var keys: [Key] = []
    private var isExecuting = false
    private var began: Double?
    private var ended = 0.0

    /// Of the program in the call, in seconds.
    var length: Double { began.map { max(ended - $0, 0) } ?? 0 }

    /// The channel's own thread tells all of these, in the order in which they happen.
    mutating func note(_ message: ManagerConnection.Message) {
        switch message.event {
        case "AGIExecStart":
            isExecuting = true
            began = began ?? message.time
        case "AGIExecEnd":
            isExecuting = false
            ended = message.time
        case "DTMFEnd" where message["Direction"] == "Received":
            if let key = message["Digit"].first { keys.append(Key(key: key, fellIntoCommand: isExecuting)) }
        default: break
        }
    }
}
