import JSON

/// Agent assist: the token, which is asked for with a form, the stream of interactions, and suggestions.
extension Service {
    private static let scope = "agentassist:read dialog:read analytics:write streaming:subscribe"

    mutating func oauth(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        let place = request.target
        if request.has("authorization") { throw Breach(400, "\(place): it carries an Authorization header") }
        if request["content-type"]?.lowercased() != "application/x-www-form-urlencoded" {
            throw Breach(415, "\(place): the body's type is not application/x-www-form-urlencoded")
        }
        guard let fields = URLForm.fields(request.body) else { throw Breach(400, "\(place): that is no form") }
        try check(
            fields.mapValues { .string($0) }, named: ["grant_type", "client_id", "client_secret", "scope"], in: place)
        if fields["grant_type"] != "client_credentials" {
            throw Breach(400, "\(place): grant_type is not client_credentials")
        }
        if fields["scope"] != Self.scope { throw Breach(400, "\(place): scope is not \(Self.scope)") }

        let id = JSON.string(fields["client_id"] ?? "")
        if fields["client_id"] != scenario.clientID || fields["client_secret"] != scenario.clientSecret {
            record(.oauth, ["status": 401, "client_id": id])
            return answer(.failure(401, "unknown client"))
        }
        let step = step(for: .oauth)
        record(.oauth, ["status": outcome(of: step, otherwise: 200), "client_id": id])
        var reply: [String: JSON] = ["token_type": "Bearer"]
        (reply["access_token"], reply["expires_in"]) = issueToken(.assist, to: request, now: now)
        return carryOut(step, otherwise: .json(.object(reply)))
    }

    // MARK: The stream

    mutating func assist(
        _ request: Request, from peer: Peer, now: Duration
    ) throws(Breach) -> [Timed] {
        let key = try key(of: request, "agent-assist", from: peer)
        streams += 1
        let id = "stream-\(streams)"
        if let refusal = try refusal(of: request, to: .assist, caller: "stream", now: now) {
            record(.assist, ["status": .integer(refusal.status), "id": .string(id)])
            return answer(refusal)
        }
        let step = step(for: .assist)
        revokeIfRefused(request, by: step, caller: "stream")
        if let upgrade = upgrade(key: key, step, then: .openAssist(id: id)) { return upgrade }
        record(.assist, ["status": outcome(of: step, otherwise: 200), "id": .string(id)])
        return carryOut(step, otherwise: Reply())
    }

    /// The stream is open. Returns the events of the scenario.
    mutating func openAssist(_ id: String, on connection: Int) -> [Timed] {
        record(.assist, ["status": 101, "id": .string(id)])
        sockets[connection] = OpenSocket(id: id, isAssist: true)
        return play.streaming().flatMap { timed($0.steps) }
    }

    // MARK: Suggestions

    mutating func suggest(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        let place = request.target
        let members = try members(
            of: request, named: ["interactionId", "transcript", "sentimentScore", "context"])
        let id = try string("interactionId", of: members, in: place)
        if id.isEmpty { throw Breach(422, "\(place): interactionId is empty") }
        switch members["transcript"] {
        case .string, .null: break
        default: throw Breach(422, "\(place): transcript is neither a string nor null")
        }
        switch members["sentimentScore"] {
        case .integer, .number, .null: break
        default: throw Breach(422, "\(place): sentimentScore is neither a number nor null")
        }
        if members["context"]?.object == nil { throw Breach(422, "\(place): context is no object") }

        var entry = members
        if let refusal = try refusal(of: request, to: .assist, caller: id, now: now) {
            entry["status"] = .integer(refusal.status)
            record(.suggest, entry)
            return answer(refusal)
        }
        let step = step(for: .suggest(id))
        revokeIfRefused(request, by: step, caller: id)
        entry["status"] = outcome(of: step, otherwise: 200)
        record(.suggest, entry)
        let text = step.action.words ?? "I can look into that: \(members["transcript"]?.string ?? "no words")"
        let suggestions: JSON = [
            ["text": .string(text), "confidence": 0.92, "source": "knowledge"],
            ["text": "One moment, please.", "confidence": 0.5, "source": "small talk"],
        ]
        return carryOut(step, otherwise: .json(["suggestions": suggestions]))
    }
}
