import HTTP

/// A service that makes text of speech, as it is configured.
public struct Recognizer: Sendable {
    public var location: Location
    public var key: String?
    public var style: Recognition.Style

    public init(location: Location, key: String? = nil, style: Recognition.Style) {
        self.location = location
        self.key = key
        self.style = style
    }

    /// What the service may be told of the words that are to come.
    public struct Options: Equatable, Sendable {
        /// Such as `de-DE`.
        public var language: String?
        /// Words that are likely.
        public var hints: [String]

        public init(language: String? = nil, hints: [String] = []) {
            self.language = language
            self.hints = hints
        }
    }

    /// Whether the service has a place for the options.
    public var takesOptions: Bool {
        switch style {
        case .openAI, .stream(.websocket): true
        case .raw, .stream(.vosk): false
        }
    }

    /// How it is spoken to where it listens while the caller speaks.
    public var stream: RecognitionStream.Style? { if case .stream(let style) = style { style } else { nil } }
    /// Whether it listens while the caller speaks, on a socket, in place of being sent what he has said.
    public var isStreaming: Bool { stream != nil }

    /// With which the socket of a stream is opened ("Authentication" in jambonz' document; Vosk's server reads none).
    public var headers: [Header] { key.map { [.bearer($0)] } ?? [] }

    public func request(_ pcm: [UInt8], _ options: Options = Options()) -> Request {
        Recognition.request(
            url: location, key: key, style: style, pcm: pcm, language: options.language, hints: options.hints)
    }
}
