import JSON

/// Barge-in: the prompt is stopped, and the variables of the flow are reset.
extension Service {
    mutating func stop(_ request: Request, id: String, now: Duration) throws(Breach) -> [Timed] {
        let orders: [String: JSON] = ["command": "stop", "reason": "user_interrupt", "sessionId": .string(id)]
        let members = try members(of: request, named: Set(orders.keys))
        try check(members, against: orders, in: request.target)
        return try serve(request, .stop, noting: .stop, of: .bargeIn, about: id, now: now) { _, _ in
            ["success": true, "sessionId": .string(id), "commandExecuted": "stop"]
        }
    }

    mutating func reset(_ request: Request, id: String, now: Duration) throws(Breach) -> [Timed] {
        let place = request.target
        let members = try members(of: request, named: ["variables"])
        guard let list = members["variables"]?.array else { throw Breach(422, "\(place): variables is no list") }
        var variables: [String: JSON] = [:]
        for item in list {
            try check(item.object ?? [:], named: ["key", "value"], in: "\(place): variable")
            let key = try string("key", of: item.object ?? [:], in: "\(place): variable")
            if variables[key] != nil { throw Breach(422, "\(place): \(key) stands there twice") }
            variables[key] = item.object?["value"]
        }
        let orders: [String: JSON] = [
            "cx.barage_in_detected": true, "cx.current_intent": "", "cx.partial_transcript": "",
            "cx.flow_state": "interrupt_recover",
        ]
        try check(variables, named: Set(orders.keys).union(["cx.interrupt_confidence"]), in: place)
        try check(variables, against: orders, in: place)
        switch variables["cx.interrupt_confidence"] {
        case .integer(1): break
        case .number(0.75...1): break
        default: throw Breach(422, "\(place): cx.interrupt_confidence is no number from 0.75 to 1")
        }
        let details: [String: JSON] = ["variables": .object(variables)]
        return try serve(request, .reset, noting: .reset, of: .bargeIn, about: id, details, now: now) { session, _ in
            session.set(variables)
            return ["sessionId": .string(id), "updatedVariables": .array(variables.keys.sorted().map(JSON.string))]
        }
    }
}
