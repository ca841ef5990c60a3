import Cognigy
import Configuration
import State
import Transport

extension Transcriber {
    /// nil: the recogniser does not listen while the caller speaks.
    convenience init?(_ settings: Settings, _ client: HTTPClient, log: Log) {
        guard let recognizer = Recognizer(settings.speech) else { return nil }
        self.init(recognizer, language: settings.locale, client) { log.write($0, $1) }
    }
}
