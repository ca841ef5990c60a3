import HTTP
import JSON

/// The three requests that transfer a session to the queue of an agent: look at it, mark it, and run its flow again.
public enum Handoff {
    public static let path = "/api/v1/session"
    public static let flowPath = "/api/v1/flow"

    private static let longestName = 80
    public static let rule = "1 to \(longestName) letters, digits and . _ + -"

    /// Whether a queue or a type that a flow names may stand in a dialplan.
    public static func isUsable(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count) && SessionID.isPlain(name, and: "._+-")
    }

    /// GET /api/v1/session/{id}.
    public static func look(base: Location, token: String, sessionID: String) -> Request {
        Request(.get, location(base, sessionID), headers: [.bearer(token)])
    }

    /// PUT /api/v1/session/{id}. The body holds the existing variables, the added ones and those of the transfer.
    public static func mark(
        base: Location, token: String, sessionID: String, existing: [String: JSON], adding variables: [String: JSON],
        queue: String, type: String = "queue"
    ) -> Request {
        let body: JSON = [
            "variables": .object(
                self.variables(existing: existing, adding: variables, queue: queue, type: type)),
            "telephony": ["action": "transfer", "preserveMediaStream": true],
        ]
        return Request(
            .put, location(base, sessionID), headers: [.json, .bearer(token)], body: body.serialized)
    }

    /// The variables that `mark` leaves in the session. Added variables never displace those of the transfer.
    public static func variables(
        existing: [String: JSON], adding variables: [String: JSON], queue: String, type: String
    ) -> [String: JSON] {
        let own: [String: JSON] = [
            "transferTarget": .string(queue), "transferType": .string(type), "handoffTrigger": true,
            "telephonyAction": "transfer",
        ]
        return existing.merging(variables) { $1 }.merging(own) { $1 }
    }

    /// POST /api/v1/flow: runs the flow, which sees the mark.
    public static func run(base: Location, token: String, sessionID: String) -> Request {
        let body: JSON = [
            "sessionId": .string(sessionID), "intent": "__system_transfer__", "text": "agent_handoff_requested",
            "channel": "voice",
        ]
        return Request(.post, base.appending(flowPath), headers: [.json, .bearer(token)], body: body.serialized)
    }

    private static func location(_ base: Location, _ sessionID: String) -> Location {
        base.appending("\(path)/\(SessionID.segment(sessionID))")
    }
}
