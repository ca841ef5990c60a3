import JSON

extension Handoff {
    public struct Session: Equatable, Sendable {
        public let id: String
        public let status: String
        public let channel: String
        public let variables: [String: JSON]

        /// Only such a session can be handed off.
        public var isActiveVoice: Bool { status == "active" && channel == "voice" }
    }

    /// The answer to `look`. A session may have no variables yet. Variables that cannot be read are refused, because
    /// `mark` would lose them.
    public static func session(_ body: [UInt8]) throws(ReplyRefusal) -> Session {
        let json = try ReplyRefusal.object(body)
        let id = try text("sessionId", or: "session_id", in: json)
        if !SessionID.isUsable(id) { throw .wrongType("sessionId") }
        return Session(
            id: id, status: try text("status", in: json), channel: try text("channel", in: json),
            variables: try object("variables", in: json))
    }

    /// The status in the answer to `look` or `mark`.
    public static func status(_ body: [UInt8]) throws(ReplyRefusal) -> String {
        try text("status", in: try ReplyRefusal.object(body))
    }

    public struct Flow: Equatable, Sendable {
        public let executionID: String
        public let status: String
        public let result: [String: JSON]
    }

    /// The answer to `run`.
    public static func flow(_ body: [UInt8]) throws(ReplyRefusal) -> Flow {
        let json = try ReplyRefusal.object(body)
        return Flow(
            executionID: try text("flowExecutionId", or: "flow_execution_id", in: json),
            status: try text("status", in: json), result: try object("result", in: json))
    }

    /// An error of the telephony connector in a form that is safe for a terminal and a log: at most 500 characters, none of
    /// which moves the cursor or changes the direction of the text, and no secret.
    public static func shown(_ error: [UInt8]) -> String {
        let scalars = Secrets.hidden(in: error).unicodeScalars.lazy.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(scalars.prefix(500)))
    }

    private static func text(_ name: String, or other: String? = nil, in json: JSON) throws(ReplyRefusal) -> String {
        guard let value = json[name, other ?? name] else { throw .missing(name) }
        guard let text = value.string else { throw .wrongType(name) }
        return text
    }

    private static func object(_ name: String, in json: JSON) throws(ReplyRefusal) -> [String: JSON] {
        guard let value = json[name] else { return [:] }
        guard let object = value.object else { throw .wrongType(name) }
        return object
    }
}
