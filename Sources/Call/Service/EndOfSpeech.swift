import Text

/// How long a silence ends what the caller says: less where his words are complete, more where he is about to go on, and more
/// than usual for somebody who pauses long between his words.
public struct EndOfSpeech {
    public struct Rules: Equatable, Sendable {
        /// Where nothing is known.
        public var usual: Duration
        public var shortest: Duration
        public var longest: Duration

        public init(
            usual: Duration = .milliseconds(500), shortest: Duration = .milliseconds(300),
            longest: Duration = .milliseconds(1200)
        ) {
            self.usual = usual
            self.shortest = min(shortest, usual)
            self.longest = max(longest, usual)
        }
    }

    /// What words tell of whether more follows.
    enum Sense { case complete, open, unknown }

    let rules: Rules
    /// How long this caller pauses between his words.
    private var pause: Duration
    private var hasPaused = false

    init(_ rules: Rules) {
        self.rules = rules
        pause = rules.usual / Self.margin
    }

    /// So much longer than his pauses is the silence that ends what he says.
    private static let margin = 1.25

    /// `usual`: what the flow wants for now in place of what is usual.
    func silence(after sense: Sense, usual: Duration? = nil) -> Duration {
        switch sense {
        case .complete: rules.shortest
        case .open: max(longest, usual ?? .zero)
        case .unknown: usual ?? min(max(rules.usual, pause * Self.margin), longest)
        }
    }

    var longest: Duration { rules.longest }

    // MARK: What he is like

    /// He went on after a pause.
    mutating func wentOn(after length: Duration) {
        hasPaused = true
        pause += (min(length, longest) - pause) * (length > pause ? 0.5 : 0.1)
    }

    /// He has finished. Somebody who does not pause any more is waited for less.
    mutating func finished() {
        if !hasPaused { pause += (rules.usual / Self.margin - pause) * 0.1 }
        hasPaused = false
    }

    // MARK: What words tell

    /// `digits`: how many of them are asked for. `isFinal`: the recogniser has set the punctuation because it is sure; whoever
    /// is asked about a piece of a sentence ends it with a full stop, too.
    static func sense(of text: String, digits: ClosedRange<Int>? = nil, isFinal: Bool = false) -> Sense {
        let words = SpokenWord.words(in: text)
        guard let last = words.last else { return .unknown }
        if SpokenWord(last) == .open || opens(text) { return .open }
        let spelled = words.reversed().prefix { $0.first?.isNumber ?? false || SpokenWord($0) == .digit }
        let count = spelled.reduce(0) { $0 + ($1.first?.isNumber ?? false ? $1.count : 1) }
        if let digits, count > 0 {
            if count >= digits.upperBound { return .complete }
            if count < digits.lowerBound { return .open }
        } else if digits == nil, spelled.count > 1 || count > 2 {
            return .open
        }
        if words.count <= 2, let first = words.first.flatMap({ SpokenWord($0) }), first == .yes || first == .no {
            return .complete
        }
        return isFinal && (text.last.map { ".!?。？！".contains($0) } ?? false) ? .complete : .unknown
    }

    /// A sentence that ends so goes on.
    private static func opens(_ text: String) -> Bool {
        text.hasSuffix("...") || (text.last.map { ",;:-–…".contains($0) } ?? false)
    }
}
