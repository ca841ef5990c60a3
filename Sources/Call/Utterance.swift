import Audio
import Cognigy
import HTTP
import State
import System
import Transport

/// One message on its way to a sound: its audio if it names some, else its text by the configured voice, else a number
/// that Asterisk can say itself.
final class Utterance {
    enum Outcome {
        case samples([UInt8])
        case number(Int)
        case nothing
    }

    private enum Stage {
        case idle
        case asking(Int)
        case pausing(until: Duration)
        case filtering
        case converting
        case over(Outcome)
    }

    /// Where the bytes that arrive come from.
    private enum Source { case audio, voiceService, voiceCommand }

    let format: SampleFormat
    private let message: Cognigy.Voice.Message
    private let voice: Speaker.Voice
    private let download: AudioDownload
    private let token: String?
    private let cache: VoiceCache?
    private let log: (LogLevel, String) -> Void
    private var stage = Stage.idle
    private var source = Source.audio
    private var request: Request?
    private var attempt = 0
    private var redirects = 0
    private var giveUpAt = Duration.zero
    private var filter: Filter?
    private var program = ""
    /// What the running program writes comes from ffmpeg.
    private var isDecoded = false
    private var conversion: Conversion?
    private var random = SystemRandomNumberGenerator()

    /// How long a program may take to speak or to decode.
    static let programTimeout = Duration.seconds(15)
    /// A slice of conversion, so that the loop never stalls: some milliseconds.
    static let slice = 16_000

    init(
        _ message: Cognigy.Voice.Message, voice: Speaker.Voice, download: AudioDownload, token: String?,
        format: SampleFormat, cache: VoiceCache? = nil, log: @escaping (LogLevel, String) -> Void
    ) {
        self.message = message
        self.cache = cache
        self.voice = voice
        self.download = download
        self.token = token
        self.format = format
        self.log = log
    }

    var interests: [Poll.Interest] {
        if case .filtering = stage, filter != nil { filter?.interests ?? [] } else { [] }
    }

    var deadline: Duration? {
        switch stage {
        case .asking: nil
        case .pausing(let until): until
        case .filtering: filter?.deadline
        case .idle, .converting, .over: .zero
        }
    }

    func owns(_ request: Int) -> Bool {
        if case .asking(request) = stage { true } else { false }
    }

    func cancel(_ client: HTTPClient) {
        if case .asking(let request) = stage { client.cancel(request) }
        filter = nil
        stage = .over(.nothing)
    }

    // MARK: Audio that the service names

    private func begin(_ client: HTTPClient) {
        guard let reference = message.audioURL else { return speak(client) }
        giveUpAt = MonotonicClock.now() + AudioDownload.timeout
        fetch(reference, from: nil, client)
    }

    private func fetch(_ reference: String, from previous: Location?, _ client: HTTPClient) {
        do {
            request = try download.request(reference, from: previous, token: token)
            ask(client)
        } catch {
            speakInstead("\(error)", client)
        }
    }

    private func ask(_ client: HTTPClient) {
        guard var request else { return speak(client) }
        attempt += 1
        request.timeout = max(giveUpAt - MonotonicClock.now(), .milliseconds(1))
        stage = .asking(client.start(request))
    }

    func completed(_ result: Result<Response, Failure>, _ client: HTTPClient) {
        if case .success(let response) = result, (300..<400).contains(response.status), let next = response.redirect {
            redirects += 1
            if redirects > AudioDownload.mostRedirects {
                return speakInstead("\(AudioDownload.Refusal.tooManyRedirects)", client)
            }
            attempt = 0
            return fetch(next, from: request?.location, client)
        }
        let now = MonotonicClock.now()
        let decision = Retry.decide(
            result, attempt: attempt, left: giveUpAt - now, now: WallClock.now(), using: &random)
        switch decision {
        case .accept(let response): take(response.body, client)
        case .again(let pause): stage = .pausing(until: now + pause)
        case .renewToken: speakInstead("HTTP 401", client)
        case .giveUp(.failed(let status)): speakInstead("HTTP \(status)", client)
        case .giveUp(.forbidden): speakInstead("HTTP 403", client)
        case .giveUp(.rateLimited): speakInstead("HTTP 429", client)
        case .giveUp(.unauthorized): speakInstead("HTTP 401", client)
        case .giveUp(.unreachable(let failure)): speakInstead("\(failure)", client)
        }
    }

    private func take(_ bytes: [UInt8], _ client: HTTPClient) {
        if source != .voiceService, !isDecoded {
            switch AudioFormat.detect(bytes) {
            case .wav: break
            case .text: return speakInstead("a text came instead of sound", client)
            default: return decode(bytes, client)
            }
        }
        do {
            conversion =
                try source == .voiceService ? Conversion(raw16k: bytes, as: format) : Conversion(bytes, as: format)
            stage = .converting
        } catch {
            if case .codec = error, !isDecoded { return decode(bytes, client) }
            speakInstead("\(error)", client)
        }
    }

    /// What we cannot read goes through ffmpeg, where there is one.
    private func decode(_ bytes: [UInt8], _ client: HTTPClient) {
        isDecoded = true
        run(
            [
                "ffmpeg", "-v", "error", "-nostdin", "-i", "pipe:0", "-f", "wav", "-ac", "1", "-c:a", "pcm_s16le",
                "pipe:1",
            ],
            input: bytes, client)
    }

    private func run(_ command: [String], input: [UInt8], _ client: HTTPClient) {
        program = command[0]
        do {
            filter = try Filter(
                command, input: input, limit: 32 << 20, deadline: MonotonicClock.now() + Utterance.programTimeout)
            stage = .filtering
        } catch {
            speakInstead("\(program): \(error)", client)
        }
    }

    // MARK: Words

    /// What was tried did not do; the next best way to be heard.
    private func speakInstead(_ why: String, _ client: HTTPClient) {
        switch source {
        case .audio:
            log(.warning, "audio: \(why)\(message.text == nil ? "; nothing is heard" : "; its text is spoken")")
            speak(client)
        case .voiceService, .voiceCommand:
            log(.warning, "voice: \(why)")
            sayNumber()
        }
    }

    private func speak(_ client: HTTPClient) {
        guard let text = message.text else { return stage = .over(.nothing) }
        if let samples = cache?.samples(of: text) { return stage = .over(.samples(samples)) }
        (request, attempt, redirects, isDecoded) = (nil, 0, 0, false)
        switch voice {
        case .service(let url, let key, let name):
            source = .voiceService
            let synthesis = Synthesis.request(url: url, key: key, text: text, voice: name)
            giveUpAt = MonotonicClock.now() + synthesis.timeout
            request = synthesis
            ask(client)
        case .command(let command):
            source = .voiceCommand
            run(command, input: Array(text.utf8), client)
        case .none:
            source = .voiceCommand
            sayNumber()
        }
    }

    /// Asterisk says an integer without any voice of ours.
    private func sayNumber() {
        guard let text = message.text else { return stage = .over(.nothing) }
        let trimmed = text.split { $0.isWhitespace }
        if trimmed.count == 1, let number = Int32(trimmed[0]) { return stage = .over(.number(Int(number))) }
        log(.warning, "unspoken, for want of a voice: \(text.prefix(200))")
        stage = .over(.nothing)
    }

    // MARK: Work

    func step(_ now: Duration, _ client: HTTPClient) -> Outcome? {
        if case .idle = stage { begin(client) }
        switch stage {
        case .idle, .asking: break
        case .pausing(let until): if now >= until { ask(client) }
        case .filtering:
            do {
                if let output = try filter?.step(now) {
                    filter = nil
                    take(output, client)
                }
            } catch {
                filter = nil
                speakInstead("\(program): \(error)", client)
            }
        case .converting:
            if conversion?.step(maxSamples: Utterance.slice) == true {
                let samples = conversion?.output ?? []
                if source != .audio, let text = message.text { cache?.store(samples, of: text, now: WallClock.now()) }
                stage = .over(.samples(samples))
                conversion = nil
            }
        case .over: break
        }
        if case .over(let outcome) = stage { return outcome }
        return nil
    }
}
