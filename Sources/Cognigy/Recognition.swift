import Audio
import HTTP
import JSON
import Text

/// POST stt_url: speech goes in, text comes out.
public enum Recognition {
    /// How the service wants the sound.
    public enum Style: Equatable, Sendable {
        /// The samples are the body.
        case raw
        /// A form with a WAV file and the name of a model.
        case openAI(model: String)
        /// While the caller speaks, over a WebSocket. Nothing is posted then.
        case stream(RecognitionStream.Style)
    }

    /// `pcm` is 16 kHz, 16 bits, mono, little-endian. The form alone has fields for a language, such as `de-DE`, and for
    /// words that are likely.
    public static func request(
        url: Location, key: String?, style: Style, pcm: [UInt8], language: String? = nil, hints: [String] = []
    ) -> Request {
        let (type, body) =
            switch style {
            // RFC 2586 wants audio/L16 in network byte order, but speech services mean what `ffmpeg -f s16le` writes:
            // Amazon Lex documents this type as little-endian. So the samples are sent as they are.
            case .raw, .stream: ("audio/l16; rate=16000", pcm)
            case .openAI(let model):
                form(
                    pcm,
                    [("model", model), ("language", code(of: language)), ("prompt", prompt(hints))].compactMap {
                        name, value in value.map { (name, $0) }
                    })
            }
        let headers = [Header("Content-Type", type)] + (key.map { [.bearer($0)] } ?? [])
        return Request(.post, url, headers: headers, body: body)
    }

    public struct Heard: Equatable, Sendable {
        public let text: String
        public let confidence: Double?

        public init(text: String, confidence: Double?) {
            self.text = text
            self.confidence = confidence
        }
    }

    /// nil where nothing was understood.
    public static func heard(_ body: [UInt8]) throws(ReplyRefusal) -> Heard? {
        let json = try ReplyRefusal.object(body)
        guard let member = json.object?["text"] else { throw .missing("text") }
        if member == .null { return nil }
        guard let text = member.string else { throw .wrongType("text") }
        let words = text.trimmed
        return words.isEmpty ? nil : Heard(text: words, confidence: json["confidence"]?.number)
    }

    /// The code of a language (ISO 639-1) at the beginning of a tag.
    private static func code(of language: String?) -> String? {
        let code = language?.lowercased().prefix { $0.isLetter && $0.isASCII } ?? ""
        return (2...3).contains(code.utf8.count) ? String(code) : nil
    }

    /// In bytes. A model takes a few hundred words into account.
    private static let longestPrompt = 1000

    private static func prompt(_ hints: [String]) -> String? {
        var prompt = ""
        for hint in hints where !hint.unicodeScalars.contains(where: { $0.isControlOrLineBreak }) {
            let longer = prompt.isEmpty ? hint : prompt + ", " + hint
            if longer.utf8.count > longestPrompt { break }
            prompt = longer
        }
        return prompt.isEmpty ? nil : prompt
    }

    /// RFC 7578: multipart/form-data.
    private static func form(_ pcm: [UInt8], _ fields: [(name: String, value: String)]) -> (type: String, body: [UInt8])
    {
        let boundary = boundary(absentFrom: [pcm] + fields.map { Array($0.value.utf8) })
        let texts = fields.map { name, value in
            #"--\#(boundary)\#r\#nContent-Disposition: form-data; name="\#(name)"\#r\#n\#r\#n\#(value)"# + "\r\n"
        }
        let file = #"Content-Disposition: form-data; name="file"; filename="speech.wav""#
        var body = Array("\(texts.joined())--\(boundary)\r\n\(file)\r\nContent-Type: audio/wav\r\n\r\n".utf8)
        // The body is built once and in place, because half a minute is a megabyte.
        body.reserveCapacity(body.count + pcm.count + 128)
        body += WAV.header(forBytes: pcm.count, rate: 16_000)
        body += pcm
        body += "\r\n--\(boundary)--\r\n".utf8
        return ("multipart/form-data; boundary=\(boundary)", body)
    }

    /// Finds a separator that is in none of the parts (RFC 2046, 5.1.1).
    private static func boundary(absentFrom parts: [[UInt8]]) -> String {
        var number = 0
        while true {
            let boundary = "cognigy-bridge-\(number)"
            if !parts.contains(where: { $0.holds(Array("--\(boundary)".utf8)) }) { return boundary }
            number += 1
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
