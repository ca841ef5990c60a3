import HTTP
import JSON
import Text

/// An endpoint of Cognigy: the address of a server and a token, which Cognigy shows as one URL. Whoever has the token may
/// talk to the flow, so it is a secret.
public struct Endpoint: Equatable, Sendable {
    /// The address without the token.
    public let server: Location
    public let token: String

    public static let rule = "the URL that Cognigy shows: https://endpoint-….cognigy.ai/ and a token"

    /// Splits a URL at its last slash. nil: it is no address, or what stands behind the slash is no token.
    public init?(_ url: String) {
        guard let slash = url.lastIndex(of: "/"), let server = Location(String(url[..<slash])) else { return nil }
        let token = String(url[url.index(after: slash)...])
        guard Endpoint.isToken(token), !server.path.utf8.contains(UInt8(ascii: "?")) else { return nil }
        self.init(server: server, token: token)
    }

    public init(server: Location, token: String) {
        self.server = server
        self.token = token
    }

    private static func isToken(_ text: String) -> Bool {
        (8...256).contains(text.utf8.count) && SessionID.isPlain(text, and: "-_") && !text.contains(".")
    }

    /// Whether an id is one that both ends read alike, however often it was percent-encoded on its way.
    public static func isUsable(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && SessionID.isPlain(id, and: "._-")
    }

    /// Who talks to the flow, in which session.
    public struct Parties: Equatable, Sendable {
        public let userID: String
        public let sessionID: String

        public init(userID: String, sessionID: String) {
            assert(Endpoint.isUsable(userID) && Endpoint.isUsable(sessionID))
            self.userID = userID
            self.sessionID = sessionID
        }
    }

    // MARK: Socket.IO

    /// Where the WebSocket is asked for. `isIntroducedLater`: the server asks who is there once the socket is open, so
    /// that neither the token nor the ids stand in the log of a proxy.
    public func socketPath(version: Int, _ parties: Parties, isTest: Bool, isIntroducedLater: Bool) -> String {
        let fixed = "EIO=\(version)&transport=websocket"
        let who =
            isIntroducedLater
            ? "handshake=true"
            : "urlToken=\(token)&sessionId=\(parties.sessionID)&userId=\(parties.userID)&testMode=\(isTest)&emitWithAck=true"
        return server.appending("/socket.io/?\(fixed)&\(who)").path
    }

    /// The answer to the server's question who is there.
    public func introduction(_ parties: Parties, isTest: Bool) -> JSON {
        [
            "urlToken": .string(token), "sessionId": .string(parties.sessionID), "userId": .string(parties.userID),
            "testMode": .bool(isTest), "emitWithAck": true,
        ]
    }

    /// The event by which the caller says something.
    public static let inputEvent = "processInput"

    public func input(_ parties: Parties, text: String, data: JSON?) -> JSON {
        [
            "URLToken": .string(token), "userId": .string(parties.userID), "sessionId": .string(parties.sessionID),
            "channel": "asterisk", "source": "device", "resetFlow": false, "text": .string(text), "data": data ?? [:],
        ]
    }

    // MARK: REST

    public func request(_ parties: Parties, text: String, data: JSON?, isTest: Bool, timeout: Duration) -> Request {
        let body: JSON = [
            "userId": .string(parties.userID), "sessionId": .string(parties.sessionID), "text": .string(text),
            "data": data ?? [:],
        ]
        return Request(
            .post, server.appending((isTest ? "/test/" : "/") + token), headers: [.json], body: body.serialized,
            timeout: timeout)
    }

    /// What the answer to a request holds.
    public enum Answer: Equatable, Sendable {
        /// The outputs of the turn, in their order.
        case outputs([JSON])
        /// The flow or the endpoint says what went wrong, whatever the status was.
        case error(String)
    }

    public static func answer(_ body: [UInt8]) throws(ReplyRefusal) -> Answer {
        let json = try ReplyRefusal.object(body)
        if let stack = json["outputStack"]?.array { return .outputs(stack) }
        if json["text"] == nil, let error = json["error", "message"] { return .error(words(error)) }
        // Without a stack the whole answer is one output.
        if json["text"] != nil || json["data"] != nil { return .outputs([json]) }
        throw .missing("outputStack")
    }

    /// What an error says, for the log; it may be a text or an object with one.
    public static func words(_ error: JSON) -> String {
        String((error["message"]?.string ?? error.string ?? error.text).prefix(200))
    }
}
