import Cognigy
import Text

/// When an agent needs help.
package struct AssistTriggers: Equatable, Sendable {
    /// Parts of words, as "refund" in "refunded"; empty where they are switched off.
    private let keywords: [FoldedText]
    /// nil: switched off.
    private let sentimentThreshold: Double?

    /// A trigger that is `nil` is switched off.
    package init(keywords: [String]?, sentimentThreshold: Double?) {
        self.keywords = (keywords ?? []).map(FoldedText.init).filter { !$0.isEmpty }
        self.sentimentThreshold = sentimentThreshold
    }

    /// Whether the transcript holds a keyword, or the sentiment is below the threshold.
    package func fire(on update: Assist.Update) -> Bool {
        if let score = update.sentimentScore, let threshold = sentimentThreshold, score < threshold { return true }
        guard let transcript = update.transcript, !keywords.isEmpty else { return false }
        let text = FoldedText(transcript)
        return keywords.contains { text.contains($0) }
    }
}
