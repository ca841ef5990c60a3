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

    /// Whether the service can be told what language is spoken, and which words are likely.
    public var takesLanguage: Bool { style != .raw }

    public func request(_ pcm: [UInt8], language: String? = nil, hints: [String] = []) -> Request {
        Recognition.request(url: location, key: key, style: style, pcm: pcm, language: language, hints: hints)
    }
}
