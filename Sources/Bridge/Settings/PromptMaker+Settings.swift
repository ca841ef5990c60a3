import Cognigy
import Configuration
import HTTP

extension PromptMaker.Voice {
    init(_ settings: Settings) {
        let speech = settings.speech
        let service = speech.ttsURL.flatMap { url in
            switch speech.ttsStyle {
            case .http:
                Location(url).map {
                    PromptMaker.Voice.service(url: $0, key: speech.ttsKey?.reveal(), name: speech.ttsVoice)
                }
            case .websocket:
                SynthesisStream.Address(settings).map { PromptMaker.Voice.socket($0) }
            }
        }
        let command = speech.ttsCommand.map { PromptMaker.Voice.command($0) }
        self =
            switch speech.tts {
            case .auto: service ?? command ?? .machine(locale: settings.locale)
            case .http: service ?? .none
            case .command: command ?? .none
            case .none: .none
            }
    }
}
