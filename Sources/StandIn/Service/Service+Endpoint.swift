import JSON
import WebSocket

/// The endpoint's socket: how it begins. Engine.IO 3 or 4 over one WebSocket; Cognigy's own clients speak 3.
extension Service {
    /// Whether a text has the form of an endpoint's token.
    static func isEndpointToken(_ text: String) -> Bool {
        text.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    static func isForEndpoint(_ request: Request) -> Bool {
        place(of: request) != request.target
    }

    /// The target of a request, for a person to read: without the query of the endpoint's socket, and without its token.
    static func place(of request: Request) -> String {
        if request.target.hasPrefix("/socket.io/?") { return "/socket.io/" }
        if isEndpointToken(request.word(in: "/*") ?? "") { return "/TOKEN" }
        if isEndpointToken(request.word(in: "/test/*") ?? "") { return "/test/TOKEN" }
        return request.target
    }

    mutating func connect(_ request: Request, query: String, from peer: Peer) throws(Breach) -> [Timed] {
        if request.has("authorization") { throw Breach(400, "/socket.io/: it carries an Authorization header") }
        let introduction = try introduction(ofQuery: query)
        let key = try key(of: request, "socket.io", from: peer)
        let step = step(for: .connect)
        if let upgrade = upgrade(key: key, step, then: .openEndpoint(introduction)) { return upgrade }
        record(.connect, ["status": outcome(of: step, otherwise: 200)])
        return carryOut(step, otherwise: Reply())
    }

    /// Engine.IO numbers its refusals: 0 unknown transport, 3 bad request, 5 unsupported version of the protocol.
    private func introduction(ofQuery query: String) throws(Breach) -> Introduction {
        func breach(_ what: String, _ code: Int, _ message: String) -> Breach {
            Breach(400, "/socket.io/: \(what)", body: ["code": .integer(code), "message": .string(message)])
        }
        guard let members = Introduction.members(ofQuery: query) else {
            throw breach("that is no query", 3, "Bad request")
        }
        let own: Set = ["urlToken", "sessionId", "userId", "testMode", "emitWithAck"]
        let unknown = Set(members.keys).subtracting(own).subtracting(["EIO", "transport", "handshake", "t"])
        if let name = unknown.min() { throw breach("nobody knows the parameter \(name)", 3, "Bad request") }
        guard members["transport"] == "websocket" else {
            throw breach("the transport is not websocket", 0, "Transport unknown")
        }
        guard let version = ["3": 3, "4": 4][members["EIO"] ?? ""] else {
            throw breach("EIO is neither 3 nor 4", 5, "Unsupported protocol version")
        }
        var introduction = Introduction(version: version)
        if let value = members["handshake"] {
            if value != "true" { throw breach("handshake is not true", 3, "Bad request") }
            if let name = own.intersection(members.keys).min() {
                throw breach("\(name) stands beside handshake", 3, "Bad request")
            }
            introduction.isInner = true
            return introduction
        }
        guard let isTest = Introduction.bool(members["testMode"], default: false),
            let wantsAcks = Introduction.bool(members["emitWithAck"], default: true)
        else { throw breach("testMode or emitWithAck is neither true nor false", 3, "Bad request") }
        (introduction.isTest, introduction.wantsAcks) = (isTest, wantsAcks)
        (introduction.token, introduction.user, introduction.session) =
            (members["urlToken"], members["userId"], members["sessionId"])
        return introduction
    }

    /// The socket is open. Returns the server's first packets. In version 4 the client then asks for the namespace, in
    /// version 3 it is connected unasked.
    mutating func openEndpoint(_ introduction: Introduction, on connection: Int) -> [Timed] {
        let link = EndpointLink(introduction)
        sockets[connection] = OpenSocket(id: introduction.session ?? link.id, link: link)
        let (interval, timeout) = (scenario.pingInterval, scenario.pingTimeout)
        let open: JSON = [
            "sid": .string(link.id), "upgrades": [], "pingInterval": .integer(Int(interval / .milliseconds(1))),
            "pingTimeout": .integer(Int(timeout / .milliseconds(1))), "maxPayload": 1_000_000,
        ]
        let packets = emit("0" + open.text, on: connection)
        if introduction.version == 4 {
            return packets + [Timed(delay: interval, effect: .endpoint(.ping))]
        }
        return packets + join(on: connection)
            + [Timed(delay: interval + timeout, effect: .endpoint(.signIsDue(after: 0)))]
    }

    /// Connects the namespace, and then takes the client or asks who it is.
    mutating func join(on connection: Int) -> [Timed] {
        guard let link = sockets[connection]?.link else { return [] }
        sockets[connection]?.link?.isConnected = true
        let sid: JSON = ["sid": .string(link.id)]
        let packet = emit(link.introduction.version == 4 ? "40" + sid.text : "40", on: connection)
        if !link.introduction.isInner { return packet + admit(link.introduction, on: connection) }
        // A server that does not know the inner handshake misses the ids.
        if !scenario.takesInnerHandshake { return packet + turnAway("missing ids", saying: false, on: connection) }
        let (question, id) = ask("handshake", nil, on: connection)
        sockets[connection]?.link?.handshake = id
        return packet + question
    }

    /// The client has answered the question of the inner handshake.
    mutating func introduce(_ values: [JSON], on connection: Int) -> [Timed] {
        guard var introduction = sockets[connection]?.link?.introduction, values.count == 1,
            let members = values[0].object,
            Set(members.keys) == ["userId", "sessionId", "urlToken", "testMode", "emitWithAck"],
            case .bool(let isTest)? = members["testMode"], case .bool(let wantsAcks)? = members["emitWithAck"],
            case .string(let user)? = members["userId"], case .string(let session)? = members["sessionId"],
            case .string(let token)? = members["urlToken"]
        else {
            return breach(
                "an answer to handshake that has not its five members", closing: connection, with: .policyViolation)
        }
        (introduction.isTest, introduction.wantsAcks) = (isTest, wantsAcks)
        (introduction.user, introduction.session, introduction.token) = (user, session, token)
        sockets[connection]?.link?.introduction = introduction
        sockets[connection]?.id = session
        return admit(introduction, on: connection)
    }

    /// Takes the client, or turns it away as Cognigy's server does: it accepts the connection and then ends it.
    private mutating func admit(_ introduction: Introduction, on connection: Int) -> [Timed] {
        guard let user = introduction.user, let session = introduction.session, let token = introduction.token,
            Introduction.isID(user), Introduction.isID(session)
        else {
            record(.violation, ["what": "/socket.io/: an id is missing, or has characters that are escaped"])
            return turnAway("missing ids", saying: false, on: connection)
        }
        if token != scenario.endpointToken { return turnAway("wrong token", saying: true, on: connection) }
        let known = conversations[session]
        if known?.connection != nil || known?.user ?? user != user {
            record(.violation, ["what": "/socket.io/: a second socket for a session, or a second user of it"])
            return turnAway("in use", saying: true, on: connection)
        }
        recordConnect(101, on: connection)
        converse(session, user)
        conversations[session]?.connection = connection
        return begin(session, on: connection)
    }

    /// Begins a session, if it is new.
    mutating func converse(_ session: String, _ user: String) {
        if conversations[session] != nil { return }
        conversations[session] = Conversation(user: user, play: Scenario.Play(scenario))
    }

    private mutating func turnAway(_ why: String, saying: Bool, on connection: Int) -> [Timed] {
        recordConnect(.string(why), on: connection)
        return (saying ? emit("41", on: connection) : []) + perform(.close(1000), on: connection)
    }

    private func recordConnect(_ status: JSON, on connection: Int) {
        guard let introduction = sockets[connection]?.link?.introduction else { return }
        record(
            .connect,
            [
                "status": status, "id": .string(introduction.session ?? ""), "user": .string(introduction.user ?? ""),
                "eio": .integer(introduction.version), "inner": .bool(introduction.isInner),
                "test": .bool(introduction.isTest), "acks": .bool(introduction.wantsAcks),
            ])
    }

    /// What the scenario says when the client is there, and later. Without a rule the server says that it is ready.
    private mutating func begin(_ session: String, on connection: Int) -> [Timed] {
        let trace = Self.trace("realtimeClient")
        let ready = conversations[session]?.play.first(for: .ready)?.steps ?? [Scenario.Step(action: .ok)]
        let later = conversations[session]?.play.later() ?? []
        return acts(ready, trace: trace, ok: .announceReady)
            + later.flatMap { acts($0.rule.steps, trace: trace, after: $0.delay) }
            + [Timed(delay: .seconds(1), effect: .endpoint(.patienceEnds))]
    }
}
