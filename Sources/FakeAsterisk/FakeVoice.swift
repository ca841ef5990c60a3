/// The caller's voice under EAGI: a frame of 16-bit samples every 20 ms, filled with silence where nothing is said. It
/// does not wait for a reader: a frame that is not taken is lost.
struct FakeVoice: Sendable {
    static let frameLength = Duration.milliseconds(20)

    private let frameSize: Int
    private let hasSilence: Bool
    private var speech: ArraySlice<UInt8> = []
    private var due = Duration.zero

    /// `isWide`: slin16 instead of slin, as EAGI_AUDIO_FORMAT asks for. Without `hasSilence`, no frames arrive while
    /// nothing is said, as from a Local channel or a telephone that suppresses silence.
    init(isWide: Bool, hasSilence: Bool = true) {
        frameSize = isWide ? 640 : 320
        self.hasSilence = hasSilence
    }

    /// When the next frame is due.
    var deadline: Duration { due }

    /// Says these samples after what is being said.
    mutating func say(_ samples: [UInt8]) { speech += samples }

    /// The next frame; nil if none is due.
    mutating func next(at now: Duration) -> [UInt8]? {
        if now < due { return nil }
        if speech.isEmpty, !hasSilence {
            due = now + Self.frameLength
            return nil
        }
        due += Self.frameLength
        let said = speech.prefix(frameSize)
        speech = speech.dropFirst(frameSize)
        return said + [UInt8](repeating: 0, count: frameSize - said.count)
    }
}
