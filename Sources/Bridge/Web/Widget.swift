import Configuration
import Digests
import JSON
import System

/// What the agent's widget is told when it starts: GET /api/widget/config.
package enum Widget {
    package static let path = "/api/widget/config"

    /// From the settings that the triggers and the policy go by.
    package static func configuration(_ settings: Settings.Assist) -> [UInt8] {
        let configuration: JSON = [
            "maxSuggestions": .integer(settings.maxSuggestions), "minConfidence": .number(settings.minConfidence),
            "enableSentimentTrigger": .bool(settings.sentimentTrigger),
            "enableKeywordTrigger": .bool(settings.keywordTrigger),
            "refreshIntervalMs": .integer(Int(settings.refreshInterval.millisecondsRoundedUp)),
            "prohibitedPhrases": .array(settings.prohibitedPhrases.map { .string($0) }),
        ]
        return configuration.serialized
    }

    /// The ETag of a configuration: RFC 9110, section 8.8.3.
    package static func tag(_ configuration: [UInt8]) -> String {
        "\"\(Fingerprint.short(of: [String(decoding: configuration, as: UTF8.self)]))\""
    }

    /// Whether an If-None-Match has this tag, so that a 304 says enough: RFC 9110, section 13.1.2.
    package static func isKnown(_ tag: String, to ifNoneMatch: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { part in
            let name = part.filter { $0 != " " && $0 != "\t" }
            return name == "*" || name == tag || name == "W/\(tag)"
        }
    }
}
