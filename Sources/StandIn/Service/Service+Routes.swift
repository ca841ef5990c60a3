/// The table of the requests that the service knows.
extension Service {
    private enum Endpoint {
        case token, session, flows, voice
        case login, look, mark, run
        case stop, reset
        case oauth, assist, suggest
        case audio, speech, speechStream
        case bots, dialog, recognition, recognitionByForm, hearing, hearingByVosk
        case connect, post, testPost
    }

    private struct Route {
        let method: String
        /// May have a star for one part, or end with a question mark before any query.
        let path: String
        let endpoint: Endpoint

        init(_ method: String, _ path: String, _ endpoint: Endpoint) {
            self.method = method
            self.path = path
            self.endpoint = endpoint
        }

        /// The part of the path at the star, or the query; empty without either. Nil if the request has another path.
        func word(of request: Request) -> String? {
            if path.hasSuffix("?") {
                return request.target.hasPrefix(path) ? String(request.target.dropFirst(path.count)) : nil
            }
            if path.contains("*") {
                let word = request.word(in: path)
                if endpoint == .post || endpoint == .testPost, !Service.isEndpointToken(word ?? "") { return nil }
                return word
            }
            return request.target == path ? "" : nil
        }
    }

    private static let routes = [
        Route("POST", "/api/v1/auth", .token),
        Route("POST", "/api/v1/sessions", .session),
        Route("GET", "/api/v1/flows", .flows),
        Route("GET", "/api/v1/sessions/*/voice", .voice),
        Route("POST", "/api/v1/auth/login", .login),
        Route("GET", "/api/v1/session/*", .look),
        Route("PUT", "/api/v1/session/*", .mark),
        Route("POST", "/api/v1/flow", .run),
        Route("POST", "/api/v1/sessions/*/voice/commands", .stop),
        Route("POST", "/api/v1/sessions/*/variables", .reset),
        Route("POST", "/api/v1/oauth/token", .oauth),
        Route("GET", "/api/v1/streaming/agentassist", .assist),
        Route("POST", "/api/v1/agentassist/suggest", .suggest),
        Route("GET", "/audio/*", .audio),
        Route("POST", "/tts/synthesize", .speech),
        Route("GET", "/tts/stream?", .speechStream),
        Route("GET", "/api/v2/bots", .bots),
        Route("POST", "/api/v2/dialogs", .dialog),
        Route("POST", "/stt", .recognition),
        Route("POST", "/v1/audio/transcriptions", .recognitionByForm),
        Route("GET", "/stt/websocket", .hearing),
        Route("GET", "/stt/vosk", .hearingByVosk),
        Route("GET", "/socket.io/?", .connect),
        Route("POST", "/*", .post),
        Route("POST", "/test/*", .testPost),
    ]

    /// Answers a request by the table. A path or method that is not there breaks the contract.
    mutating func route(_ request: Request, from peer: Peer, now: Duration) throws(Breach) -> [Timed] {
        let known = Self.routes.filter { $0.word(of: request) != nil }
        let place = Self.place(of: request)
        if known.isEmpty { throw Breach(404, "\(request.method) \(place): no such path") }
        guard let route = known.first(where: { $0.method == request.method }) else {
            throw Breach(405, "\(request.method) \(place): not that method")
        }
        if route.method == "GET" && !request.body.isEmpty { throw Breach(400, "GET \(place) with a body") }
        if request["host"] == nil { throw Breach(400, "\(place) without one Host header") }
        return try answer(request, at: route.endpoint, route.word(of: request) ?? "", from: peer, now: now)
    }

    /// `word`: the part of the path at the star.
    private mutating func answer(
        _ request: Request, at endpoint: Endpoint, _ word: String, from peer: Peer, now: Duration
    ) throws(Breach) -> [Timed] {
        switch endpoint {
        case .token: try token(request, now: now)
        case .session: try session(request, now: now)
        case .flows: try flows(request, now: now)
        case .voice: try voice(request, id: word, from: peer, now: now)
        case .login: try login(request, now: now)
        case .look: try look(request, id: word, now: now)
        case .mark: try mark(request, id: word, now: now)
        case .run: try run(request, now: now)
        case .stop: try stop(request, id: word, now: now)
        case .reset: try reset(request, id: word, now: now)
        case .oauth: try oauth(request, now: now)
        case .assist: try assist(request, from: peer, now: now)
        case .suggest: try suggest(request, now: now)
        // The file name as it was sent: an address that the stand-in gives has no escapes.
        case .audio: try audio(request, file: String(request.path[1]), now: now)
        case .speech: try speech(request)
        case .speechStream: try speechStream(request, query: word, from: peer)
        case .bots: try bots(request)
        case .dialog: try dialog(request, from: peer, now: now)
        case .recognition: try recognition(request, isForm: false)
        case .recognitionByForm: try recognition(request, isForm: true)
        case .hearing: try hear(request, .websocket, from: peer)
        case .hearingByVosk: try hear(request, .vosk, from: peer)
        case .connect: try connect(request, query: word, from: peer)
        case .post: try post(request, token: word, isTest: false)
        case .testPost: try post(request, token: word, isTest: true)
        }
    }
}
