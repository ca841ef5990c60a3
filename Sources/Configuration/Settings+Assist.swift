extension Settings {
    /// When an agent is helped, and with what. The widget gets these settings too.
    package struct Assist: Sendable, Equatable {
        package var keywords = ["refund", "cancel", "complaint", "escalate"]
        package var keywordTrigger = true
        /// A customer with a lower score is unhappy.
        package var sentimentThreshold = -0.4
        package var sentimentTrigger = true
        package var prohibitedPhrases = ["guarantee full refund", "legal action", "sue the company"]
        package var minConfidence = 0.75
        package var maxSuggestions = 3
        package var cacheSize = 500
        package var cacheTTL = Duration.seconds(120)
        /// How often the widget asks.
        package var refreshInterval = Duration.milliseconds(2000)
    }
}
