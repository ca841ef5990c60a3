import JSON

/// The endpoint by REST: a POST for each turn, and all that the flow says in the answer.
extension Service {
    /// What Cognigy takes in one request.
    private static let largestPost = 60_000

    mutating func post(_ original: Request, token: String, isTest: Bool) throws(Breach) -> [Timed] {
        var request = original
        // What is said of the request tells no token.
        request.target = Self.place(of: original)
        let place = request.target
        if request.has("authorization") { throw Breach(400, "\(place): it carries an Authorization header") }
        if request.body.count > Self.largestPost { throw Breach(413, "\(place): the body is larger than 60 kB") }
        let members = try members(of: request, named: ["userId", "sessionId"], optional: ["text", "data"])
        let user = try string("userId", of: members, in: place)
        let session = try string("sessionId", of: members, in: place)
        if !Introduction.isID(user) || !Introduction.isID(session) {
            throw Breach(422, "\(place): an id is empty, or has characters that are escaped elsewhere")
        }
        try optionalString("text", of: members, in: place)
        if let data = members["data"], data.object == nil { throw Breach(422, "\(place): data is no object") }
        if members["text"] == nil && members["data"] == nil { throw Breach(422, "\(place): neither text nor data") }
        if conversations[session]?.user ?? user != user { throw Breach(422, "\(place): a second user of a session") }

        let input = EndpointInput(text: members["text"]?.string ?? "", data: members["data"])
        var entry = input.details
        entry["id"] = .string(session)
        entry["user"] = .string(user)
        entry["surface"] = "rest"
        entry["test"] = .bool(isTest)
        if token != scenario.endpointToken {
            entry["status"] = 404
            record(.input, entry)
            return answer(.failure(404, "no endpoint has this token"))
        }
        let step = step(for: .post)
        entry["status"] = outcome(of: step, otherwise: 200)
        record(.input, entry)
        converse(session, user)
        // A request that fails does not reach the flow.
        let steps = step.action.reachesFlow ? answer(to: input, in: session) : []
        return carryOut(step, with: steps, user: user, session: session)
    }

    private mutating func carryOut(
        _ step: Scenario.Step, with steps: [Scenario.Step], user: String, session: String
    ) -> [Timed] {
        let trace = Self.trace("httpIncomingMessage")
        var whole = step
        var stack: [JSON] = []
        var error: JSON?
        for next in steps {
            whole.delay += next.delay
            if let data = outputData(of: next.action, trace: trace) {
                conversations[session]?.lastOutput = data
                stack.append(data)
            }
            switch next.action {
            case .again: stack += conversations[session]?.lastOutput.map { [$0] } ?? []
            case .error(let text): error = Self.failure(text)
            case .exception(let value): error = ["error": value]
            case .garbage: whole.action = .garbage
            case .drop, .close: return [Timed(delay: whole.delay, effect: .drop)]
            case .hang, .silence: return []
            default: break
            }
        }
        for message in stack { note("output", message, to: session) }
        let texts = stack.compactMap { $0["text"]?.string }.filter { !$0.isEmpty }
        let data = stack.compactMap { $0["data"]?.object }.reduce(into: [:]) { $0.merge($1) { $1 } }
        let reply: JSON = [
            "text": .string(texts.joined(separator: " ")), "data": .object(data), "outputStack": .array(stack),
            "userId": .string(user), "sessionId": .string(session),
        ]
        return carryOut(whole, otherwise: .json(error ?? reply))
    }
}

extension Scenario.Action {
    fileprivate var reachesFlow: Bool {
        switch self {
        case .ok, .slow, .stall, .huge: true
        default: false
        }
    }
}
