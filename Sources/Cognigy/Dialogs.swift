import HTTP
import JSON

/// POST /api/v2/dialogs: the caller's words go in, the bot's words come out.
public enum Dialogs {
    public static let path = "/api/v2/dialogs"

    /// `sessionData` comes from the reply before. An empty object begins a dialog.
    public static func request(
        base: Location, key: String, botID: String, dialogID: String, userID: String, text: String,
        sessionData: JSON = [:]
    ) -> Request {
        let body: JSON = [
            "botId": .string(botID), "dialogId": .string(dialogID), "userId": .string(userID),
            "inputs": [["type": "text", "text": .string(text)]], "sessionData": sessionData,
        ]
        return Request(.post, base.appending(path), headers: [.json, .apiKey(key)], body: body.serialized)
    }

    public struct Reply: Equatable, Sendable {
        /// What to say, in order.
        public var texts: [String] = []
        public var intent: String?
        public var confidence: Double?
        /// An object for the next request; nil where the service sends none.
        public var sessionData: JSON?

        public init() {}
    }

    /// Every field may be missing. A field of the wrong type is refused.
    public static func reply(_ body: [UInt8]) throws(ReplyRefusal) -> Reply {
        let json = try ReplyRefusal.object(body)
        var reply = Reply()
        if let outputs = json["outputs"] {
            guard let outputs = outputs.array else { throw .wrongType("outputs") }
            reply.texts = outputs.compactMap { $0["text"]?.string }.filter { $0.contains { !$0.isWhitespace } }
        }
        if let intent = json["intent"] {
            let name = intent.object == nil ? intent : intent["name"]
            guard name == nil || name?.string != nil else { throw .wrongType("intent") }
            reply.intent = name?.string.flatMap { $0.isEmpty ? nil : $0 }
            reply.confidence = intent["confidence"]?.number
        }
        if let state = json["nextState", "next_state"] {
            guard state.string != nil else { throw .wrongType("nextState") }
        }
        if let data = json["sessionData", "session_data"] {
            guard data.object != nil else { throw .wrongType("sessionData") }
            reply.sessionData = data
        }
        return reply
    }
}
