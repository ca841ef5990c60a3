import HTTP
import JSON

/// Helps an agent during a conversation: a stream of interactions comes in, suggestions go out.
public enum Assist {
    public static let streamPath = "/api/v1/streaming/agentassist"
    public static let suggestPath = "/api/v1/agentassist/suggest"
    /// The scopes that the token needs.
    public static let scope = "agentassist:read dialog:read analytics:write streaming:subscribe"
    /// How long one request for suggestions may take.
    public static let suggestTimeout = Duration.seconds(5)

    /// The WebSocket's path below `base`.
    public static func streamPath(base: Location) -> String { base.appending(streamPath).path }

    public static func streamHeaders(token: String) -> [Header] { [.bearer(token)] }

    /// POST /api/v1/agentassist/suggest. `body` is `Update.question`, the same for every attempt.
    public static func suggest(base: Location, token: String, body: [UInt8]) -> Request {
        Request(
            .post, base.appending(suggestPath), headers: [.json, .bearer(token)], body: body, timeout: suggestTimeout)
    }
}
