import JSON

extension Assist {
    /// A text that an agent may say next.
    public struct Suggestion: Equatable, Sendable {
        public let text: String
        /// From 0 to 1.
        public let confidence: Double
        public let source: String?

        public init(text: String, confidence: Double, source: String? = nil) {
            self.text = text
            self.confidence = confidence
            self.source = source
        }

        /// For the agent's desktop.
        public var json: JSON {
            var members: [String: JSON] = ["text": .string(text), "confidence": .number(confidence)]
            if let source { members["source"] = .string(source) }
            return .object(members)
        }

        /// In bytes. No agent reads out a longer text.
        static let longestText = 4096

        /// nil where there is no text, or the confidence is not from 0 to 1. A missing confidence is 0.
        fileprivate init?(_ json: JSON) {
            guard case .string(let text)? = json["text"], text.utf8.count <= Suggestion.longestText,
                text.contains(where: { !$0.isWhitespace })
            else { return nil }
            let confidence = json["confidence"]
            guard let number = confidence == nil ? 0 : confidence?.number, (0...1).contains(number) else { return nil }
            self.text = text
            self.confidence = number
            if case .string(let source)? = json["source"], source.utf8.count <= Suggestion.longestText {
                self.source = source
            } else {
                source = nil
            }
        }
    }

    /// The answer to a request for suggestions.
    public struct Reply: Equatable, Sendable {
        /// In the service's order.
        public let suggestions: [Suggestion]
        /// How many entries were no suggestions, or beyond `mostSuggestions`.
        public let dropped: Int
    }

    /// Further suggestions of one answer are not read.
    static let mostSuggestions = 50

    public static func reply(_ body: [UInt8]) throws(ReplyRefusal) -> Reply {
        let json = try ReplyRefusal.object(body)
        guard let members = json["suggestions"] else { throw .missing("suggestions") }
        guard let members = members.array else { throw .wrongType("suggestions") }
        let suggestions = members.prefix(mostSuggestions).compactMap(Suggestion.init)
        return Reply(suggestions: suggestions, dropped: members.count - suggestions.count)
    }

    /// What an agent sees while the service does not answer.
    public static let fallback = [
        Suggestion(text: "I understand your concern. Let me connect you with a specialist.", confidence: 0.85),
        Suggestion(text: "Would you like me to explain our resolution options?", confidence: 0.8),
    ]
}
