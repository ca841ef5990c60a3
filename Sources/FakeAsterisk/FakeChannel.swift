import System

/// The channel that runs AGI(): what the environment block tells of it, and what commands change.
public struct FakeChannel: Sendable {
    public var name = "PJSIP/robot-00000001"
    public var language = "en"
    public var type = "PJSIP"
    public var uniqueID = "1700000000.1"
    public var version = "22.10.0"
    public var callerID = "4930123456"
    public var callerIDName = "unknown"
    public var dnid = "5000"
    public var accountCode = ""
    public var context = "ivr"
    public var `extension` = "5000"
    public var priority = 1
    /// The native audio format. It decides which file of a basename is opened.
    public var nativeFormat = "ulaw"
    /// Whether the channel is answered. If not, it rings.
    public var isUp = false
    /// Under EAGI: whether frames arrive while the caller says nothing.
    public var hasSilence = true
    /// Under EAGI: how the caller's telephone returns what he is played; nil where it does not.
    public var echo: Echo?
    /// Channel variables, and dialplan functions by their whole text, as in `CALLERID(num)`. AGISIGHUP and
    /// AGIEXITONHANGUP have the effect that they have in Asterisk.
    public var variables: [String: String] = [:]

    /// Of the INVITE. A PJSIP or a SIP channel shows them to the dialplan.
    public var headers: [String: String] = [:]

    /// An echo without dispersion.
    public struct Echo: Sendable {
        let delay: Duration
        /// Of the amplitude.
        let share: Float

        public init(delay: Duration, share: Float) {
            self.delay = delay
            self.share = share
        }
    }

    public init() {}

    /// setup_env(): the environment block. Asterisk writes each line with a write(2) of its own.
    func environmentLines(request: String, enhanced: Bool, arguments: [String]) -> [String] {
        let pairs = [
            ("request", request), ("channel", name), ("language", language), ("type", type), ("uniqueid", uniqueID),
            ("version", version), ("callerid", callerID), ("calleridname", callerIDName), ("callingpres", "0"),
            ("callingani2", "0"), ("callington", "0"), ("callingtns", "0"), ("dnid", dnid), ("rdnis", "unknown"),
            ("context", context), ("extension", `extension`), ("priority", "\(priority)"),
            ("enhanced", enhanced ? "1.0" : "0.0"), ("accountcode", accountCode), ("threadid", "140000000000001"),
        ]
        let given = arguments.enumerated().map { ("arg_\($0.offset + 1)", $0.element) }
        return (pairs + given).map { "agi_\($0.0): \($0.1)\n" } + ["\n"]
    }

    /// ast_channel_state(): AST_STATE_UP is 6, AST_STATE_RING is 4.
    var state: Int { isUp ? 6 : 4 }

    /// pbx_retrieve_variable() and ast_func_read(): the value of a variable or of a dialplan function; nil if unknown.
    func value(of name: String) -> String? {
        if let value = variables[name] { return value }
        switch name {
        case "CHANNEL", "CHANNEL(name)": return self.name
        case "CHANNEL(audionativeformat)": return "(\(nativeFormat))"
        case "CHANNEL(state)": return isUp ? "Up" : "Ring"
        case "CHANNEL(channeltype)": return type
        case "CALLERID(num)": return callerID
        case "CALLERID(name)": return callerIDName
        case "UNIQUEID": return uniqueID
        case "CONTEXT": return context
        case "EXTEN": return `extension`
        case "PRIORITY": return "\(priority)"
        default: return header(name)
        }
    }

    /// PJSIP_HEADER() of res_pjsip_header_funcs.c and SIP_HEADER() of chan_sip.c, which take upper and lower case alike.
    private func header(_ function: String) -> String? {
        let start = ["PJSIP": "PJSIP_HEADER(read,", "SIP": "SIP_HEADER("][type] ?? ")"
        guard function.hasPrefix(start), function.hasSuffix(")") else { return nil }
        let name = function.dropFirst(start.count).dropLast().lowercased()
        return headers.first { $0.key.lowercased() == name }?.value
    }

    /// ast_str_substitute_variables(), without nesting. An unknown name is replaced by an empty string.
    func substituting(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") {
                result += value(of: String(rest[..<end].dropFirst(2))) ?? ""
                rest = rest[end...].dropFirst()
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    /// ast_false(): whether the variable holds a word that switches an option off.
    func isFalse(_ variable: String) -> Bool {
        ["no", "false", "n", "f", "0", "off"].contains(variables[variable]?.lowercased())
    }

    /// ast_true(): whether the variable holds a word that switches an option on.
    func isTrue(_ variable: String) -> Bool {
        ["yes", "true", "y", "t", "1", "on"].contains(variables[variable]?.lowercased())
    }
}
