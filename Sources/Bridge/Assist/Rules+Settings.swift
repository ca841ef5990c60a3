import Assist
import Configuration
import HTTP

extension Rules {
    /// nil: base_url is no address. The ping interval is the one of the calls.
    init?(_ settings: Settings) {
        guard let base = Location(settings.cognigy.baseURL) else { return nil }
        let assist = settings.assist
        self.init(
            account: Account(
                base: base, clientID: settings.cognigy.clientID, clientSecret: settings.cognigy.clientSecret.reveal()),
            triggers: AssistTriggers(
                keywords: assist.keywordTrigger ? assist.keywords : nil,
                sentimentThreshold: assist.sentimentTrigger ? assist.sentimentThreshold : nil),
            policy: AssistPolicy(
                prohibitedPhrases: assist.prohibitedPhrases, minConfidence: assist.minConfidence,
                maxSuggestions: assist.maxSuggestions))
        pingInterval = settings.call.pingInterval
        cacheSize = assist.cacheSize
        cacheLifetime = assist.cacheTTL
    }
}
