import HTTP
import JSON

/// The voice socket of a session: /api/v1/sessions/{id}/voice.
public enum VoiceSocket {
    public static func path(base: Location, sessionID: String) -> String {
        base.appending("\(Sessions.path)/\(SessionID.segment(sessionID))/voice").path
    }

    public static func headers(token: String, sessionID: String) -> [Header] {
        [.bearer(token), Header("X-Cognigy-Session-Id", sessionID)]
    }

    public static let ping = #"{"type":"ping"}"#

    public enum Incoming: Equatable, Sendable {
        case response(Message)
        /// A type that this version does not know.
        case unknown(String)
        case malformed
    }

    public static func incoming(_ text: String) -> Incoming {
        guard let json = try? JSON(parsing: Array(text.utf8)), json.object != nil else { return .malformed }
        guard let type = json["type"]?.string else { return .malformed }
        guard type == "response" else { return .unknown(type) }
        let asksForHandoff = json["handoffTrigger", "handoff_trigger"]?.bool ?? false
        let target = json["transferTarget", "transfer_target"]?.string
        return .response(
            Message(
                text: json["text"]?.string.flatMap(nonEmpty),
                audioURL: json["audioUrl", "audio_url"]?.string.flatMap(nonEmpty),
                end: json["end"]?.bool ?? false,
                transferTarget: asksForHandoff ? target ?? "" : target.flatMap(nonEmpty),
                transferType: json["transferType", "transfer_type"]?.string.flatMap(nonEmpty)))
    }

    /// nil where the text holds only white space.
    private static func nonEmpty(_ text: String) -> String? { text.contains { !$0.isWhitespace } ? text : nil }
}
