import Text

/// What the bridge says to Asterisk. Every command is one line; nothing in an argument can end it or begin another.
public enum Command: Equatable, Sendable {
    case answer
    case hangup
    case noop
    /// Answered 511 once the caller is gone.
    case channelStatus
    case waitForDigit
    case streamFile(String, escape: Digits, offset: Int = 0)
    /// Waits for keys as WAIT FOR DIGIT does, but with sound for the caller: STREAM FILE on a file of silence, from
    /// `silenceOffset` on. Asterisk sends no RTP while WAIT FOR DIGIT runs, and logs a WARNING for each interruption.
    case streamSilence(String)
    case sayNumber(Int, escape: Digits)
    /// All at once, with MSet(): after a hangup there may be time for one answer only. MSet() leaves a variable alone
    /// that is to become empty (pbx_builtin_setvar_multiple).
    case setVariables([Assignment])
    case clearVariable(Variable)
    /// Asks Asterisk to expand a `${...}` expression. The answer begins with the marker: lines that a caller's name
    /// left in the pipe cannot know it, so they are told from replies.
    case evaluate(marker: String, String)
    /// Runs a subroutine of the dialplan to its Return(), or to its end (handle_gosub in app_stack.c). Nothing can
    /// interrupt it, and the keys that are pressed meanwhile are the dialplan's.
    case gosub(context: String, extension: String, arguments: [String] = [])
    /// Sends keys to the caller's telephone, with SendDTMF().
    case sendDigits(String, each: Duration)
    case verbose(String, level: Int)
    /// A line in Asterisk's own log, by Log(): VERBOSE reaches the console alone.
    case warn(String)
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
        /// Why a flow hung up, in its own words.
        case endReason = "COGNIGY_END_REASON"
        case transferTarget = "COGNIGY_TRANSFER_TARGET"
        case transferType = "COGNIGY_TRANSFER_TYPE"
        case transferCaller = "COGNIGY_TRANSFER_CALLER"
        case transferTimeout = "COGNIGY_TRANSFER_TIMEOUT"
        case transferHeaders = "COGNIGY_TRANSFER_HEADERS"
        /// The path of a file of the program's own, without its extension.
        case transferMusic = "COGNIGY_TRANSFER_MUSIC"
        /// What Dial() and Transfer() leave behind.
        case dialStatus = "DIALSTATUS"
        case transferStatus = "TRANSFERSTATUS"
    }

    public struct Assignment: Equatable, Sendable {
        public let variable: Variable
        public let value: String

        public init(_ variable: Variable, _ value: String) {
            self.variable = variable
            self.value = value
        }
    }

    /// Where a stream of silence begins. No prompt is that long, so a position in Asterisk's answer tells which of the
    /// two it is about.
    public static let silenceOffset = 100_000_000

    /// What begins with a byte and ends without an answer when it is interrupted.
    var endsInSilence: Bool {
        switch self {
        case .streamFile, .streamSilence: true
        default: false
        }
    }

    public var line: [UInt8] { Array((text + "\n").utf8) }

    /// The line without its arguments, such as `STREAM FILE`.
    public var verb: String {
        let words = text.split(separator: " ").prefix { $0.allSatisfy { $0.isLetter && $0.isUppercase } }
        return words.joined(separator: " ")
    }

    private var text: String {
        switch self {
        case .answer: "ANSWER"
        case .hangup: "HANGUP"
        case .noop: "NOOP"
        case .channelStatus: "CHANNEL STATUS"
        case .waitForDigit: "WAIT FOR DIGIT -1"
        case .streamFile(let name, let escape, let offset):
            "STREAM FILE \(Command.quoted(name)) \"\(escape.rawValue)\" \(offset)"
        case .streamSilence(let name):
            "STREAM FILE \(Command.quoted(name)) \"\(Digits.all.rawValue)\" \(Command.silenceOffset)"
        case .sayNumber(let number, let escape): "SAY NUMBER \(number) \"\(escape.rawValue)\""
        case .setVariables(let assignments):
            "EXEC MSet \(Command.quoted(assignments.map(\.text).joined(by: ",")))"
        case .clearVariable(let variable): "SET VARIABLE \(variable.rawValue) \"\""
        case .evaluate(let marker, let expression): "GET FULL VARIABLE \(Command.quoted(marker + expression))"
        case .gosub(let context, let exten, let arguments): Command.gosub([context, exten], arguments)
        case .sendDigits(let digits, let length):
            "EXEC SendDTMF \(Command.quoted("\(Command.digits(in: digits)),250,\(Command.milliseconds(length))"))"
        case .verbose(let message, let level): "VERBOSE \(Command.quoted(message)) \(level)"
        case .warn(let message): "EXEC Log \(Command.quoted("WARNING," + message))"
        case .setContext(let context): "SET CONTEXT \(Command.quoted(context))"
        case .setExtension(let exten): "SET EXTENSION \(Command.quoted(exten))"
        case .setPriority(let priority): "SET PRIORITY \(Command.quoted(priority))"
        case .setDTMFMode(let mode): "SET VARIABLE PJSIP_DTMF_MODE() \(Command.quoted(mode))"
        }
    }

    /// handle_gosub prints its arguments into `context,extension,1(arguments)`, which gosub_exec then reads as dialplan.
    private static func gosub(_ place: [String], _ arguments: [String]) -> String {
        let place = place.map { quoted(String(harmless($0).prefix(longestPlace))) }.joined(separator: " ")
        let arguments = arguments.map { harmless($0) }.joined(separator: ",")
        return "GOSUB \(place) 1" + (arguments.isEmpty ? "" : " \(quoted(arguments))")
    }

    /// AST_MAX_CONTEXT and AST_MAX_EXTENSION, with their end.
    private static let longestPlace = 79

    /// What SendDTMF() can send, `w` and `W` being pauses (ast_dtmf_stream in app.c). Nothing can interrupt it, so there is
    /// a limit.
    public static func digits(in text: String) -> String {
        let digits = text.filter { "0123456789*#ABCDabcdwW".contains($0) }
        return String(digits.prefix(mostDigits))
    }

    static let mostDigits = 40

    private static func milliseconds(_ length: Duration) -> Int {
        Int(min(max(length, .milliseconds(50)), .seconds(1)) / .milliseconds(1))
    }

    /// Those characters that mean nothing to a dialplan, neither in an application's arguments nor in a number.
    static func harmless(_ text: String) -> String { kept(of: text, where: Assignment.isHarmless) }

    /// Most texts stay as they are, and looking is much faster than making them anew.
    fileprivate static func kept(of text: String, where isKept: (Unicode.Scalar) -> Bool) -> String {
        if text.unicodeScalars.allSatisfy(isKept) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter(isKept)))
    }

    /// A line must stay below 2046 bytes on older releases; escapes double a byte at worst.
    static let longestArgument = 900

    /// One argument, as parse_args in res_agi.c reads it. LF, CR and NUL cannot be said, so they become spaces; so do
    /// all other control characters, which some terminals obey.
    static func quoted(_ argument: String) -> String {
        let isPlain: (UInt8) -> Bool = {
            (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if argument.utf8.count <= longestArgument && argument.utf8.allSatisfy(isPlain) { return "\"\(argument)\"" }
        var result: [UInt8] = [UInt8(ascii: "\"")]
        var taken = 0
        for scalar in argument.unicodeScalars {
            taken += UTF8.width(scalar)
            if taken > longestArgument { break }
            switch scalar {
            case "\"", "\\": result += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case _ where scalar.isControlOrLineBreak: result.append(UInt8(ascii: " "))
            default: result += scalar.utf8
            }
        }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }
}

extension Command.Assignment {
    /// `NAME=value`, with those characters of the value that mean nothing to a dialplan: a live variable in an
    /// application's arguments is dialplan code. A path has slashes as well.
    fileprivate var text: String {
        let isPath = variable == .transferMusic
        let value = Command.kept(of: value) { Self.isHarmless($0) || isPath && $0 == "/" }
        return "\(variable.rawValue)=\(value)"
    }

    public static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "a"..."z", "A"..."Z", "-", ".", "_", "~", ":", "@", "+", "=", "*", "#", " ": true
        default: false
        }
    }
}
