import Call
import Cognigy
import Configuration
import HTTP

extension Recognizer {
    /// nil where stt_url is no address.
    public init?(_ speech: Settings.Speech) {
        guard let location = speech.sttURL.flatMap({ Location(webSocket: $0) ?? Location($0) }) else { return nil }
        self.init(location: location, key: speech.sttKey?.reveal(), style: Recognition.Style(speech))
    }
}

extension Recognition.Style {
    fileprivate init(_ speech: Settings.Speech) {
        switch speech.sttStyle {
        case .raw: self = .raw
        case .openai: self = .openAI(model: speech.sttModel)
        case .websocket: self = .stream(.websocket)
        case .vosk: self = .stream(.vosk)
        }
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
