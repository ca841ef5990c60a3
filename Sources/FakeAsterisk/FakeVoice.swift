/// The caller's voice under EAGI: a frame of 16-bit samples every 20 ms, filled with silence where nothing is said. It
/// does not wait for a reader: a frame that is not taken is lost.
struct FakeVoice: Sendable {
    static let frameLength = Duration.milliseconds(20)

    private let frameSize: Int
    private let hasSilence: Bool
    private var speech: ArraySlice<UInt8> = []
    private var due = Duration.zero
    private let echo: FakeChannel.Echo?
    /// What was played in the frames whose echo has yet to come.
    private var played: [[Int16]] = []

    /// `isWide`: slin16 instead of slin, as EAGI_AUDIO_FORMAT asks for. Without `hasSilence`, no frames arrive while
    /// nothing is said, as from a Local channel or a telephone that suppresses silence.
    init(isWide: Bool, hasSilence: Bool = true, echo: FakeChannel.Echo? = nil) {
        frameSize = isWide ? 640 : 320
        self.hasSilence = hasSilence
        self.echo = echo
    }

    /// When the next frame is due.
    var deadline: Duration { due }

    /// Says these samples after what is being said.
    mutating func say(_ samples: [UInt8]) { speech += samples }

    /// The next frame; nil if none is due. `sound`: what is being played.
    mutating func next(at now: Duration, playing sound: PlayingSound? = nil) -> [UInt8]? {
        if now < due { return nil }
        if speech.isEmpty, !hasSilence {
            due = now + Self.frameLength
            return nil
        }
        let returned = returned(sound)
        due += Self.frameLength
        let said = speech.prefix(frameSize)
        speech = speech.dropFirst(frameSize)
        let frame = said + [UInt8](repeating: 0, count: frameSize - said.count)
        return returned.map { Self.mix(Array(frame), $0) } ?? Array(frame)
    }

    /// The echo that belongs to the frame that is due; nil where the line has none.
    private mutating func returned(_ sound: PlayingSound?) -> [Float]? {
        guard let echo else { return nil }
        let count = frameSize / 2
        played.append((0..<count).map { sound?.sample(at: due + Self.frameLength * $0 / count) ?? 0 })
        if played.count <= Int(echo.delay / Self.frameLength) { return nil }
        return played.removeFirst().map { Float($0) * echo.share }
    }

    private static func mix(_ frame: [UInt8], _ echo: [Float]) -> [UInt8] {
        var frame = frame
        for (index, sample) in echo.enumerated() {
            let said = Int16(bitPattern: UInt16(frame[2 * index]) | UInt16(frame[2 * index + 1]) << 8)
            let both = Int16(max(-32768, min(32767, Float(said) + sample)))
            frame[2 * index] = UInt8(truncatingIfNeeded: both)
            frame[2 * index + 1] = UInt8(truncatingIfNeeded: both >> 8)
        }
        return frame
    }
}
