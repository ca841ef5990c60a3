import JSON

/// POST /api/v1/auth/login. Handoff and barge-in use the same path with different names in the body.
extension Service {
    private enum Spelling: String {
        case snake = "snake_case"
        case camel = "camelCase"

        var id: String { self == .snake ? "client_id" : "clientId" }
        var secret: String { self == .snake ? "client_secret" : "clientSecret" }
        var names: Set<String> { self == .snake ? [id, secret, "grant_type"] : [id, secret] }
    }

    mutating func login(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        let place = request.target
        if request.has("authorization") { throw Breach(400, "\(place): it carries an Authorization header") }
        let both = Spelling.snake.names.union(Spelling.camel.names)
        let members = try members(of: request, named: [], optional: both)
        let spelling = Spelling.camel.names.isDisjoint(with: members.keys) ? Spelling.snake : .camel
        if spelling == .camel && !Spelling.snake.names.isDisjoint(with: members.keys) {
            throw Breach(422, "\(place): the body mixes two spellings")
        }
        try check(members, named: spelling.names, in: place)
        let id = try string(spelling.id, of: members, in: place)
        let secret = try string(spelling.secret, of: members, in: place)
        if spelling == .snake && members["grant_type"] != "client_credentials" {
            throw Breach(400, "\(place): grant_type is not client_credentials")
        }

        var entry: [String: JSON] = ["client_id": .string(id), "spelling": .string(spelling.rawValue)]
        if id != scenario.clientID || secret != scenario.clientSecret {
            entry["status"] = 401
            record(.login, entry)
            return answer(.failure(401, "unknown client"))
        }
        let step = step(for: .login)
        entry["status"] = outcome(of: step, otherwise: 200)
        record(.login, entry)
        var reply: [String: JSON] = [:]
        switch spelling {
        case .snake:
            reply["token_type"] = "Bearer"
            reply["scope"] = "session:write flow:execute telephony:transfer"
            (reply["access_token"], reply["expires_in"]) = issueToken(.handoff, to: request, now: now)
        case .camel: (reply["accessToken"], reply["expiresIn"]) = issueToken(.bargeIn, to: request, now: now)
        }
        return carryOut(step, otherwise: .json(.object(reply)))
    }

    /// A new token, and its lifetime in the form that the scenario asks for.
    mutating func issueToken(
        _ audience: Tokens.Audience, to request: Request, now: Duration
    ) -> (token: JSON, life: JSON?) {
        let (seconds, life): (Int, JSON?) =
            switch scenario.lifetime {
            case .seconds(let value): (value, .integer(value))
            case .text(let value): (value, .string(String(value)))
            case .omitted: (3600, nil)
            }
        let host = request["host"] ?? ""
        return (.string(tokens.issue(audience, to: host, for: .seconds(seconds), now: now)), life)
    }
}
