import Cognigy
import JSON
import Text

/// What is known of one update.
struct AgentLine: Equatable {
    var triggered = true
    var cached = false
    var fallback = false
    /// Not judged yet.
    var suggestions: [Assist.Suggestion] = []

    static let fallback = AgentLine(fallback: true, suggestions: Assist.fallback)

    /// For the agent's desktop. `approved` are those of the suggestions that may leave.
    func bytes(_ approved: [Assist.Suggestion], of interaction: String) -> [UInt8] {
        let members = members(interaction).merging(["suggestions": .array(approved.map(\.json))]) { $1 }
        return JSON.object(members).harmless + [UInt8(ascii: "\n")]
    }

    func metrics(_ approved: [Assist.Suggestion], of interaction: String, at time: Double) -> [String: JSON] {
        let more: [String: JSON] = [
            "timestamp": .string(Timestamp.text(time)), "suggestionCount": .integer(approved.count),
            "eventType": "AGENT_ASSIST_QUERY",
        ]
        return members(interaction).merging(more) { $1 }
    }

    private func members(_ interaction: String) -> [String: JSON] {
        [
            "interactionId": .string(interaction), "triggered": .bool(triggered), "cached": .bool(cached),
            "fallback": .bool(fallback),
        ]
    }
}
