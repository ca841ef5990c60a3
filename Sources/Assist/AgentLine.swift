import Cognigy
import JSON
import Text

/// The line that an agent's desktop gets for one update: what triggered, and which suggestions there are.
struct AgentLine: Equatable {
    var triggered = true
    var cached = false
    var fallback = false
    /// As the service sent them. The policy decides when the line is written which of them are shown.
    var suggestions: [Assist.Suggestion] = []

    static let fallback = AgentLine(fallback: true, suggestions: Assist.fallback)

    /// The line as JSON. `approved` holds the suggestions that the policy lets through.
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
