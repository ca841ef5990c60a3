/// A message of the service to the caller. Every field may be missing.
public struct Message: Equatable, Sendable {
    public var text: String?
    public var audioURL: String?
    public var end: Bool
    public var transferTarget: String?
    public var transferType: String?
    /// Whether a key, or the caller's voice, stops it and drops what waits behind it; nil: as the rules of the call say.
    public var stopsOnKey: Bool?
    public var stopsOnSpeech: Bool?
    /// How many times it is heard; 0: until something stops it, or comes behind it.
    public var loops: Int
    /// Silence of this length, in place of words and audio.
    public var pause: Duration?
    /// Why it ends the call, in a word for the dialplan; nil: `end`.
    public var endReason: String?
    /// The same in the flow's own words.
    public var endWords: String?
    /// Nothing of it may be written down.
    public var isSensitive = false
    /// Who is to speak it, and in which language; nil: the voice that is configured.
    public var voice: String?
    public var language: String?

    public init(
        text: String? = nil, audioURL: String? = nil, end: Bool = false, endReason: String? = nil,
        endWords: String? = nil,
        transferTarget: String? = nil,
        transferType: String? = nil, stopsOnKey: Bool? = nil, stopsOnSpeech: Bool? = nil, loops: Int = 1,
        pause: Duration? = nil
    ) {
        self.text = text
        self.audioURL = audioURL
        self.end = end
        self.endReason = endReason
        self.endWords = endWords
        self.transferTarget = transferTarget
        self.transferType = transferType
        self.stopsOnKey = stopsOnKey
        self.stopsOnSpeech = stopsOnSpeech
        self.loops = loops
        self.pause = pause
    }

    /// It ends the call: nothing stops it, and nothing comes behind it.
    public var isFinal: Bool { end || transferTarget != nil }

    /// There is nothing to make a sound of.
    public var isSilent: Bool { text == nil && audioURL == nil && pause == nil }
}
