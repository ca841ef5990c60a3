/// The caller's voice under EAGI: a 20 ms frame of 16-bit samples every 20 ms, silence where nothing is said. What is
/// said while nobody listens is gone.
struct FakeVoice: Sendable {
    static let frameLength = Duration.milliseconds(20)

    private let frameSize: Int
    private let hasSilence: Bool
    private var speech: ArraySlice<UInt8> = []
    private var due = Duration.zero

    /// AST_FORMAT slin, or slin16 if the channel says so in EAGI_AUDIO_FORMAT.
    /// A line without silence has no frames while nothing is said: a Local channel, or a telephone that suppresses it.
    init(isWide: Bool, hasSilence: Bool = true) {
        frameSize = isWide ? 640 : 320
        self.hasSilence = hasSilence
    }

    /// When the next frame is due.
    var deadline: Duration { due }

    /// Says this, after what is being said.
    mutating func say(_ samples: [UInt8]) { speech += samples }

    /// The next frame, if its time has come.
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
