import HTTP
import JSON

/// POST /api/v1/sessions: a call becomes a session of a flow.
package enum Sessions {
    package static let path = "/api/v1/sessions"

    package static func request(
        base: Location, token: String, flowID: String, uniqueID: String, caller: String, locale: String?
    ) -> Request {
        var metadata: [String: JSON] = ["source": "asterisk_agi", "caller": .string(caller)]
        if let locale { metadata["locale"] = .string(locale) }
        let body: JSON = [
            "flowId": .string(flowID), "sessionId": .string(uniqueID), "metadata": .object(metadata),
        ]
        return Request(.post, base.appending(path), headers: [.json, .bearer(token)], body: body.serialized)
    }

    /// The session's id; nil where the answer has none that could stand in a path and a header.
    package static func id(_ body: [UInt8]) -> String? {
        guard let json = try? JSON(parsing: body), let id = json["id", "sessionId", "session_id"]?.string,
            SessionID.isUsable(id)
        else { return nil }
        return id
    }
}
