import JSON
import Text

/// A call that a flow wants to give to somebody else.
public struct Transfer: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// To call the target and to join both; the flow goes on where that fails.
        case dial
        /// To ask the caller's side to call the target (SIP REFER, RFC 3515).
        case refer
    }

    public var kind: Kind
    /// A number or a SIP address as the flow wrote it, without `tel:`. It is untrusted.
    public var target: String
    /// To be called at the same time; at most nine.
    public var furtherTargets: [String]
    public var callerID: String?
    /// How long the target may ring.
    public var timeout: Duration?
    /// How long both may talk.
    public var timeLimit: Duration?
    public var headers: [String: String]
    /// The address of what the caller hears while the target rings.
    public var music: String?
    public var reason: String?

    public init(
        _ kind: Kind, to target: String, furtherTargets: [String] = [], callerID: String? = nil,
        timeout: Duration? = nil, timeLimit: Duration? = nil, headers: [String: String] = [:], music: String? = nil,
        reason: String? = nil
    ) {
        self.kind = kind
        self.target = target
        self.furtherTargets = furtherTargets
        self.callerID = callerID
        self.timeout = timeout
        self.timeLimit = timeLimit
        self.headers = headers
        self.music = music
        self.reason = reason
    }

    /// jambonz rings at most ten targets at once.
    static let mostTargets = 10
    private static let longestTarget = 256

    /// A target as a flow writes it, without `tel:`; nil where nobody could call it.
    static func target(_ json: JSON?) -> String? {
        guard var text = json?.words?.trimmed else { return nil }
        if text.lowercased().hasPrefix("tel:") { text = String(text.dropFirst(4)).trimmed }
        let isLine = text.unicodeScalars.allSatisfy { !$0.isControlOrLineBreak }
        return isLine && !text.isEmpty && text.utf8.count <= longestTarget ? text : nil
    }
}
