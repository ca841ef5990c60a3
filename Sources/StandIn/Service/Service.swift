import JSON

/// The service behind the connections: judges every request and frame by the contract and returns what to do as
/// effects. It does no I/O and is told the time. This file has the state that all parts share; each extension is one
/// part of the contract, and `Service+Routes` says which request goes where.
struct Service {
    /// A request that the contract does not allow: the status to answer with, and what is wrong.
    struct Breach: Error {
        let status: Int
        let what: String
        /// The body of the answer; nil for one that says what is wrong.
        let body: JSON?

        init(_ status: Int, _ what: String, body: JSON? = nil) {
            self.status = status
            self.what = what
            self.body = body
        }
    }

    /// The connection that a request came from.
    struct Peer {
        let connection: Int
        /// Whether the client offered HTTP/2 by ALPN. A server could then choose it, and a voice socket needs HTTP/1.1.
        var offeredHTTP2 = false
    }

    /// A session that was created with POST /api/v1/sessions.
    struct Session {
        let caller: String
        var play: Scenario.Play
        /// The connection that is the open voice socket of the session; nil if none is open.
        var voice: Int?
        var hasEnded = false
    }

    let scenario: Scenario
    let baseURL: String
    private let journal: (Journal.Event, [String: JSON]) -> Void
    var play: Scenario.Play
    var tokens = Tokens()
    var sessions: [String: Session] = [:]
    /// The sessions that handoff and barge-in may ask about, by their ids.
    var live: [String: LiveSession]
    var sockets: [Int: OpenSocket] = [:]
    /// The conversations with the endpoint, by the ids of their sessions.
    var conversations: [String: Conversation] = [:]
    /// How many streams of agent assist were asked for.
    var streams = 0
    /// For each connection, until when its last dialog request is being answered.
    var dialogs: [Int: Duration] = [:]

    init(scenario: Scenario, baseURL: String, journal: @escaping (Journal.Event, [String: JSON]) -> Void) {
        self.scenario = scenario
        self.baseURL = baseURL
        self.journal = journal
        play = Scenario.Play(scenario)
        live = scenario.sessions.mapValues(LiveSession.init)
    }

    /// Texts that show that a secret was sent: the secrets, and the beginning of every token.
    private var secrets: [String] {
        let keys = [scenario.speechKey, scenario.recognitionKey, scenario.apiKey]
        return ([scenario.clientSecret, Tokens.prefix] + keys).filter { !$0.isEmpty }
    }

    private func holdsSecret(_ text: [UInt8], butToken: Bool = false) -> Bool {
        (secrets + (butToken ? [] : [scenario.endpointToken])).contains {
            text.index(of: Array($0.utf8), from: 0) != nil
        }
    }

    /// Writes an entry into the journal. A text with a secret in it is replaced.
    func record(_ event: Journal.Event, _ details: [String: JSON]) {
        journal(event, details.mapValues(hidingSecrets))
    }

    private func hidingSecrets(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): holdsSecret(Array(text.utf8)) ? "[a secret]" : value
        case .array(let values): .array(values.map(hidingSecrets))
        case .object(let members): .object(members.mapValues(hidingSecrets))
        default: value
        }
    }

    mutating func answer(_ request: Request, from peer: Peer, now: Duration) -> [Timed] {
        do throws(Breach) {
            try refuseLeaks(in: request)
            return try route(request, from: peer, now: now)
        } catch {
            return refuse(error)
        }
    }

    func refuse(_ breach: Breach) -> [Timed] {
        record(.violation, ["what": .string(breach.what)])
        var reply = Reply.failure(breach.status, breach.what)
        if let body = breach.body { reply.body = body.serialized }
        let (head, body) = reply.encoded()
        return [Timed(effect: .send(head + body)), Timed(effect: .finish)]
    }

    private static let logins = ["/api/v1/auth", "/api/v1/auth/login", "/api/v1/oauth/token"]

    /// Refuses a request that carries a secret anywhere but in Authorization, in the body of a token request or, the
    /// endpoint's token, in the endpoint's address.
    private func refuseLeaks(in request: Request) throws(Breach) {
        let headers = request.headers.filter { $0.name != "authorization" }.map(\.value)
        let body = Self.logins.contains(request.target) ? [] : request.body
        let isLeak =
            holdsSecret(body) || headers.contains { holdsSecret(Array($0.utf8)) }
            || holdsSecret(Array(request.target.utf8), butToken: Self.isForEndpoint(request))
        if isLeak {
            throw Breach(400, "a secret where it does not belong")
        }
    }
}
