import Configuration
import State

extension Log {
    /// The log of the configuration, which shows none of its secrets. `callID` stands in every line.
    public convenience init(_ settings: Settings, about callID: String = "-") {
        self.init(target: settings.paths.log, level: settings.paths.logLevel)
        self.callID = callID
        for secret in [
            settings.cognigy.clientSecret, settings.cognigy.apiKey, settings.speech.sttKey, settings.speech.ttsKey,
            settings.bargeIn.secret, settings.cognigy.endpoint?.token,
        ] {
            if let secret { hide(secret.reveal()) }
        }
    }
}
