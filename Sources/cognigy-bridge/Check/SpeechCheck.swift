import Bridge
import Checkup
import Configuration
import HTTP
import State
import Transport

/// Lets the voice say "test", and has that written down where callers speak.
struct SpeechCheck {
    let client: HTTPClient
    let folder: StateFolder?
    let steps: CheckSteps

    private static let word = "test"

    func run(_ bridge: Settings?, _ voice: Settings?) {
        guard let settings = voice ?? bridge else { return }
        var samples: [Int16] = []
        // Without a folder it would be the folder's fault.
        if folder != nil {
            steps.run("voice") { () throws(Trouble) in
                let spoken = try speak(settings)
                samples = spoken.samples
                return spoken.words
            }
        }
        guard let voice, let trial = RecognitionTrial(voice, client) else { return }
        steps.run("speech to text") { () throws(Trouble) in
            try written(
                trial, samples.isEmpty ? [Int16](repeating: 0, count: 16_000) : samples, spoke: !samples.isEmpty)
        }
    }

    private func speak(_ settings: Settings) throws(Trouble) -> (samples: [Int16], words: String) {
        guard let trial = VoiceTrial(settings, client, folder: folder) else {
            let why = settings.speech.tts == .none ? "tts = none" : "there is none"
            throw .warning(
                "\(why): callers do not hear what the flow says as text",
                "install espeak-ng, or set tts_url or tts_command")
        }
        do throws(VoiceTrial.Failure) {
            let speech = try trial.say(Self.word)
            return (
                speech.samples,
                "\(trial.place) says \"\(Self.word)\": \(Self.milliseconds(speech.length)) ms of sound, the first after "
                    + "\(Self.milliseconds(speech.time)) ms"
            )
        } catch {
            if settings.speech.ttsURL == nil {
                throw Trouble(
                    .machine, "\(trial.place): \(error.why)",
                    "is it installed (apt install espeak-ng)? run it by hand, and look at tts_command and the room in memory"
                )
            }
            throw Trouble(
                .service, "\(trial.place): \(error.why)",
                "look at tts_url, tts_key and tts_voice, the firewall and proxy")
        }
    }

    private func written(_ trial: RecognitionTrial, _ samples: [Int16], spoke: Bool) throws(Trouble) -> String {
        let (outcome, time) = trial.run(samples)
        let (place, after) = (trial.place, "after \(Self.milliseconds(time)) ms")
        switch outcome {
        case .heard(let words?) where Self.isWord(words): return "\(place) writes down \"\(words)\", \(after)"
        case .heard(let words?):
            return
                "\(place) answers, \(after); of \"\(Self.word)\" it has understood \"\(steps.beginning(of: words, most: 100))\""
        case .heard(nil) where spoke:
            throw .warning(
                "\(place) answers, \(after), but has understood nothing of \"\(Self.word)\"",
                "is its language that of the voice? look at stt_model, and speak to it")
        case .heard(nil): return "\(place) answers, \(after)"
        case .refused(401), .refused(403):
            throw Trouble(.service, "\(place) refuses stt_key", "copy the key from there")
        case .refused(429): throw Trouble(.service, "\(place): HTTP 429", "wait, or ask for a higher limit")
        case .refused(let status) where status >= 500:
            throw Trouble(.service, "\(place): HTTP \(status)", "look at its status page")
        case .refused(let status):
            throw Trouble(.service, "\(place) answers HTTP \(status)", "look at the path of stt_url, and at stt_style")
        case .unreadable(let refusal): throw Trouble(.service, "\(place): \(refusal)", "look at stt_url and stt_style")
        case .failed(.untrusted(let reason)): throw Trouble(.service, sentence: "not trusted: \(reason)")
        case .failed(let failure):
            throw Trouble(.service, sentence: "\(failure)", or: "look at stt_url, the firewall and proxy")
        }
    }

    private static func isWord(_ words: String) -> Bool { words.lowercased().filter(\.isLetter) == word }

    private static func milliseconds(_ time: Duration) -> Int { Int(time / .milliseconds(1)) }
}
