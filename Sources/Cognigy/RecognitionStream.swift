import JSON
import Text

/// Speech to text while the caller speaks: sound goes out over a WebSocket, one connection an utterance, and results come
/// back. This is what one utterance has come to so far, and the messages of both protocols.
public struct RecognitionStream: Equatable, Sendable {
    public enum Style: Equatable, Sendable {
        /// The speech API of jambonz, which Cognigy's own gateway has too (docs.jambonz.org, "Adding custom speech
        /// vendors").
        case websocket
        /// Vosk's server (recognize and process_chunk in asr_server.py of vosk-server).
        case vosk
    }

    public enum News: Equatable, Sendable {
        case nothing
        /// All words of the utterance so far; they differ from those before.
        case words(String)
        /// The service reports an error: in its own words, which may hold what the caller said, and with a number that it
        /// may have for it.
        case failed(String, code: Int?)
        case unreadable(ReplyRefusal)
    }

    /// In bytes of UTF-8, of all words together. Nobody says so much in two minutes.
    public static let longest = 8192
    /// In bytes, of all words that are likely. More than a recogniser makes use of.
    static let longestHints = 8192

    private let style: Style
    /// What does not change any more.
    private var settled = ""
    /// What was heard after that, as far as it is understood by now.
    private var open = ""
    private var confidence: Double?
    /// How many parts have come to their final result.
    public private(set) var finals = 0

    public init(_ style: Style) { self.style = style }

    // MARK: What goes out

    /// Comes before the sound, which is 16 kHz, 16 bits, mono, little-endian, in binary messages.
    public static func opening(_ style: Style, language: String? = nil, hints: [String] = []) -> String {
        switch style {
        case .websocket:
            // "Start control message".
            let words = likely(hints)
            var start: [String: JSON] = [
                "type": "start", "language": .string(tag(language)), "format": "raw", "encoding": "LINEAR16",
                "sampleRateHz": 16_000, "interimResults": true,
            ]
            if !words.isEmpty { start["options"] = ["hints": .array(words.map { .string($0) })] }
            return JSON.object(start).text
        // Its phrase_list is no hint but a grammar: nothing else would be understood. Its model has the language.
        case .vosk: return #"{"config":{"sample_rate":16000}}"#
        }
    }

    /// The language has to be told, so where none is known it is English, as in jambonz.
    private static func tag(_ language: String?) -> String {
        let tag = language.map { String($0.map { $0 == "_" ? "-" : $0 }) } ?? ""
        let isTag = tag.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return isTag && (1...35).contains(tag.utf8.count) ? tag : "en-US"
    }

    /// Those that are a text of one line, as many as there is room for.
    private static func likely(_ hints: [String]) -> [String] {
        var room = longestHints
        return hints.filter { !$0.isEmpty && !$0.unicodeScalars.contains { $0.isControlOrLineBreak } }.prefix {
            room -= $0.utf8.count
            return room >= 0
        }
    }

    /// Comes after the sound. The service then sends what is left and closes the connection.
    public static func stop(_ style: Style) -> String {
        switch style {
        case .websocket: #"{"type":"stop"}"#
        // process_chunk compares the text, so its blanks count.
        case .vosk: #"{"eof" : 1}"#
        }
    }

    // MARK: What comes in

    /// All words so far.
    public var words: String { settled.isEmpty || open.isEmpty ? settled + open : settled + " " + open }

    /// Whether there is nothing that a later result may still change.
    public var isSettled: Bool { open.isEmpty }

    /// nil where nothing was understood.
    public var heard: Recognition.Heard? {
        words.isEmpty ? nil : Recognition.Heard(text: words, confidence: isSettled ? confidence : nil)
    }

    public mutating func receive(_ text: String) -> News {
        let json: JSON
        do throws(ReplyRefusal) { json = try ReplyRefusal.object(Array(text.utf8)) } catch {
            return .unreadable(error)
        }
        let before = words
        switch style {
        case .websocket:
            switch json["type"]?.string {
            // "Transcription message", "Error message".
            case "transcription":
                guard let all = json["alternatives"]?.array else { return .unreadable(.missing("alternatives")) }
                let best = all.first
                take(
                    best?["transcript"]?.string, isFinal: json["is_final"]?.bool ?? false,
                    confidence: best?["confidence"]?.number)
            case "error":
                let words = ServiceWords.line(json["error"]?.string ?? "", longest: ServiceWords.longestError)
                return .failed(words, code: json["code"]?.number.flatMap { Int(exactly: $0) })
            // Servers greet or keep alive with messages that no document has.
            default: return .nothing
            }
        case .vosk:
            if let partial = json["partial"]?.string {
                take(partial, isFinal: false, confidence: nil)
            } else if let best = json["text"] == nil ? json["alternatives"]?.array?.first : json {
                take(best["text"]?.string, isFinal: true, confidence: Self.confidence(of: best["result"]?.array ?? []))
            }
        }
        return words == before ? .nothing : .words(words)
    }

    private mutating func take(_ text: String?, isFinal: Bool, confidence: Double?) {
        open = ""
        // Room for a blank before it.
        let part = ServiceWords.line(text ?? "", longest: max(0, Self.longest - settled.utf8.count - 1))
        if !isFinal { return open = part }
        finals += 1
        if part.isEmpty { return }
        settled = settled.isEmpty ? part : settled + " " + part
        // The whole is as sure as its least sure part.
        if let confidence, (0...1).contains(confidence) { self.confidence = min(self.confidence ?? 1, confidence) }
    }

    /// Vosk tells it of each word.
    private static func confidence(of words: [JSON]) -> Double? {
        let each = words.compactMap { $0["conf"]?.number }
        return each.isEmpty ? nil : each.reduce(0, +) / Double(each.count)
    }
}
