import Cognigy
import Text

/// Decides which updates make the machine ask for suggestions.
public struct AssistTriggers: Equatable, Sendable {
    /// A keyword also matches inside a word ("refund" in "refunded"). Empty: switched off.
    private let keywords: [FoldedText]
    /// nil: switched off.
    private let sentimentThreshold: Double?

    /// Passing nil switches a trigger off.
    public init(keywords: [String]?, sentimentThreshold: Double?) {
        self.keywords = (keywords ?? []).map(FoldedText.init).filter { !$0.isEmpty }
        self.sentimentThreshold = sentimentThreshold
    }

    /// Whether the transcript holds a keyword, or the sentiment is below the threshold.
    public func fire(on update: Assist.Update) -> Bool {
        if let score = update.sentimentScore, let threshold = sentimentThreshold, score < threshold { return true }
        guard let transcript = update.transcript, !keywords.isEmpty else { return false }
        let text = FoldedText(transcript)
        return keywords.contains { text.contains($0) }
    }
}
