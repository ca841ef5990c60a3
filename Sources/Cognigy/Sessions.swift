import HTTP
import JSON

/// POST /api/v1/sessions: makes a session of a flow for a call.
///
/// The room Cognigy holds what the platform's documents say, one file for each conversation with the service: which
/// requests are sent, how replies are read and when a request is repeated. It is pure: it makes requests and reads bytes,
/// and Transport carries them.
public enum Sessions {
    public static let path = "/api/v1/sessions"

    public static func request(
        base: Location, token: String, flowID: String, uniqueID: String, caller: String, locale: String?
    ) -> Request {
        var metadata: [String: JSON] = ["source": "asterisk_agi", "caller": .string(caller)]
        if let locale { metadata["locale"] = .string(locale) }
        let body: JSON = [
            "flowId": .string(flowID), "sessionId": .string(uniqueID), "metadata": .object(metadata),
        ]
        return Request(.post, base.appending(path), headers: [.json, .bearer(token)], body: body.serialized)
    }

    /// The id of the session; nil where the answer holds none that is usable.
    public static func id(_ body: [UInt8]) -> String? {
        guard let json = try? JSON(parsing: body), let id = json["id", "sessionId", "session_id"]?.string,
            SessionID.isUsable(id)
        else { return nil }
        return id
    }
}
