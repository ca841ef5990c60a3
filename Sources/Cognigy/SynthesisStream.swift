import HTTP
import JSON
import Text

/// A voice on a WebSocket, by the streaming part of jambonz's "Text-to-speech API", which it documents for custom vendors: a
/// text goes out as JSON, samples of 16 bits, mono come back as they are spoken. The voice says their rate when it is ready.
/// Nothing in it says that a text is spoken to its end.
public enum SynthesisStream {
    /// Where a voice is, and who is to speak.
    public struct Address: Equatable, Sendable {
        public let location: Location
        public let key: String?
        public let voice: String
        public let language: String?

        public init(location: Location, key: String?, voice: String, language: String?) {
            self.location = location
            self.key = key
            self.voice = voice
            self.language = language
        }

        /// With the query in which the voice, the language and the wanted rate go.
        public var path: String {
            var query = "voice=\(Self.encoded(voice))"
            if let language { query += "&language=\(Self.encoded(language))" }
            return "\(location.path)\(location.path.contains("?") ? "&" : "?")\(query)&sampleRate=\(usualRate)"
        }

        public var headers: [Header] { key.map { [.bearer($0)] } ?? [] }

        /// RFC 3986, section 2.3: unreserved characters stand for themselves.
        private static func encoded(_ text: String) -> String {
            PercentEncoding.text(Array(text.utf8)) { $0.isASCIILetterOrDigit || "-._~".utf8.contains($0) }
        }
    }

    /// The rate that is asked for, and that of a voice that names none.
    public static let usualRate = 16_000
    private static let rates = 8000...48_000

    /// Hands the text over, and says that it is all of it.
    public static func messages(for text: String) -> [String] {
        let words: JSON = ["type": "stream", "text": .string(text)]
        return [words.text, #"{"type":"flush"}"#]
    }

    /// Ends the session.
    public static let stop = #"{"type":"stop"}"#

    public enum Incoming: Equatable, Sendable {
        /// The voice waits for text; its samples have this rate.
        case ready(rate: Int)
        case samples([UInt8])
        /// What it sends cannot be used.
        case failed(String)
        /// It reports an error, in its own words or without any.
        case complains(String)
        /// Anything else, which means nothing to us.
        case other
    }

    public static func incoming(_ text: String) -> Incoming {
        guard let message = try? JSON(parsing: text.utf8), message.object != nil else { return .other }
        let data = message["data"]
        switch message["type"]?.string {
        case "connect":
            guard let rate = data?["sample_rate"] else { return .ready(rate: usualRate) }
            guard let number = rate.number.flatMap({ Int(exactly: $0) }), rates.contains(number) else {
                return .failed("its samples have a rate that no voice has")
            }
            return .ready(rate: number)
        // For those that cannot send binary messages.
        case "data":
            guard let audio = data?["audio"]?.string, audio.utf8.count <= longestPiece,
                let samples = Base64.decoded(audio)
            else { return .failed("it sent sound that is not written in base 64, or too much at once") }
            return .samples(samples)
        case "error": return .complains(complaint(message))
        default: return message["error"] == nil ? .other : .complains(complaint(message))
        }
    }

    /// Of sound in base 64: it is read in some milliseconds.
    private static let longestPiece = 1 << 18

    private static func complaint(_ message: JSON) -> String {
        let words = message["error"]?.string ?? message["error"]?["message"]?.string ?? ""
        return ServiceWords.line(words, longest: ServiceWords.longestError)
    }
}
