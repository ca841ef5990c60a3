import Configuration
import Digests
import JSON
import System

/// The settings as the agent's widget gets them, and the tag by which it knows them.
enum Widget {
    static let path = "/api/widget/config"

    /// The JSON that the widget gets. Triggers and policy use the same settings.
    static func configuration(_ settings: Settings.Assist) -> [UInt8] {
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
    static func tag(_ configuration: [UInt8]) -> String {
        "\"\(Fingerprint.short(of: [String(decoding: configuration, as: UTF8.self)]))\""
    }

    /// Whether If-None-Match contains the tag, so that the answer is a 304: RFC 9110, section 13.1.2.
    static func isKnown(_ tag: String, to ifNoneMatch: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { part in
            let name = part.filter { $0 != " " && $0 != "\t" }
            return name == "*" || name == tag || name == "W/\(tag)"
        }
    }
}
