import JSON

/// The list of bots, and the turns of a dialog.
extension Service {
    mutating func bots(_ request: Request) throws(Breach) -> [Timed] {
        if let refusal = try keyRefusal(of: request) {
            record(.bots, ["status": .integer(refusal.status)])
            return answer(refusal)
        }
        let step = step(for: .bots)
        record(.bots, ["status": outcome(of: step, otherwise: 200)])
        let bot: JSON = ["id": .string(scenario.bot), "name": "Demo"]
        return carryOut(step, otherwise: .json([bot]))
    }

    mutating func dialog(
        _ request: Request, from peer: Peer, now: Duration
    ) throws(Breach) -> [Timed] {
        let place = request.target
        let names: Set = ["botId", "dialogId", "userId", "inputs", "sessionData"]
        let members = try members(of: request, named: names)
        let bot = try string("botId", of: members, in: place)
        let dialog = try string("dialogId", of: members, in: place)
        let user = try string("userId", of: members, in: place)
        if user.isEmpty { throw Breach(422, "\(place): userId is empty") }
        guard var data = members["sessionData"]?.object else { throw Breach(422, "\(place): sessionData is no object") }
        guard let inputs = members["inputs"]?.array, inputs.count == 1, let input = inputs[0].object else {
            throw Breach(422, "\(place): inputs is not a list of one input")
        }
        try check(input, named: ["type", "text"], in: "\(place): input")
        let text = try string("text", of: input, in: "\(place): input")
        if input["type"] != "text" || text.isEmpty { throw Breach(422, "\(place): the input is no text") }

        var entry: [String: JSON] = [
            "userId": .string(user), "text": .string(text), "sessionData": .object(data),
        ]
        var refusal = try keyRefusal(of: request)
        if refusal == nil && (bot != scenario.bot || dialog != scenario.dialog) {
            refusal = .failure(404, "no such bot or dialog")
        }
        if let refusal {
            entry["status"] = .integer(refusal.status)
            record(.dialog, entry)
            return answer(refusal)
        }
        let step = step(for: .dialog(text))
        entry["status"] = outcome(of: step, otherwise: 200)
        dialogs[peer.connection] = step.action == .hang ? now + .seconds(86_400) : now + step.delay
        entry["at_once"] = .integer(dialogs.count { $0.key == peer.connection || $0.value > now })
        let words = step.action.words ?? "You said: \(text)"
        if step.action.isSpoken { entry["answer"] = .string(words) }
        record(.dialog, entry)

        let turns = if case .integer(let count)? = data["turns"] { count } else { 0 }
        data["turns"] = .integer(turns &+ 1)
        let reply: JSON = [
            "outputs": [["text": .string(words)]], "nextState": "listening",
            "intent": ["name": "demo", "confidence": 0.9], "sessionData": .object(data),
        ]
        return carryOut(step, otherwise: .json(reply))
    }

    /// Judges the API key: nil if it is right. A wrong one is answered and is no breach, because it may be a mistake in
    /// the user's configuration.
    private func keyRefusal(of request: Request) throws(Breach) -> Reply? {
        guard let value = request["authorization"], value.hasPrefix("ApiKey ") else {
            throw Breach(401, "\(request.target): no ApiKey")
        }
        return value == "ApiKey \(scenario.apiKey)" ? nil : .failure(401, "unknown API key")
    }
}

extension Scenario.Action {
    /// The text of `say`; nil for any other action.
    var words: String? { if case .say(let text) = self { text } else { nil } }

    fileprivate var isSpoken: Bool {
        switch self {
        case .ok, .slow, .say: true
        default: false
        }
    }
}
