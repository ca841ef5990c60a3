/// When a sound that is still arriving may be played from its file, and what must lie in the file meanwhile.
///
/// STREAM FILE reads a file that grows, frame by frame of 20 ms. It takes an empty read for the end and stands still on a part
/// of a frame (ast_readaudio_callback in main/file.c, slinear_read in formats/format_pcm.c). So only whole frames are appended,
/// and silence is where the source of the sound stands still.
public struct GrowingSound {
    private static let frame = Duration.milliseconds(20)
    /// What must be written before anything plays, in frames: of the first 100 ms the resampler holds some back. Then one waits
    /// for more, until there is so much more than the largest piece or so much time has passed: a source that sends its sound
    /// as fast as it is heard is not outrun.
    private static let shortest = 4
    private static let lead = Duration.milliseconds(55)
    /// Where less than this is left to play, silence is appended. It is less than the lead without a frame, of which a piece
    /// may hold a part back: else a piece would come too late for the one before.
    private static let least = Duration.milliseconds(31)
    private static let silence = 2

    private let frameBytes: Int
    /// In frames.
    private var written = 0
    /// A part of a frame.
    private var rest: [UInt8] = []
    private var enoughSince: Duration?
    private var largestPiece = 0
    private var playing: (from: Int, since: Duration)?

    public init(_ format: SampleFormat) { frameBytes = format.rate / 25 }

    public var bytes: Int { written * frameBytes }

    /// Takes what has arrived, and returns what is to be appended to the file.
    public mutating func take(_ bytes: [UInt8], now: Duration) -> [UInt8] {
        rest += bytes
        largestPiece = max(largestPiece, bytes.count / frameBytes)
        let whole = rest.count / frameBytes * frameBytes
        let frames = Array(rest[..<whole])
        rest.removeFirst(whole)
        return append(frames, now)
    }

    /// Nothing more arrives: the last frame, filled up.
    public mutating func finish(now: Duration) -> [UInt8] {
        if rest.isEmpty { return [] }
        return take([UInt8](repeating: 0, count: frameBytes - rest.count), now: now)
    }

    /// It may be played from now on.
    public func mayBegin(now: Duration) -> Bool {
        guard let enoughSince else { return false }
        return Self.frame * (written - largestPiece) >= Self.lead || now >= enoughSince + Self.lead
    }

    /// Asterisk plays it, from this sample on.
    public mutating func began(at sample: Int, now: Duration) { playing = (sample * 2 / frameBytes, now) }

    public mutating func stopped() { playing = nil }

    /// What is to be appended, so that its end is not met before it has arrived.
    public mutating func filling(now: Duration) -> [UInt8] {
        guard let runsLow, now >= runsLow else { return [] }
        let late = Int((now - runsLow) / Self.frame)
        return append([UInt8](repeating: 0, count: (late + Self.silence) * frameBytes), now)
    }

    /// When `mayBegin` or `filling` wants to be asked again. `waits`: it is not played yet.
    public func deadline(waits: Bool) -> Duration? {
        waits ? enoughSince.map { $0 + Self.lead } : runsLow
    }

    private var runsLow: Duration? {
        playing.map { $0.since + Self.frame * (written - $0.from) - Self.least }
    }

    private mutating func append(_ frames: [UInt8], _ now: Duration) -> [UInt8] {
        written += frames.count / frameBytes
        if enoughSince == nil, written >= Self.shortest { enoughSince = now }
        return frames
    }
}
