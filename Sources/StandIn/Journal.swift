import JSON

/// The format in which the stand-in reports what it sees and does: JSON Lines, for people, for tests and for
/// `cognigy-bridge call`.
public enum Journal {
    public enum Event: String, CaseIterable, Sendable {
        case listening, connected, disconnected
        case token, flows, session, voice
        case dtmf, ping, sent, closed
        case wsPing = "ws_ping"
        case wsPong = "ws_pong"
        case audio, tts
        case bots, dialog, stt
        /// A socket of speech to text, and the words that were told on it while sound came.
        case sttSocket = "stt_socket"
        case sttWords = "stt_words"
        case login, look, mark, run
        case stop, reset
        case oauth, assist, suggest
        /// The endpoint: the handshake of a socket, that it is ready, an input by either surface, an acknowledgement.
        case connect, ready, input, ack
        /// Written by the telephones: where they listen, and what happens to their callers.
        case voicePort = "voice_port"
        case voiceCall = "voice_call"
        /// A request or frame that breaks the contract.
        case violation
    }

    /// One line.
    public struct Entry: Equatable, Sendable {
        /// Seconds since the start, rounded to milliseconds.
        public let time: Double
        public let event: Event
        public let details: [String: JSON]

        public init(time: Double, event: Event, details: [String: JSON] = [:]) {
            self.time = (time * 1000).rounded() / 1000
            self.event = event
            self.details = details
        }

        public subscript(name: String) -> JSON? { details[name] }

        /// Reads a line; nil if it is no journal entry.
        public init?(parsing line: String) {
            guard let value = try? JSON(parsing: line.utf8), var details = value.object,
                let time = details.removeValue(forKey: "t")?.number,
                let event = details.removeValue(forKey: "event")?.string.flatMap(Event.init(rawValue:))
            else { return nil }
            self.init(time: time, event: event, details: details)
        }

        /// The entry as a line, without a line break.
        public var line: String {
            let start = "{\"t\":\(time),\"event\":\"\(event.rawValue)\""
            return details.isEmpty ? start + "}" : start + "," + JSON.object(details).text.dropFirst()
        }
    }
}
