/// How a call behaves from now on, as far as a flow has said it. Each dialect has its own names for this; here are one
/// name and one unit for each setting. nil is what the flow has not named.
public struct SessionConfig: Equatable, Sendable {
    /// What the caller may interrupt.
    public struct BargeIn: Equatable, Sendable {
        /// The main switch. Where it is off, neither keys nor speech interrupt.
        public var isOn: Bool?
        public var onKeys: Bool?
        public var onSpeech: Bool?
        /// Speech of fewer words does not interrupt.
        public var leastWords: Int?
        /// Whether it stays so for the rest of the call; false: it is over with the caller's next input.
        public var isSticky: Bool?

        public init(
            isOn: Bool? = nil, onKeys: Bool? = nil, onSpeech: Bool? = nil, leastWords: Int? = nil,
            isSticky: Bool? = nil
        ) {
            self.isOn = isOn
            self.onKeys = onKeys
            self.onSpeech = onSpeech
            self.leastWords = leastWords
            self.isSticky = isSticky
        }
    }

    /// How keys become an input.
    public struct Digits: Equatable, Sendable {
        /// Whether keys are collected; else each key is an input of its own.
        public var isOn: Bool?
        /// Fewer keys are no input.
        public var least: Int?
        /// As many keys are an input at once.
        public var most: Int?
        /// Each of these keys ends the input; an empty text says that no key does.
        public var submit: String?
        /// A longer pause after a key ends the input.
        public var gap: Duration?

        public init(
            isOn: Bool? = nil, least: Int? = nil, most: Int? = nil, submit: String? = nil, gap: Duration? = nil
        ) {
            self.isOn = isOn
            self.least = least
            self.most = most
            self.submit = submit
            self.gap = gap
        }
    }

    public enum NoInputMode: String, Sendable {
        /// The flow is told.
        case event
        /// A text is spoken.
        case speech
        /// A sound is played.
        case play
    }

    /// What happens while somebody says nothing: the caller, or the flow, whose mode is `speech` or `play`.
    public struct NoInput: Equatable, Sendable {
        public var isOn: Bool?
        public var mode: NoInputMode?
        public var timeout: Duration?
        /// How often it happens before the caller is let go, or before nothing happens for a flow any more.
        public var retries: Int?
        public var speech: String?
        public var url: String?
        /// After this time a flow is given up.
        public var giveUp: Duration?
        /// Whether the call fails after the last retry for a flow.
        public var fails: Bool?
        /// What is to be heard may not be written down.
        public var isSensitive = false

        public init(
            isOn: Bool? = nil, mode: NoInputMode? = nil, timeout: Duration? = nil, retries: Int? = nil,
            speech: String? = nil, url: String? = nil, giveUp: Duration? = nil, fails: Bool? = nil
        ) {
            self.isOn = isOn
            self.mode = mode
            self.timeout = timeout
            self.retries = retries
            self.speech = speech
            self.url = url
            self.giveUp = giveUp
            self.fails = fails
        }
    }

    public var bargeIn: BargeIn?
    public var digits: Digits?
    /// For a silent caller, and for a silent flow.
    public var noInput: NoInput?
    public var flowNoInput: NoInput?
    /// What is spoken, such as `de-DE`.
    public var language: String?
    public var voice: String?
    /// What is listened for.
    public var recognizerLanguage: String?
    /// Words that the caller is likely to say.
    public var hints: [String]?
    /// So much silence ends what the caller says, by Cognigy's continuous recognition; zero: as much as usual.
    public var endSilence: Duration?
    /// A key that ends it, too.
    public var endSpeechKey: String?
    /// Whether what the caller says is not listened to.
    public var isMuted: Bool?
    /// Whether all of it is over with the caller's next input: it belongs to one question and what was said with it. Else
    /// it stays, but for a barge-in that is not sticky.
    public var isForTurn = false
    /// Whether the digits were named by the barge-in, and stay only as long as it does.
    public var digitsAreOfBargeIn = false
    /// The members that mean nothing to this program, or whose values it cannot use, for the log.
    public var ignored: [String] = []

    public init(
        bargeIn: BargeIn? = nil, digits: Digits? = nil, noInput: NoInput? = nil, flowNoInput: NoInput? = nil,
        language: String? = nil, voice: String? = nil, recognizerLanguage: String? = nil, hints: [String]? = nil,
        isMuted: Bool? = nil, isForTurn: Bool = false, ignored: [String] = []
    ) {
        self.bargeIn = bargeIn
        self.digits = digits
        self.noInput = noInput
        self.flowNoInput = flowNoInput
        self.language = language
        self.voice = voice
        self.recognizerLanguage = recognizerLanguage
        self.hints = hints
        self.isMuted = isMuted
        self.isForTurn = isForTurn
        self.ignored = ignored
    }

    /// The shortest time of silence that means anything; a shorter one would end as soon as it begins, again and again.
    static let shortestSilence = Duration.milliseconds(100)

    /// Nobody waits longer for somebody who has said something.
    static let longestEndSilence = Duration.seconds(10)

    static let digitCounts = 0...100
    static let retryCounts = 0...1000

    var namesAnything: Bool {
        var named = self
        named.ignored = []
        named.isForTurn = false
        named.digitsAreOfBargeIn = false
        return named != SessionConfig()
    }
}

extension SessionConfig.NoInput {
    /// The flow is told of silence after this time; zero switches it off.
    static func events(after timeout: Duration) -> Self {
        timeout == .zero
            ? Self(isOn: false)
            : Self(isOn: true, mode: .event, timeout: max(timeout, SessionConfig.shortestSilence))
    }
}

extension SessionConfig.Digits {
    /// One key that can end an input.
    static func key(_ text: String) -> String? {
        let key = text.trimmed.uppercased()
        return key.utf8.count == 1 && "0123456789ABCD*#".contains(where: { String($0) == key }) ? key : nil
    }
}
