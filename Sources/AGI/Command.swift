/// What the bridge says to Asterisk. Every command is one line; nothing in an argument can end it or begin another.
public enum Command: Equatable, Sendable {
    case answer
    case hangup
    case noop
    /// Answered 511 once the caller is gone.
    case channelStatus
    case waitForDigit
    case streamFile(String, escape: Digits, offset: Int = 0)
    case sayNumber(Int, escape: Digits)
    case setVariable(Variable, String)
    /// Asks Asterisk to expand a `${...}` expression. The answer begins with the marker: lines that a caller's name
    /// left in the pipe cannot know it, so they are told from replies.
    case evaluate(marker: String, String)
    case verbose(String, level: Int)
    case setDTMFMode(String)
    /// Where the dialplan goes on.
    case setContext(String)
    case setExtension(String)
    case setPriority(String)

    /// Keys that end a prompt.
    public enum Digits: String, Sendable {
        case all = "0123456789*#"
        case none = ""
    }

    /// Names of channel variables are constants: one that ends in `)` would run a dialplan function.
    public enum Variable: String, Sendable {
        case status = "COGNIGY_STATUS"
        case reason = "COGNIGY_REASON"
        case sessionID = "COGNIGY_SESSION_ID"
        case turns = "COGNIGY_TURNS"
        case transferTarget = "COGNIGY_TRANSFER_TARGET"
    }

    /// A byte written while these run ends them (ast_waitfordigit_full and ast_waitstream_full watch the pipe).
    public var isInterruptible: Bool {
        switch self {
        case .waitForDigit, .streamFile: true
        default: false
        }
    }

    public var line: [UInt8] { Array((text + "\n").utf8) }

    private var text: String {
        switch self {
        case .answer: "ANSWER"
        case .hangup: "HANGUP"
        case .noop: "NOOP"
        case .channelStatus: "CHANNEL STATUS"
        case .waitForDigit: "WAIT FOR DIGIT -1"
        case .streamFile(let name, let escape, let offset):
            "STREAM FILE \(Command.quoted(name)) \"\(escape.rawValue)\" \(offset)"
        case .sayNumber(let number, let escape): "SAY NUMBER \(number) \"\(escape.rawValue)\""
        case .setVariable(let variable, let value): "SET VARIABLE \(variable.rawValue) \(Command.quoted(value))"
        case .evaluate(let marker, let expression): "GET FULL VARIABLE \(Command.quoted(marker + expression))"
        case .verbose(let message, let level): "VERBOSE \(Command.quoted(message)) \(level)"
        case .setContext(let context): "SET CONTEXT \(Command.quoted(context))"
        case .setExtension(let exten): "SET EXTENSION \(Command.quoted(exten))"
        case .setPriority(let priority): "SET PRIORITY \(Command.quoted(priority))"
        case .setDTMFMode(let mode): "SET VARIABLE PJSIP_DTMF_MODE() \(Command.quoted(mode))"
        }
    }

    /// A line must stay below 2046 bytes on older releases; escapes double a byte at worst.
    static let longestArgument = 900

    /// One argument, as parse_args in res_agi.c reads it. LF, CR and NUL cannot be said, so they become spaces; so do
    /// the other control characters, which nobody wants on a console.
    static func quoted(_ argument: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        var taken = 0
        for scalar in argument.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            taken += bytes.count
            if taken > longestArgument { break }
            switch scalar {
            case "\"", "\\":
                result.append(UInt8(ascii: "\\"))
                result += bytes
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result.append(UInt8(ascii: " "))
            default: result += bytes
            }
        }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }
}
