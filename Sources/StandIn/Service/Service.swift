import JSON

/// The service behind the sockets: judges what arrives by the contract and says what to do. It does no I/O.
struct Service {
    /// A request or frame that the contract does not allow.
    struct Breach: Error {
        let status: Int
        let what: String

        init(_ status: Int, _ what: String) {
            self.status = status
            self.what = what
        }
    }

    /// Who sent a request.
    struct Peer {
        let connection: Int
        /// By TLS's ALPN: such a client may be answered in HTTP/2.
        var offeredHTTP2 = false
    }

    /// A conversation that POST /api/v1/sessions began.
    struct Session {
        let caller: String
        var play: Scenario.Play
        /// The connection whose voice socket is open.
        var voice: Int?
        var hasEnded = false
    }

    let scenario: Scenario
    let baseURL: String
    private let journal: (Journal.Event, [String: JSON]) -> Void
    var play: Scenario.Play
    var tokens = Tokens()
    var sessions: [String: Session] = [:]
    /// The sessions that handoff and barge-in find.
    var live: [String: LiveSession]
    var sockets: [Int: OpenSocket] = [:]
    /// How many streams of agent assist there were.
    var streams = 0
    /// Until when a connection's dialog is being answered.
    var dialogs: [Int: Duration] = [:]

    init(scenario: Scenario, baseURL: String, journal: @escaping (Journal.Event, [String: JSON]) -> Void) {
        self.scenario = scenario
        self.baseURL = baseURL
        self.journal = journal
        play = Scenario.Play(scenario)
        live = scenario.sessions.mapValues(LiveSession.init)
    }

    /// What every secret is or begins with.
    private var secrets: [String] {
        let keys = [scenario.speechKey, scenario.recognitionKey, scenario.apiKey]
        return ([scenario.clientSecret, Tokens.prefix] + keys).filter { !$0.isEmpty }
    }

    private func holdsSecret(_ text: [UInt8]) -> Bool {
        secrets.contains { text.index(of: Array($0.utf8), from: 0) != nil }
    }

    /// Writes an entry, but never a secret, whatever a client sent where.
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
        let (head, body) = Reply.failure(breach.status, breach.what).encoded()
        return [Timed(effect: .send(head + body)), Timed(effect: .finish)]
    }

    private mutating func route(
        _ request: Request, from peer: Peer, now: Duration
    ) throws(Breach) -> [Timed] {
        let path = request.path
        if path == ["api", "v1", "auth"] {
            try expect("POST", request)
            return try token(request, now: now)
        }
        if path == ["api", "v1", "auth", "login"] {
            try expect("POST", request)
            return try login(request, now: now)
        }
        if path == ["api", "v1", "sessions"] {
            try expect("POST", request)
            return try session(request, now: now)
        }
        if path == ["api", "v1", "flows"] {
            try expect("GET", request)
            return try flows(request, now: now)
        }
        if let id = request.word(in: "/api/v1/sessions/*/voice") {
            try expect("GET", request)
            return try voice(request, id: id, from: peer, now: now)
        }
        if let id = request.word(in: "/api/v1/session/*") {
            let isMark = request.method == "PUT"
            try expect(isMark ? "PUT" : "GET", request)
            return try isMark ? mark(request, id: id, now: now) : look(request, id: id, now: now)
        }
        if path == ["api", "v1", "flow"] {
            try expect("POST", request)
            return try run(request, now: now)
        }
        if let id = request.word(in: "/api/v1/sessions/*/voice/commands") {
            try expect("POST", request)
            return try stop(request, id: id, now: now)
        }
        if let id = request.word(in: "/api/v1/sessions/*/variables") {
            try expect("POST", request)
            return try reset(request, id: id, now: now)
        }
        if path == ["api", "v1", "oauth", "token"] {
            try expect("POST", request)
            return try oauth(request, now: now)
        }
        if path == ["api", "v1", "streaming", "agentassist"] {
            try expect("GET", request)
            return try assist(request, from: peer, now: now)
        }
        if path == ["api", "v1", "agentassist", "suggest"] {
            try expect("POST", request)
            return try suggest(request, now: now)
        }
        if path.count == 2 && path[0] == "audio" {
            try expect("GET", request)
            return try audio(request, file: String(path[1]), now: now)
        }
        if path == ["tts", "synthesize"] {
            try expect("POST", request)
            return try speech(request)
        }
        if path == ["api", "v2", "bots"] {
            try expect("GET", request)
            return try bots(request)
        }
        if path == ["api", "v2", "dialogs"] {
            try expect("POST", request)
            return try dialog(request, from: peer, now: now)
        }
        if path == ["stt"] || path == ["v1", "audio", "transcriptions"] {
            try expect("POST", request)
            return try recognition(request, isForm: path.count == 3)
        }
        throw Breach(404, "\(request.method) \(request.target): no such path")
    }

    private func expect(_ method: String, _ request: Request) throws(Breach) {
        if request.method != method { throw Breach(405, "\(request.method) \(request.target): not that method") }
        if method == "GET" && !request.body.isEmpty { throw Breach(400, "GET \(request.target) with a body") }
        if request["host"] == nil { throw Breach(400, "\(request.target) without one Host header") }
    }

    private static let logins = ["/api/v1/auth", "/api/v1/auth/login", "/api/v1/oauth/token"]

    /// Secrets belong into the bodies of the token requests and into Authorization, and nowhere else.
    private func refuseLeaks(in request: Request) throws(Breach) {
        let headers = request.headers.filter { $0.name != "authorization" }.map(\.value)
        let body = Self.logins.contains(request.target) ? [] : request.body
        if holdsSecret(body) || (headers + [request.target]).contains(where: { holdsSecret(Array($0.utf8)) }) {
            throw Breach(400, "a secret where it does not belong")
        }
    }
}
