import Cognigy
import Configuration
import HTTP

extension SynthesisStream.Address {
    /// nil where the voice is no WebSocket.
    init?(_ settings: Settings) {
        let speech = settings.speech
        guard speech.ttsStyle == .websocket, let location = speech.ttsURL.flatMap({ Location(webSocket: $0) }) else {
            return nil
        }
        self.init(
            location: location, key: speech.ttsKey?.reveal(), voice: speech.ttsVoice, language: settings.locale)
    }
}
