import Call
import Cognigy
import System
import Transport

/// A text that becomes sound.
extension PromptJob {
    /// The last attempt failed: tries the next best way to be heard.
    func speakInstead(_ why: String, _ client: HTTPClient) {
        switch source {
        case .audio:
            log(.warning, "audio: \(why)\(message.text == nil ? "; nothing is heard" : "; its text is spoken")")
            lose(.audio, why)
            speak(client)
        // The flow has chosen a voice that is not there: its words are spoken all the same.
        case _ where isUnknown && speech.wish != nil:
            log(.notice, "voice: \(why), asked for \(speech.wish ?? ""); the usual one speaks")
            speech.refuse()
            speech = findVoice()
            (isUnknown, programsEnd) = (false, nil)
            speak(client)
        case .voiceService, .voiceSocket, .voiceCommand:
            log(.warning, "voice: \(why)")
            lose(.voice, why)
            sayNumber()
        }
    }

    /// Keeps the first cause of the loss, unless a later one is a full disk.
    func lose(_ kind: Loss.Kind, _ why: String) {
        if loss == nil || kind == .disk { loss = Loss(kind: kind, why: why) }
    }

    func speak(_ client: HTTPClient) {
        guard let text = message.text else { return stage = .over(.nothing(loss)) }
        if text.allSatisfy(\.isWhitespace) { return stage = .over(.nothing(loss)) }
        if leavesNumbers, let number { return stage = .over(.number(number)) }
        if let samples = speech.cache?.samples(of: text) {
            source = .voiceCommand
            return stage = .keeping(samples)
        }
        (request, attempt, redirects, isDecoded, wasStartedAgain) = (nil, 0, 0, false, false)
        // The time that a decoder has used is not taken from the voice.
        if let end = programsEnd { programsEnd = max(end, MonotonicClock.now() + PromptJob.afterDecoder) }
        switch speech.voice {
        case .service(let url, let key, let name):
            source = .voiceService
            let synthesis = Synthesis.request(url: url, key: key, text: text, voice: name)
            giveUpAt = MonotonicClock.now() + synthesis.timeout
            request = synthesis
            ask(client)
        case .socket(let address):
            giveUpAt = MonotonicClock.now() + PromptJob.streamTimeout
            listen(to: address, text)
        case .command(let command):
            source = .voiceCommand
            run(command, input: Array(text.utf8), client)
        // tts = none: words are not spoken.
        case .none:
            source = .voiceCommand
            sayNumber()
        case .machine:
            source = .voiceCommand
            lose(.voice, "there is no voice; install espeak-ng, or set [speech] tts_url or tts_command")
            sayNumber()
        }
    }

    /// The number that the text is; nil where it is something else.
    var number: Int? {
        let words = message.text?.split { $0.isWhitespace } ?? []
        // "007" is not the number 7.
        return words.count == 1 ? Int32(words[0]).flatMap { String($0) == words[0] ? Int($0) : nil } : nil
    }

    /// Asterisk says an integer without any voice of ours.
    func sayNumber() {
        guard let text = message.text else { return stage = .over(.nothing(loss)) }
        if let number { return stage = .over(.number(number)) }
        let shown = message.isSensitive ? "a sensitive text" : text.prefix(200)
        log(.warning, "unspoken, for want of \(loss?.kind == .disk ? "room" : "a voice"): \(shown)")
        stage = .over(.nothing(loss))
    }
}
