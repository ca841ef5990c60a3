import Call
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

extension SpeechToText.Rules {
    /// nil where stt_url is no address.
    init?(_ settings: Settings) {
        guard let recognizer = Recognizer(settings.speech) else { return nil }
        let speech = settings.speech
        self.init(
            recognizer, replyTimeout: settings.call.replyTimeout,
            endOfSpeech: EndOfSpeech.Rules(
                usual: speech.endSilence, shortest: speech.shortestEndSilence, longest: speech.longestEndSilence),
            yesStops: speech.yesStops)
    }
}
