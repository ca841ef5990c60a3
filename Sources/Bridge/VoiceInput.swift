import Call
import Audio
import System

/// Reads the caller's voice from EAGI's descriptor and feeds the detector of utterances. It reads whatever is there at every
/// turn of the loop, because Asterisk drops what it cannot write.
final class VoiceInput {
    /// launch_script() in res_agi.c.
    static let descriptor: CInt = 3

    private let descriptor: CInt
    private var settings: UtteranceDetector.Settings
    private var ear: UtteranceDetector?
    /// Bytes that came before the sample rate was known.
    private var early: [UInt8] = []
    private var isOpen = true
    /// The caller has begun to speak and not ended; until when his voice is known.
    private var isSpeech = false
    private var heardUntil = Duration.zero

    /// A line without silence on it, such as one with voice activity detection or a Local channel, has no frames while
    /// nobody speaks. After so long its silence is made here, or no utterance would end.
    static let gap = Duration.milliseconds(100)

    init(_ settings: UtteranceDetector.Settings, descriptor: CInt = VoiceInput.descriptor) {
        self.settings = settings
        self.descriptor = descriptor
        Descriptor.setNonBlocking(descriptor)
    }

    var interest: Poll.Interest? { isOpen ? Poll.Interest(descriptor, .readable) : nil }

    /// When `listen` wants to be called at the latest.
    var deadline: Duration? { isSpeech ? heardUntil + VoiceInput.gap : nil }

    /// What there is to hear by now. `rate`: of the samples, once Asterisk has said it.
    func listen(rate: Int?, now: Duration) -> [Event] {
        var bytes = read()
        guard let rate else {
            early += bytes
            return []
        }
        if ear == nil {
            settings.rate = rate
            ear = try? UtteranceDetector(settings)
            bytes = early + bytes
            early = []
        }
        if bytes.isEmpty {
            guard let deadline, now >= deadline else { return [] }
            bytes = [UInt8](repeating: 0, count: 2 * rate / 10)
            heardUntil += VoiceInput.gap
        } else {
            heardUntil = now
        }
        return ear?.hear(bytes).map { event in
            switch event {
            case .began:
                isSpeech = true
                return .speechBegan
            case .isSure: return .speechIsSure
            case .pauses(let samples): return .speechPauses(samples)
            case .goesOn: return .speechGoesOn
            case .over(let heard):
                isSpeech = false
                return .speech(heard.samples)
            }
        } ?? []
    }

    private func read() -> [UInt8] {
        var bytes: [UInt8] = []
        while isOpen {
            switch try? Descriptor.read(descriptor, limit: 65_536) {
            case .bytes(let more): bytes += more
            case .nothingYet: return bytes
            case .end, nil: isOpen = false
            }
        }
        return bytes
    }
}
