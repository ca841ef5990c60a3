import JSON

extension Assist {
    /// What the stream says about one interaction. Only its id is never missing.
    public struct Update: Equatable, Sendable {
        public let interactionID: String
        public let transcript: String?
        /// Below zero where the customer is unhappy; nil where it is unknown.
        public let sentimentScore: Double?
        /// An object; empty where there is none.
        public let context: JSON

        /// In bytes. A longer id is refused.
        static let longestID = 256

        /// nil without an id. A member of another type counts as missing.
        init?(_ payload: JSON) {
            guard let id = payload["interactionId", "interaction_id"]?.string,
                (1...Update.longestID).contains(id.utf8.count)
            else { return nil }
            interactionID = id
            transcript = payload["transcript"]?.string
            sentimentScore = payload["sentimentScore", "sentiment_score"]?.number
            let context = payload["context"]
            self.context = context?.object == nil ? [:] : context ?? [:]
        }

        /// The body of the request for suggestions. Equal questions are equal bytes: names are sorted at every depth.
        public var question: [UInt8] {
            let body: JSON = [
                "interactionId": .string(interactionID), "transcript": transcript.map { .string($0) } ?? .null,
                "sentimentScore": sentimentScore.map { .number($0) } ?? .null, "context": context,
            ]
            return body.serialized
        }
    }

    public enum Incoming: Equatable, Sendable {
        case update(Update)
        /// A type that this version does not know.
        case unknown(String)
        case malformed
    }

    public static func incoming(_ text: String) -> Incoming {
        guard let json = try? JSON(parsing: text.utf8), case .string(let type)? = json["type"] else {
            return .malformed
        }
        guard type == "INTERACTION_UPDATE" else { return .unknown(type) }
        return json["payload"].flatMap(Update.init).map { .update($0) } ?? .malformed
    }
}
