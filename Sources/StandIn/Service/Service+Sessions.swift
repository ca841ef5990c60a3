import JSON

/// What a call begins with: the token, the session, and the list of flows that `check` asks for.
extension Service {
    mutating func token(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        if request.has("authorization") { throw Breach(400, "the token request carries an Authorization header") }
        let names: Set = ["grant_type", "client_id", "client_secret"]
        let members = try members(of: request, named: names)
        let id = try string("client_id", of: members, in: request.target)
        let secret = try string("client_secret", of: members, in: request.target)
        if try string("grant_type", of: members, in: request.target) != "client_credentials" {
            throw Breach(400, "grant_type is not client_credentials")
        }
        if id != scenario.clientID || secret != scenario.clientSecret {
            record(.token, ["status": 401, "client_id": .string(id)])
            return answer(.failure(401, "unknown client"))
        }
        let step = step(for: .token)
        record(.token, ["status": outcome(of: step, otherwise: 200), "client_id": .string(id)])
        var reply: [String: JSON] = [:]
        (reply["access_token"], reply["expires_in"]) = issueToken(.call, to: request, now: now)
        return carryOut(step, otherwise: .json(.object(reply)))
    }

    mutating func session(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        let members = try members(of: request, named: ["flowId", "sessionId", "metadata"])
        let flow = try string("flowId", of: members, in: request.target)
        let caller = try string("sessionId", of: members, in: request.target)
        let metadata = members["metadata"]?.object ?? [:]
        let place = "\(request.target): metadata"
        try check(metadata, named: ["source", "caller"], optional: ["locale"], in: place)
        try optionalString("locale", of: metadata, in: place)
        let number = try string("caller", of: metadata, in: place)
        if caller.isEmpty { throw Breach(422, "\(request.target): sessionId is empty") }
        if metadata["source"] != "asterisk_agi" { throw Breach(422, "\(request.target): source is not asterisk_agi") }

        var entry: [String: JSON] = [
            "flowId": .string(flow), "sessionId": .string(caller), "caller": .string(number),
        ]
        if let refusal = try refusal(of: request, to: .call, caller: caller, now: now) {
            record(.session, entry.merging(["status": .integer(refusal.status)]) { $1 })
            return answer(refusal)
        }
        if flow != scenario.flow {
            record(.session, entry.merging(["status": 403]) { $1 })
            return answer(.failure(403, "no access to this flow"))
        }
        let step = step(for: .session)
        revokeIfRefused(request, by: step, caller: caller)
        let id = step.action.sessionID ?? "s-" + String(UInt64.random(in: .min ... .max), radix: 16)
        if step.action.isSuccess {
            sessions[id] = Session(caller: caller, play: Scenario.Play(scenario))
            live[id] = LiveSession(scenario.sessions[id] ?? Scenario.Session(userID: number))
            entry["id"] = .string(id)
        }
        record(.session, entry.merging(["status": outcome(of: step, otherwise: 201)]) { $1 })
        return carryOut(step, otherwise: .json(["id": .string(id)], status: 201))
    }

    mutating func flows(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        if let refusal = try refusal(of: request, to: .call, caller: "", now: now) {
            record(.flows, ["status": .integer(refusal.status)])
            return answer(refusal)
        }
        let step = step(for: .flows)
        revokeIfRefused(request, by: step, caller: "")
        record(.flows, ["status": outcome(of: step, otherwise: 200)])
        let flow: JSON = ["id": .string(scenario.flow), "name": "Demo"]
        return carryOut(step, otherwise: .json([flow]))
    }

    /// Revokes the token of a request that the scenario answers with 401.
    mutating func revokeIfRefused(_ request: Request, by step: Scenario.Step, caller: String) {
        if case .status(401, _, _) = step.action, let token = bearer(of: request) {
            tokens.revoke(token, toldTo: caller)
        }
    }
}

extension Scenario.Action {
    /// Whether the request succeeds, in whatever form the reply comes.
    fileprivate var isSuccess: Bool {
        switch self {
        case .ok, .slow, .reply: true
        default: false
        }
    }

    /// The id of the session, if the scenario gives a reply of its own.
    fileprivate var sessionID: String? {
        if case .reply(let value) = self { value["id"]?.string } else { nil }
    }
}
