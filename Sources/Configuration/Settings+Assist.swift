extension Settings {
    /// When an agent is helped, and with what. The widget gets these settings too.
    public struct Assist: Sendable, Equatable {
        public var keywords = ["refund", "cancel", "complaint", "escalate"]
        public var keywordTrigger = true
        /// A customer with a lower score is unhappy.
        public var sentimentThreshold = -0.4
        public var sentimentTrigger = true
        public var prohibitedPhrases = ["guarantee full refund", "legal action", "sue the company"]
        public var minConfidence = 0.75
        public var maxSuggestions = 3
        public var cacheSize = 500
        public var cacheTTL = Duration.seconds(120)
        /// How often the widget asks.
        public var refreshInterval = Duration.milliseconds(2000)
    }
}
