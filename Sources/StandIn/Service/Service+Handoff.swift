import JSON

/// Handoff in three steps: a look at the session, a mark for the transfer, a run of the flow.
extension Service {
    mutating func look(_ request: Request, id: String, now: Duration) throws(Breach) -> [Timed] {
        try serve(request, .look, noting: .look, of: .handoff, about: id, now: now) { session, entry in
            let reply = session.look(id: id)
            entry["session"] = reply["status"]
            entry["variables"] = reply["variables"]
            return reply
        }
    }

    mutating func mark(_ request: Request, id: String, now: Duration) throws(Breach) -> [Timed] {
        let place = request.target
        let members = try members(of: request, named: ["variables", "telephony"])
        guard let variables = members["variables"]?.object else {
            throw Breach(422, "\(place): variables is no object")
        }
        guard case .string(let target)? = variables["transferTarget"], !target.isEmpty else {
            throw Breach(422, "\(place): transferTarget is no text")
        }
        let orders: [String: JSON] = [
            "transferType": "queue", "handoffTrigger": true, "telephonyAction": "transfer",
        ]
        try check(variables, against: orders, in: place)
        if members["telephony"] != ["action": "transfer", "preserveMediaStream": true] {
            throw Breach(422, "\(place): telephony is not a transfer that preserves the media stream")
        }
        let details: [String: JSON] = ["variables": .object(variables)]
        return try serve(request, .mark, noting: .mark, of: .handoff, about: id, details, now: now) {
            (session, _) throws(Breach) in
            try session.mark(variables, id: id)
        }
    }

    mutating func run(_ request: Request, now: Duration) throws(Breach) -> [Timed] {
        let place = request.target
        let members = try members(of: request, named: ["sessionId", "intent", "text", "channel"])
        let id = try string("sessionId", of: members, in: place)
        let orders: [String: JSON] = [
            "intent": "__system_transfer__", "text": "agent_handoff_requested", "channel": "voice",
        ]
        try check(members, against: orders, in: place)
        // The session of a call may have ended since it was marked, and is then answered with 404.
        if live[id] == nil && sessions[id] == nil { throw Breach(422, "a run of a session that nobody marked") }
        let execution = "exec-" + String(UInt64.random(in: .min ... .max), radix: 16)
        return try serve(request, .run, noting: .run, of: .handoff, about: id, now: now) {
            (session, entry) throws(Breach) in
            let target = try session.run()
            entry["transferTarget"] = target
            return [
                "flowExecutionId": .string(execution), "sessionId": .string(id), "status": "completed",
                "result": ["action": "transfer", "targetQueue": target, "mediaStreamStatus": "bridged"],
            ]
        }
    }

    /// Answers a request about a session as the scenario says. `work` changes the session, may add to the journal entry
    /// and returns the reply; if the scenario lets the request fail, its changes are dropped.
    mutating func serve(
        _ request: Request, _ trigger: Scenario.Trigger, noting event: Journal.Event,
        of audience: Tokens.Audience, about id: String, _ details: [String: JSON] = [:], now: Duration,
        work: (inout LiveSession, inout [String: JSON]) throws(Breach) -> JSON
    ) throws(Breach) -> [Timed] {
        var entry = details
        entry["id"] = .string(id)
        let refusal = try refusal(of: request, to: audience, caller: id, now: now)
        guard refusal == nil, var session = live[id] else {
            let reply = refusal ?? .failure(404, "no such session, or it has ended")
            entry["status"] = .integer(reply.status)
            record(event, entry)
            return answer(reply)
        }
        var step = step(for: trigger)
        revokeIfRefused(request, by: step, caller: id)
        if case .processing(let looks) = step.action {
            live[id]?.beginWork(looks: looks)
            if trigger == .look {
                session.beginWork(looks: looks)
                step.action = .ok
            }
        }
        var done = entry
        let reply = try work(&session, &done)
        let status = outcome(of: step, otherwise: 200)
        if status == 200 {
            live[id] = session
            entry = done
        } else if status == 409 {
            live[id]?.wasAnswered409()
        }
        entry["status"] = status
        record(event, entry)
        return carryOut(step, otherwise: .json(reply))
    }
}
