/// Finds utterances of the caller in the bytes of EAGI's descriptor 3 as they come. Positions count samples of 16 kHz
/// from the first. Our own prompts are not in that sound (run_agi in res_agi.c writes what it reads from the channel), but
/// their echo may be: what is played is told by `played`, and `EchoGate` keeps it from being taken for the caller.
public struct UtteranceDetector: ~Copyable {
    public struct Settings {
        /// The rate of the incoming sound, in samples a second.
        public var rate = 8000
        /// The silence that ends an utterance, where nothing else is said of it.
        public var endSilence = Duration.milliseconds(500)
        /// How much of the sound before speech was noticed belongs to the utterance.
        public var preRoll = Duration.milliseconds(300)
        /// An utterance that becomes so long ends, and the sound after it belongs to another.
        public var longest = Duration.seconds(30)
        /// Whether what he says is told while he says it.
        public var isLive = false

        public init(
            endSilence: Duration = .milliseconds(500), preRoll: Duration = .milliseconds(300),
            longest: Duration = .seconds(30)
        ) {
            self.endSilence = endSilence
            self.preRoll = preRoll
            self.longest = longest
        }
    }

    /// An utterance.
    public struct Heard: Equatable {
        let position: Int
        public let samples: [Int16]
        /// It became too long. The caller goes on speaking.
        let isCut: Bool
    }

    public enum Event: Equatable {
        /// The caller began to speak at this position.
        case began(at: Int)
        /// What he says, while he says it: all since the last piece, and the first time all that is kept of before.
        case piece([Int16])
        /// He has spoken for so long by now that it is no cough.
        case isSure
        /// He may have finished. This is what he has said.
        case pauses([Int16])
        /// He had not finished.
        case goesOn
        case over(Heard)
    }

    /// The silence after which the caller may have finished.
    public static let pause = Duration.milliseconds(300)

    private enum State {
        case silence
        /// An utterance was cut. The sound after it is another where it holds speech.
        case afterCut
        case speech
    }

    /// Where for so much longer all sound is fainter than the caller speaks, that is silence, too: music, others, comfort
    /// noise. Words that he mutters do not last so long.
    private static let lullBeyondSilence = 300 * VoiceActivity.rate / 1000

    private let usualSilence: Int
    /// For this utterance.
    private var endSilence: Int
    private let pause = UtteranceDetector.samples(UtteranceDetector.pause)
    private let preRoll: Int
    private let longest: Int
    private var resampler: Resampler
    private var activity = VoiceActivity()
    /// From the first sample on that was played.
    private var echo: EchoGate?
    private var state = State.silence
    private var oddByte: UInt8?
    /// The samples that are kept, their position, and how many of them were judged.
    private(set) var kept: [Int16] = []
    private var position = 0
    private var judged = 0
    private var silence = 0
    /// How long the sound has been fainter than the caller.
    private var lull = 0
    private var isPausing = false
    /// How much of the utterance was speech; nil once it is sure.
    private var voiced: Int?
    private var skipped = 0
    private let isLive: Bool
    /// How many of the samples are in a piece.
    private var told = 0

    public init(_ settings: Settings) throws(AudioRefusal) {
        usualSilence = UtteranceDetector.samples(settings.endSilence)
        endSilence = usualSilence
        preRoll = UtteranceDetector.samples(settings.preRoll)
        isLive = settings.isLive
        longest = max(UtteranceDetector.samples(settings.longest), VoiceActivity.rate)
        resampler = try Resampler(from: settings.rate, to: VoiceActivity.rate)
    }

    /// A cough is shorter.
    private static let sure = VoiceActivity.rate * 4 / 10

    private static func samples(_ duration: Duration) -> Int {
        Int(duration / .milliseconds(1)) * VoiceActivity.rate / 1000
    }

    /// The line's clock: how many samples of 16 kHz were heard or left out.
    public var clock: Int { position + kept.count + skipped }

    /// Takes what the caller is played, so that its echo is not taken for him: samples of 16 kHz, of which the first is
    /// played when the line's clock shows `position`. What is heard from then on must come after it.
    public mutating func played(_ samples: [Int16], at position: Int) {
        makeGate()
        echo?.played(samples, at: position)
    }

    /// From now on the caller is played something whose samples nobody knows, or not any more.
    public mutating func playsUnseen(_ unseen: Bool) {
        if unseen { makeGate() }
        echo?.playsUnseen(unseen)
    }

    private mutating func makeGate() {
        if echo == nil { echo = EchoGate(at: position + judged + skipped) }
    }

    /// Sets the line's clock forward: the line has left out so many samples, and nothing was heard in their place.
    public mutating func skip(_ count: Int) {
        skipped += count
        echo?.skip(count)
    }

    /// So much silence ends the utterance that there is. It may have lasted so long already.
    public mutating func ends(after silence: Duration) -> [Event] {
        if state == .silence { return [] }
        endSilence = Self.samples(silence)
        var events: [Event] = []
        if rest >= endSilence { over(judged, isCut: false, &events) }
        return events
    }

    public mutating func hear(_ bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        // In slices, so that a long piece is not in memory several times.
        while !rest.isEmpty {
            kept += resampler.process(samples(rest.prefix(8192)))
            rest = rest.dropFirst(8192)
            while kept.count - judged >= VoiceActivity.step { step(&events) }
            if isLive, state == .speech, judged > told {
                events.append(.piece(Array(kept[told..<judged])))
                told = judged
            }
            forget()
        }
        return events
    }

    /// The bytes are little-endian. Half a sample waits for its other half.
    private mutating func samples(_ bytes: ArraySlice<UInt8>) -> [Int16] {
        var samples: [Int16] = []
        samples.reserveCapacity(bytes.count / 2 + 1)
        for byte in bytes {
            if let low = oddByte {
                samples.append(Int16(bitPattern: UInt16(low) | UInt16(byte) << 8))
                oddByte = nil
            } else {
                oddByte = byte
            }
        }
        return samples
    }

    private mutating func step(_ events: inout [Event]) {
        let level = kept.withUnsafeBufferPointer {
            let samples = UnsafeBufferPointer(rebasing: $0[judged..<judged + VoiceActivity.step])
            return activity.hear(samples, echo: echo?.hear(samples))
        }
        judged += VoiceActivity.step
        switch state {
        case .silence:
            if level < .clear { return }
            drop(judged - activity.onset * VoiceActivity.step - preRoll)
            begin(&events)
        case .afterCut where level > .none: begin(&events)
        case .afterCut, .speech:
            silence = level > .none ? 0 : silence + VoiceActivity.step
            lull = activity.isNear ? 0 : lull + VoiceActivity.step
            if rest >= pause { rests(&events) } else { goesOn(&events) }
            if level > .none { speaks(&events) }
        }
        if judged >= longest {
            over(longest, isCut: true, &events)
        } else if rest >= endSilence {
            over(judged, isCut: false, &events)
        }
    }

    /// How long the caller has been silent.
    private var rest: Int { max(silence, lull - Self.lullBeyondSilence) }

    private mutating func rests(_ events: inout [Event]) {
        if state != .speech || isPausing || rest >= endSilence { return }
        isPausing = true
        events.append(.pauses(Array(kept[..<judged])))
    }

    private mutating func goesOn(_ events: inout [Event]) {
        if isPausing { events.append(.goesOn) }
        isPausing = false
    }

    private mutating func speaks(_ events: inout [Event]) {
        guard let before = voiced else { return }
        voiced = before + VoiceActivity.step
        if before < Self.sure { return }
        voiced = nil
        events.append(.isSure)
    }

    private mutating func begin(_ events: inout [Event]) {
        events.append(.began(at: position))
        state = .speech
        told = 0
        silence = 0
        lull = 0
        isPausing = false
        activity.beginUtterance()
        voiced = activity.onset * VoiceActivity.step
    }

    private mutating func over(_ count: Int, isCut: Bool, _ events: inout [Event]) {
        if state == .speech {
            events.append(.over(Heard(position: position, samples: Array(kept[..<count]), isCut: isCut)))
        }
        state = isCut ? .afterCut : .silence
        endSilence = usualSilence
        if isCut { drop(count) }
    }

    /// In silence, keeps only the samples with which the next utterance may begin.
    private mutating func forget() {
        if state == .silence { drop(judged - preRoll - VoiceActivity.memory * VoiceActivity.step) }
    }

    private mutating func drop(_ count: Int) {
        if count <= 0 { return }
        kept.removeFirst(count)
        position += count
        judged -= count
        told = max(0, told - count)
    }
}
