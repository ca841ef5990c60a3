import AGI
import Audio

/// What the caller is played: which sound, and since when. Both are known from the commands that Asterisk is given and
/// from its answers; the samples are in the file that it plays.
///
/// A prompt is heard at once or a little later: Asterisk begins at its next frame. It ends with its answer, or with the
/// next command, which interrupts it.
struct Loudspeaker {
    /// Samples of 16 kHz, and the position on the line's clock at which the first is played.
    struct Piece {
        let samples: [Int16]
        let position: Int
    }

    /// What came so long ago cannot come back any more, in samples.
    private static let longest = VoiceActivity.rate
    /// The least that is read at once, in samples: half a frame.
    private static let shortest = VoiceActivity.rate / 100

    private let folders: [String]
    private var file: SoundReader?
    private var began = Duration.zero
    /// The position of what is read next; nil until the line's clock runs.
    private var next: Int?
    /// Asterisk plays something that cannot be read: a number, or a sound that only its codecs know.
    private(set) var isUnseen = false
    /// The command before, which nobody has answered yet.
    private var unanswered: Command?
    /// The next answer is that of the command before.
    private var isLate = false

    /// `sounds`: where Asterisk's own are. `language`: of the channel.
    init(sounds: String?, language: String?) {
        folders = sounds.map { Self.folders($0, language) } ?? []
    }

    /// In the order of fileexists_core() in file.c: the language, the language without its country, and no language.
    private static func folders(_ sounds: String, _ language: String?) -> [String] {
        let language = language.flatMap { $0.contains("/") || $0.hasPrefix("..") ? nil : $0 }
        let general = language.flatMap { $0.split(separator: "_").first.map { String($0) } }
        return [language, general].compactMap { $0 }.map { "\(sounds)/\($0)" } + [sounds]
    }

    /// Asterisk is given this command now.
    mutating func sent(_ command: Command, at now: Duration) {
        stop()
        isLate = unanswered == .waitForDigit
        unanswered = command
        switch command {
        case .streamFile(let name, _, let offset):
            file = reader(name, from: offset)
            isUnseen = file == nil
            began = now
        case .sayNumber: isUnseen = true
        default: break
        }
    }

    private func reader(_ name: String, from offset: Int) -> SoundReader? {
        if name.hasPrefix("/") { return SoundReader(name, from: offset) }
        if name.split(separator: "/").contains("..") { return nil }
        for folder in folders {
            if let reader = SoundReader("\(folder)/\(name)", from: offset) { return reader }
        }
        return nil
    }

    /// Whether this answer of Asterisk is the end of what is played.
    mutating func ends(with reply: Reply) -> Bool {
        guard case .success(_, _, let endpos) = reply else { return isPlaying }
        // WAIT FOR DIGIT answers when it is interrupted, a stream does not.
        if isLate, endpos == nil {
            isLate = false
            return false
        }
        // Of the silence that this sound has interrupted, as it ended by itself.
        if let endpos, endpos >= Command.silenceOffset { return false }
        return isPlaying
    }

    private var isPlaying: Bool { file != nil || isUnseen }

    mutating func stop() {
        (file, next, isUnseen) = (nil, nil, false)
    }

    /// What is played before `end` and was not asked for yet. `position` tells the position of a moment.
    mutating func play(until end: Int, _ position: (Duration) -> Int?) -> Piece? {
        guard let file, var start = next ?? position(began) else { return nil }
        if end - start > Self.longest {
            file.skip(end - start - Self.longest)
            start = end - Self.longest
        }
        next = start
        if end - start < Self.shortest { return nil }
        let samples = file.next(end - start)
        next = start + samples.count
        return samples.isEmpty ? nil : Piece(samples: samples, position: start)
    }

    /// Every moment is so many samples later than it seemed.
    mutating func shift(_ count: Int) { next = next.map { $0 + count } }
}
