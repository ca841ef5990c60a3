import Text

/// The dialplan's function that reads a header of the INVITE with which the call began.
public enum HeaderFunction: Equatable, Sendable {
    /// PJSIP_HEADER() of res_pjsip_header_funcs.c.
    case pjsip
    /// SIP_HEADER() of chan_sip.c.
    case sip

    /// `channelType`: agi_type. nil where the channel knows no headers.
    public init?(channelType: String) {
        switch channelType {
        case "PJSIP": self = .pjsip
        case "SIP": self = .sip
        default: return nil
        }
    }

    /// The expression for `Command.evaluate`; nil where the name is none: it would become a part of the dialplan.
    public func expression(_ name: String) -> String? {
        guard HeaderFunction.isName(name) else { return nil }
        return switch self {
        case .pjsip: "${PJSIP_HEADER(read,\(name))}"
        case .sip: "${SIP_HEADER(\(name))}"
        }
    }

    static let longestName = 40

    /// Fewer characters than RFC 3261 (25.1, token) allows, and those that are in use.
    public static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
    }
}
