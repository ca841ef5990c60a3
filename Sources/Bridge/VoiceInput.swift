import AGI
import Call
import Audio
import System

/// Reads the caller's voice from EAGI's descriptor and feeds the detector of utterances. It reads whatever is there at every
/// turn of the loop, because Asterisk drops what it cannot write. Before each piece the detector is told what the caller was
/// played meanwhile.
final class VoiceInput {
    /// launch_script() in res_agi.c.
    static let descriptor: CInt = 3

    private let descriptor: CInt
    private var settings: UtteranceDetector.Settings
    private var ear: UtteranceDetector?
    /// Bytes that came before the sample rate was known.
    private var early: [UInt8] = []
    private var isOpen = true
    private var speaker: Loudspeaker
    private var clock = LineClock()
    /// The caller has begun to speak and not ended; until when his voice is known.
    private var isSpeech = false
    private var heardUntil = Duration.zero
    /// Takes what he says while he says it.
    var transcriber: Transcriber?

    /// A line without silence on it, such as one with voice activity detection or a Local channel, has no frames while
    /// nobody speaks. After so long its silence is made here, or no utterance would end.
    static let gap = Duration.milliseconds(100)

    /// `sounds`: the folder of Asterisk's own sounds. `language`: of the channel.
    init(
        _ settings: UtteranceDetector.Settings, sounds: String? = nil, language: String? = nil,
        descriptor: CInt = VoiceInput.descriptor
    ) {
        self.settings = settings
        speaker = Loudspeaker(sounds: sounds, language: language)
        self.descriptor = descriptor
        Descriptor.setNonBlocking(descriptor)
    }

    var interests: [Poll.Interest] {
        (isOpen ? [Poll.Interest(descriptor, .readable)] : []) + (transcriber?.interests ?? [])
    }

    /// When `listen` wants to be called at the latest.
    var deadline: Duration? { [silenceDue, transcriber?.deadline].compactMap(\.self).min() }

    private var silenceDue: Duration? { isSpeech ? heardUntil + VoiceInput.gap : nil }

    /// What there is to hear by now, and what the transcriber has understood of it. `rate`: of the samples, once Asterisk
    /// has said it.
    func listen(rate: Int?, _ ready: [CInt: Poll.Events] = [:], now: Duration) -> [Event] {
        let heard = listen(rate: rate, now)
        guard let transcriber else { return heard }
        transcriber.process(ready, now)
        return heard
            + transcriber.step(now).map { news in
                switch news {
                case .words(let text, let isFinal): .words(text, isFinal: isFinal)
                case .transcribed(let result): .response(.recognition, result)
                }
            }
    }

    private func listen(rate: Int?, _ now: Duration) -> [Event] {
        var bytes = read()
        guard let rate else {
            if early.count < Self.mostEarly { early += bytes }
            return []
        }
        if ear == nil {
            settings.rate = rate
            settings.isLive = transcriber != nil
            ear = try? UtteranceDetector(settings)
            ear?.playsUnseen(speaker.isUnseen)
            bytes = early + bytes
            early = []
        }
        if bytes.isEmpty {
            guard let silenceDue, now >= silenceDue else { return [] }
            bytes = [UInt8](repeating: 0, count: 2 * rate / 10)
            heardUntil += VoiceInput.gap
        } else {
            heardUntil = now
        }
        play(before: bytes.count / 2 * VoiceActivity.rate / rate, now)
        return ear?.hear(bytes).compactMap(event) ?? []
    }

    /// nil: it is for the transcriber alone.
    private func event(_ event: UtteranceDetector.Event) -> Event? {
        switch event {
        case .began:
            isSpeech = true
            transcriber?.began()
            return .speechBegan
        case .piece(let samples):
            transcriber?.heard(samples)
            return nil
        case .isSure: return .speechIsSure
        case .pauses(let samples): return .speechPauses(samples)
        case .goesOn: return .speechGoesOn
        case .over(let heard):
            isSpeech = false
            transcriber?.ended(heard.samples)
            return .speech(heard.samples)
        }
    }

    /// So much silence ends what he is saying.
    func ends(after silence: Duration) -> [Event] { ear?.ends(after: silence).compactMap(event) ?? [] }

    // MARK: What the caller is played

    /// Asterisk is given this command now.
    func sent(_ command: Command, now: Duration) {
        playRest(now)
        speaker.sent(command, at: now)
        ear?.playsUnseen(speaker.isUnseen)
    }

    func received(_ reply: Reply, now: Duration) {
        guard speaker.ends(with: reply) else { return }
        playRest(now)
        speaker.stop()
        ear?.playsUnseen(false)
    }

    /// What was played until now, and in the frame that Asterisk has already sent.
    private func playRest(_ now: Duration) {
        if let end = clock.position(at: now) { play(until: end + VoiceActivity.step) }
    }

    /// What was played until the end of the `count` samples that came now.
    private func play(before count: Int, _ now: Duration) {
        guard let end = ear?.clock else { return }
        let (leftOut, ahead) = clock.heard(count, after: end, at: now)
        if ahead > 0 { speaker.shift(ahead) }
        play(until: end + leftOut + count)
        if leftOut > 0 { ear?.skip(leftOut) }
    }

    private func play(until end: Int) {
        guard ear != nil, let piece = speaker.play(until: end, { clock.position(at: $0) }) else { return }
        ear?.played(piece.samples, at: piece.position)
    }

    /// In bytes. Once a turn of the loop has so many it reads no more, so that Asterisk's replies and the service come between,
    /// however much sound comes. One read empties a pipe that has stood still, which holds 64 KiB.
    private static let enough = 1 << 14
    /// In bytes: what is kept until the sample rate is known.
    private static let mostEarly = 1 << 17

    private func read() -> [UInt8] {
        var bytes: [UInt8] = []
        while isOpen, bytes.count < Self.enough {
            switch try? Descriptor.read(descriptor, limit: 65_536) {
            case .bytes(let more): bytes += more
            case .nothingYet: return bytes
            case .end, nil: isOpen = false
            }
        }
        return bytes
    }
}
