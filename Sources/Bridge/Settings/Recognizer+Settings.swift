import Cognigy
import Configuration
import HTTP

extension Recognizer {
    /// nil where stt_url is no address.
    init?(_ speech: Settings.Speech) {
        guard let location = speech.sttURL.flatMap({ Location($0) }) else { return nil }
        self.init(
            location: location, key: speech.sttKey?.reveal(),
            style: speech.sttStyle == .raw ? .raw : .openAI(model: speech.sttModel))
    }
}
