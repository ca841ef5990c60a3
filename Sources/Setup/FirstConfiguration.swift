import Text

/// The configuration that `init` writes: what a newcomer was asked, and nothing else.
public struct FirstConfiguration: Equatable, Sendable {
    public enum Voice: Equatable, Sendable {
        /// espeak-ng, by its path.
        case espeak(program: String, language: String)
        case service(String)
    }

    /// Who writes down what callers say.
    public struct Recognizer: Equatable, Sendable {
        public let url: String
        public let style: String
        public let key: String?

        public init(url: String, style: String? = nil, key: String? = nil) {
            (self.url, self.key) = (url, key)
            self.style = style ?? Recognizer.style(of: url)
        }

        /// What the address speaks, as far as it tells.
        public static func style(of url: String) -> String { isStream(url) ? "websocket" : "raw" }
    }

    /// The file that holds the Endpoint URL.
    public var endpointFile: String
    /// nil: callers press keys.
    public var recognizer: Recognizer?
    public var voice: Voice
    public var log: String

    public init(endpointFile: String, recognizer: Recognizer? = nil, voice: Voice, log: String) {
        (self.endpointFile, self.recognizer, self.voice, self.log) = (endpointFile, recognizer, voice, log)
    }

    public var text: String {
        var lines = [
            "; Written by cognigy-bridge init. All other keys, with their defaults: man cognigy-bridge.conf, or",
            "; man cognigy-bridge.conf, or agi-bin/cognigy-bridge.conf of the sources. \"cognigy-bridge check\" says whether all is well.",
            "", "[cognigy]",
            Self.line("endpoint_url_file", endpointFile) + "  ; the Endpoint URL, a secret", "", "[call]",
            "wait_prompt = one-moment-please  ; sounds of Asterisk: while the flow is joined,",
            "fallback_prompt = im-sorry       ; and where it is away", "", "[speech]",
        ]
        if let recognizer {
            lines.append(Self.line("stt_url", recognizer.url))
            lines.append(Self.line("stt_style", recognizer.style))
            if let key = recognizer.key { lines.append(Self.line("stt_key", key)) }
        }
        switch voice {
        case .espeak(let program, let language):
            lines.append(Self.line("tts_command", "\(program) --stdin --stdout -v \(language)"))
        case .service(let url):
            lines.append(Self.line("tts_url", url))
            if isStream(url) { lines.append(Self.line("tts_style", "websocket")) }
        }
        lines += ["", "[paths]", Self.line("log", log)]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A value cannot end its line or begin a comment: a line break would be another setting.
    private static func line(_ key: String, _ value: String) -> String {
        var written = ""
        for scalar in value.unicodeScalars where !scalar.isControlOrLineBreak {
            written += scalar == ";" ? "\\;" : String(scalar)
        }
        return "\(key) = \(written)"
    }

    /// As espeak-ng names one: en, en-us, de+f2.
    public static func isLanguage(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "-+_".utf8.contains($0) }
    }
}

/// Whether an address is that of a WebSocket.
private func isStream(_ url: String) -> Bool {
    let lower = url.lowercased()
    return lower.hasPrefix("wss://") || lower.hasPrefix("ws://")
}
