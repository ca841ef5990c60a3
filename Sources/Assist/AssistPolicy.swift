import Cognigy
import Text

/// Which suggestions an agent may see, whether they come from the service, the cache or the fallback.
public struct AssistPolicy: Equatable, Sendable {
    private let prohibitedPhrases: [FoldedText]
    private let minConfidence: Double
    private let maxSuggestions: Int

    public init(prohibitedPhrases: [String], minConfidence: Double, maxSuggestions: Int) {
        self.prohibitedPhrases = prohibitedPhrases.map(FoldedText.init).filter { !$0.isEmpty }
        self.minConfidence = minConfidence
        self.maxSuggestions = maxSuggestions
    }

    /// The first `maxSuggestions` that reach the confidence and contain no prohibited phrase.
    public func approved(_ suggestions: [Assist.Suggestion]) -> [Assist.Suggestion] {
        Array(suggestions.lazy.filter(allows).prefix(maxSuggestions))
    }

    private func allows(_ suggestion: Assist.Suggestion) -> Bool {
        guard suggestion.confidence >= minConfidence else { return false }
        let text = FoldedText(suggestion.text)
        return !prohibitedPhrases.contains { text.contains($0) }
    }
}
