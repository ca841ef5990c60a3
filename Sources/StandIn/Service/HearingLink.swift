import JSON

/// The state of one socket of speech to text, seen by a server. An utterance is said on it: its beginning, its sound and
/// its end.
struct HearingLink {
    enum Style: String {
        /// The speech API of jambonz.
        case websocket
        case vosk
    }

    enum Progress {
        case open
        /// The client has said what sound comes.
        case begun
        /// The client has said that this was all.
        case ended
    }

    let style: Style
    var progress = Progress.open
    var language: String?
    var hints: [JSON] = []
    /// How many bytes of sound have come.
    var bytes = 0
    /// What the scenario wants of this utterance, from its first sound on.
    var step: Scenario.Step?
    /// How many words were told.
    var told = 0

    /// In bytes: a word is told for each 300 ms of sound.
    static let soundOfAWord = 9600

    private var words: [Substring] { (step?.action.words ?? "Hello.").split(separator: " ") }

    /// What a recogniser would have understood of the sound so far.
    var partial: (count: Int, text: String) {
        let words = words.prefix(bytes / Self.soundOfAWord)
        return (words.count, words.joined(separator: " "))
    }

    var text: String { bytes == 0 ? "" : words.joined(separator: " ") }

    /// What is wrong with the message with which the client begins; nil for nothing.
    mutating func begin(_ message: JSON?) -> String? {
        switch style {
        case .vosk:
            if message != ["config": ["sample_rate": 16_000]] { return "no config with the rate of 16 kHz" }
        case .websocket:
            guard var start = message?.object else { return "no JSON object" }
            if let options = start.removeValue(forKey: "options") {
                guard case .array(let hints)? = options["hints"], options.object?.count == 1, !hints.isEmpty,
                    hints.allSatisfy({ if case .string(let hint) = $0 { !hint.isEmpty } else { false } })
                else { return "options without hints" }
                self.hints = hints
            }
            guard case .string(let language)? = start.removeValue(forKey: "language"), !language.isEmpty else {
                return "no language"
            }
            self.language = language
            let format: [String: JSON] = [
                "type": "start", "format": "raw", "encoding": "LINEAR16", "sampleRateHz": 16_000,
                "interimResults": true,
            ]
            if start != format { return "a start of another format" }
        }
        progress = .begun
        return nil
    }

    /// Whether this text is the end of the sound. Vosk's server compares it letter by letter.
    func isEnd(_ text: String) -> Bool {
        switch style {
        case .websocket: (try? JSON(parsing: text.utf8)) == ["type": "stop"]
        case .vosk: text == #"{"eof" : 1}"#
        }
    }

    /// A result in the words of the protocol.
    func message(_ text: String, isFinal: Bool) -> JSON {
        switch style {
        case .websocket:
            [
                "type": "transcription", "is_final": .bool(isFinal), "channel": 1,
                "language": .string(language ?? ""),
                "alternatives": [["transcript": .string(text), "confidence": isFinal ? 0.9 : 0.5]],
            ]
        case .vosk: isFinal ? ["text": .string(text)] : ["partial": .string(text)]
        }
    }
}
