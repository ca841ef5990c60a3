import Call
import Audio
import Cognigy
import HTTP
import State
import System
import Text
import Transport

/// One message on its way to a sound: a pause if it is one, else its audio if it names some, else its text by the
/// configured voice, else a number that Asterisk can say itself.
final class PromptJob {
    enum Outcome {
        /// Without its extension. More of a growing one is still arriving.
        case file(String)
        case growing(String)
        case number(Int)
        /// nil: there is nothing to say.
        case nothing(Loss?)
    }

    /// What speaks, the sentences that it has spoken, and how long a program may take.
    struct Speech {
        let voice: PromptMaker.Voice
        /// The name of the voice, or its language, where the flow has chosen it.
        let wish: String?
        let cache: VoiceCache?
        let patience: Duration
        /// A connection to a voice on a WebSocket; where it is asked once more, a new one.
        let connect: (SynthesisStream.Address, _ isNew: Bool) -> SynthesisSocket
        /// The choice is not to be had: it is not asked for again.
        let refuse: () -> Void
    }

    enum Stage {
        case idle
        case asking(Int)
        case pausing(until: Duration)
        case filtering
        case streaming
        case converting
        /// The answer of which something was written already is over; its body holds what came last.
        case arrived(Result<Response, Failure>)
        /// Samples that were kept.
        case keeping([UInt8])
        case over(Outcome)
    }

    /// Where the bytes that arrive come from.
    enum Source { case audio, voiceService, voiceSocket, voiceCommand }

    let format: SampleFormat
    /// The sounds that wait to be heard are long enough: this one waits, too.
    var isHeldBack = false
    /// It may be written while it is still arriving.
    var mayGrow = true
    /// A program used up its time.
    var hasHung = false
    /// The voice says that what it was asked for cannot be had.
    var isUnknown = false
    let message: Message
    private let download: AudioDownload
    private let token: String?
    /// Leaves whole numbers to Asterisk's own voice, which is better than a program that was only found here.
    let leavesNumbers: Bool
    let findVoice: () -> Speech
    /// Once there is a text to speak.
    lazy var speech = findVoice()
    let log: (LogLevel, String) -> Void
    var stage = Stage.idle
    var source = Source.audio
    var request: Request?
    var attempt = 0
    var redirects = 0
    var giveUpAt = Duration.zero
    var filter: Filter?
    var program = ""
    var stream: SynthesisSocket?
    /// The stream, where it may not have spoken all.
    var silent: SilentVoice?
    /// When the stream last brought sound; nil: it has brought none.
    var lastSound: Duration?
    /// A program or a stream that broke off before anything was heard is begun once more.
    var wasStartedAgain = false
    /// What the running program writes comes from ffmpeg.
    var isDecoded = false
    /// When the running programs, voice and decoder together, must have ended.
    var programsEnd: Duration?
    private var conversion: Conversion?
    private var written: Int?
    var file: CallFile?
    var isSpilled = false
    /// What was spoken, as long as it is short enough to be kept for other calls.
    var spoken: [UInt8]? = []
    var loss: Loss?
    /// The sound that is being asked for, as far as it is here: its first bytes, and how it is written while more arrive.
    var early: [UInt8] = []
    var arrivesSince: Duration?
    var arriving: ArrivingSound?
    var growing: GrowingSound?
    /// It may be played already.
    var isAnnounced = false
    private var random = SystemRandomNumberGenerator()

    /// Of what a flow may ask for.
    static let longestPause = Duration.seconds(10)
    /// A slice of conversion, so that the loop never stalls: some milliseconds.
    static let slice = 16_000

    init(
        _ message: Message, download: AudioDownload, token: String?, format: SampleFormat,
        leavesNumbers: Bool, log: @escaping (LogLevel, String) -> Void, voice: @escaping () -> Speech
    ) {
        self.message = message
        self.leavesNumbers = leavesNumbers
        findVoice = voice
        self.download = download
        self.token = token
        self.format = format
        self.log = log
    }

    var interests: [Poll.Interest] {
        switch stage {
        case .filtering: filter?.interests ?? []
        case .streaming: [stream?.interest].compactMap(\.self)
        default: []
        }
    }

    var deadline: Duration? {
        if isHeldBack { return nil }
        return switch stage {
        case .asking: arrivalDeadline
        case .pausing(let until): until
        case .streaming: streamDeadline
        case .filtering: [filter?.deadline, arrivalDeadline].compactMap(\.self).min()
        case .idle, .converting, .arrived, .keeping, .over: .zero
        }
    }

    /// How long the sound is; nil while that is not known.
    var seconds: Int? {
        size.map { $0 / (format.rate * 2) + 1 }
    }

    private var size: Int? {
        if case .keeping(let samples) = stage { return samples.count }
        return written ?? growing?.bytes ?? conversion?.size
    }

    var isWriting: Bool { file != nil }

    /// Neither a service nor a program is under way for it, nor is it half written.
    var mayWait: Bool {
        switch stage {
        case .idle: true
        case .converting, .keeping: file == nil
        case .asking, .arrived, .pausing, .filtering, .streaming, .over: false
        }
    }

    func owns(_ request: Int) -> Bool {
        if case .asking(request) = stage { true } else { false }
    }

    func cancel(_ client: HTTPClient, _ folder: inout CallFolder) {
        forgetFile(&folder)
        if case .asking(let request) = stage { client.cancel(request) }
        filter = nil
        endStream()
        stage = .over(.nothing(nil))
    }

    // MARK: Audio that the service names

    private func begin(_ client: HTTPClient) {
        if let pause = message.pause { return stage = silence(pause) }
        guard let reference = message.audioURL else { return speak(client) }
        giveUpAt = MonotonicClock.now() + AudioDownload.timeout
        fetch(reference, from: nil, client)
    }

    /// Whole frames of 20 ms of it, as many as the pause needs.
    private func silence(_ pause: Duration) -> Stage {
        let frames = Int((min(pause, PromptJob.longestPause) / .milliseconds(20)).rounded(.up))
        return frames > 0 ? .keeping([UInt8](repeating: 0, count: frames * format.rate / 25)) : .over(.nothing(nil))
    }

    private func fetch(_ reference: String, from previous: Location?, _ client: HTTPClient) {
        do {
            request = try download.request(reference, from: previous, token: token)
            ask(client)
        } catch {
            speakInstead("\(error)", client)
        }
    }

    func ask(_ client: HTTPClient) {
        guard var request else { return speak(client) }
        attempt += 1
        (early, arrivesSince) = ([], nil)
        request.timeout = max(giveUpAt - MonotonicClock.now(), .milliseconds(1))
        stage = .asking(client.start(request))
    }

    func completed(_ result: Result<Response, Failure>, _ client: HTTPClient) {
        if growing != nil { stage = .arrived(result) } else { judge(result, client) }
    }

    func judge(_ result: Result<Response, Failure>, _ client: HTTPClient) {
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
        case .accept(let response): take(early + response.body, client)
        case .again(let pause): stage = .pausing(until: now + pause)
        case .renewToken: speakInstead("\(Retry.Reason.unauthorized)", client)
        case .giveUp(let reason):
            if case .failed(400..<500) = reason { isUnknown = true }
            speakInstead("\(reason)", client)
        }
    }

    func take(_ bytes: [UInt8], _ client: HTTPClient) {
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

    // MARK: Work

    func step(_ now: Duration, _ client: HTTPClient, _ folder: inout CallFolder) -> Outcome? {
        if case .idle = stage { begin(client) }
        switch stage {
        case .idle: break
        case .asking(let request): arriveByHTTP(request, now, client, &folder)
        case .arrived(let result): complete(result, now, client, &folder)
        case .pausing(let until): if now >= until { ask(client) }
        case .filtering: serveProgram(now, client, &folder)
        case .streaming: serveStream(now, client, &folder)
        case .converting: convert(&folder)
        case .keeping(let samples):
            do throws(CallFolder.Failure) {
                try write(samples[...], of: samples.count, &folder)
                finish(samples.count)
            } catch { cannotWrite(error, &folder) }
        case .over: break
        }
        if case .over(let outcome) = stage { return outcome }
        return announcement(now)
    }

    // MARK: The file

    private func convert(_ folder: inout CallFolder) {
        let isDone = conversion?.step(maxSamples: PromptJob.slice) ?? true
        let (slice, size) = (conversion?.take() ?? [], conversion?.size ?? 0)
        do throws(CallFolder.Failure) {
            try write(slice[...], of: size, &folder)
        } catch {
            return cannotWrite(error, &folder)
        }
        if source != .audio { remember(slice) }
        if !isDone { return }
        conversion = nil
        keepForOthers()
        finish(size)
    }

    /// The same words are spoken at once the next time.
    func keepForOthers() {
        guard source != .audio, let text = message.text, let spoken, let cache = speech.cache else { return }
        let keep = { cache.store(spoken, of: text, now: WallClock.now()) }
        if let silent { silent.keep = keep } else { keep() }
    }

    func remember(_ slice: [UInt8]) {
        guard let before = spoken else { return }
        spoken = before.count + slice.count > VoiceCache.largestSentence ? nil : before + slice
    }

    func write(
        _ slice: ArraySlice<UInt8>, of size: Int, _ folder: inout CallFolder
    ) throws(CallFolder.Failure) {
        if file == nil {
            file = try folder.create(extension: format.fileExtension, size: size, onDisk: isSpilled)
        }
        do throws(Errno) { try file?.append(slice) } catch { throw .failed(error) }
    }

    func finish(_ size: Int) {
        written = size
        stage = .over(file.map { .file($0.path) } ?? .nothing(loss))
        file = nil
    }

    /// Tries the other place; then what can be said without a file.
    func cannotWrite(_ error: CallFolder.Failure, _ folder: inout CallFolder) {
        let hadBegun = file != nil
        forgetFile(&folder)
        if hadBegun, !isSpilled {
            isSpilled = true
            spoken = []
            if case .keeping = stage { return }
            if (try? conversion?.restart()) != nil { return }
        }
        conversion = nil
        log(.error, "a prompt could not be written: \(error)")
        lose(.disk, "\(error)")
        sayNumber()
    }

    func forgetFile(_ folder: inout CallFolder) {
        if let path = file?.path { folder.remove(path) }
        file = nil
    }
}
