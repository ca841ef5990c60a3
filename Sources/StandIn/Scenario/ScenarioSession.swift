import JSON

extension Scenario {
    /// What handoff and barge-in find when they ask about a session.
    public struct Session: Equatable, Sendable {
        public var userID = "tel:+15551234567"
        public var channel = "voice"
        public var status = "active"
        public var variables: [String: JSON] = [:]
        public var telephony: [String: JSON] = ["connector": "genesys_cloud", "direction": "inbound"]

        public init() {}

        init(userID: String) { self.userID = userID }

        /// Reads the rest of a `handoff-session` line: an object with the members that differ from the default, or
        /// nothing.
        init(from line: inout ScenarioLine) throws(Mistake) {
            if line.isAtEnd() { return }
            for (name, value) in try line.object().object ?? [:] {
                switch (name, value) {
                case ("userId", .string(let text)): userID = text
                case ("channel", .string(let text)): channel = text
                case ("status", .string(let text)): status = text
                case ("variables", .object(let members)): variables = members
                case ("telephony", .object(let members)): telephony = members
                case ("userId", _), ("channel", _), ("status", _), ("variables", _), ("telephony", _):
                    throw line.mistake(.wrongKind(name))
                default: throw line.mistake(.unknownWord(name))
                }
            }
        }
    }
}
