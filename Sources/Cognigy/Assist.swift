import HTTP
import JSON

/// Helps an agent during a conversation: a stream of interactions comes in, suggestions go out.
package enum Assist {
    package static let streamPath = "/api/v1/streaming/agentassist"
    package static let suggestPath = "/api/v1/agentassist/suggest"
    /// The scopes that the token needs.
    package static let scope = "agentassist:read dialog:read analytics:write streaming:subscribe"
    /// How long one request for suggestions may take.
    package static let suggestTimeout = Duration.seconds(5)

    /// The WebSocket's path below `base`.
    package static func streamPath(base: Location) -> String { base.appending(streamPath).path }

    package static func streamHeaders(token: String) -> [Header] { [.bearer(token)] }

    /// POST /api/v1/agentassist/suggest. `body` is `Update.question`, the same for every attempt.
    package static func suggest(base: Location, token: String, body: [UInt8]) -> Request {
        Request(
            .post, base.appending(suggestPath), headers: [.json, .bearer(token)], body: body, timeout: suggestTimeout)
    }
}
