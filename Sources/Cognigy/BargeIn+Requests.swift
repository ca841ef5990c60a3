import HTTP
import JSON

extension BargeIn {
    /// POST /api/v1/sessions/{id}/voice/commands: the service stops what it is saying.
    public static func stop(base: Location, token: String, sessionID: String) -> Request {
        let body: JSON = ["command": "stop", "reason": "user_interrupt", "sessionId": .string(sessionID)]
        return request(base, token, sessionID, "voice/commands", body)
    }

    /// POST /api/v1/sessions/{id}/variables: the flow drops its current step and recovers.
    public static func reset(base: Location, token: String, sessionID: String, confidence: Double) -> Request {
        let variables: [(String, JSON)] = [
            // The flows of the platform spell it so.
            ("cx.barage_in_detected", true), ("cx.current_intent", ""), ("cx.partial_transcript", ""),
            ("cx.flow_state", "interrupt_recover"), ("cx.interrupt_confidence", .number(confidence)),
        ]
        let body: JSON = ["variables": .array(variables.map { ["key": .string($0), "value": $1] })]
        return request(base, token, sessionID, "variables", body)
    }

    private static func request(
        _ base: Location, _ token: String, _ sessionID: String, _ end: String, _ body: JSON
    ) -> Request {
        let path = "\(Sessions.path)/\(SessionID.segment(sessionID))/\(end)"
        return Request(.post, base.appending(path), headers: [.json, .bearer(token)], body: body.serialized)
    }

    /// The body of a 200: what the service answered to both requests, or `ignored` in place of the second.
    public static func processed(abort: JSON, state: JSON) -> JSON {
        ["status": "processed", "abort": abort, "state": state]
    }

    /// The body of a 200 for a webhook that came before. Its sender repeats it until it is answered.
    public static let repeated: JSON = ["status": "repeated"]

    /// The state of a session whose interruption may have been a noise.
    public static let ignored: JSON = ["action": "ignored", "reason": "low_confidence"]

    /// An answer of the service, to be shown; empty where it cannot be read, since the request was granted all the same.
    public static func shown(_ reply: [UInt8]) -> JSON { (try? ReplyRefusal.object(reply)) ?? [:] }
}
