import JSON
import WebSocket

/// The turns of a conversation by the endpoint's socket: an input, what the flow says, and the end of the turn.
extension Service {
    /// Takes an event of the client. The only one is `processInput`.
    mutating func take(_ values: [JSON], on connection: Int) -> [Timed] {
        guard let socket = sockets[connection], let introduction = socket.link?.introduction else { return [] }
        let input: EndpointInput
        let channel: String
        do throws(Breach) { (input, channel) = try judge(values, from: introduction) } catch {
            return breach(error.what, closing: connection, with: .policyViolation)
        }
        var entry = input.details
        entry["id"] = .string(socket.id)
        entry["user"] = .string(introduction.user ?? "")
        entry["surface"] = "socketio"
        entry["channel"] = .string(channel)
        entry["test"] = .bool(introduction.isTest)
        record(.input, entry)
        let steps = answer(to: input, in: socket.id)
        return emit(ClientPacket.event("typingStatus", ["status": "typingOn"]), on: connection)
            + acts(steps, trace: Self.trace("realtimeClient"))
    }

    private func judge(
        _ values: [JSON], from introduction: Introduction
    ) throws(Breach) -> (EndpointInput, channel: String) {
        guard values.count == 2, values[0] == "processInput", let members = values[1].object else {
            throw Breach(422, "/socket.io/: an event that is not processInput with one object")
        }
        let place = "processInput"
        try check(
            members, named: ["URLToken", "userId", "sessionId", "channel", "source", "resetFlow", "text"],
            optional: ["data", "passthroughIP"], in: place)
        let orders: [String: JSON] = [
            "URLToken": .string(introduction.token ?? ""), "userId": .string(introduction.user ?? ""),
            "sessionId": .string(introduction.session ?? ""), "source": "device", "resetFlow": false,
        ]
        // Not by `check(_:against:in:)`, which would tell the token.
        if let wrong = orders.keys.sorted().first(where: { members[$0] != orders[$0] }) {
            throw Breach(422, "\(place): \(wrong) is wrong")
        }
        if members["passthroughIP"] ?? .null != .null { throw Breach(422, "\(place): passthroughIP is not null") }
        let channel = try string("channel", of: members, in: place)
        if channel.isEmpty { throw Breach(422, "\(place): channel is empty") }
        let text = try string("text", of: members, in: place)
        if let data = members["data"], data.object == nil { throw Breach(422, "\(place): data is no object") }
        return (EndpointInput(text: text, data: members["data"]), channel)
    }

    /// The steps of the rule for an input: the one for its event before the one for its text. They end with the end of
    /// the turn, if the rule does not say otherwise.
    mutating func answer(to input: EndpointInput, in session: String) -> [Scenario.Step] {
        var steps: [Scenario.Step]?
        if let name = input.name { steps = conversations[session]?.play.first(for: .event(name))?.steps }
        steps = steps ?? conversations[session]?.play.first(for: .input(input.text))?.steps
        let answer = steps ?? (input.text.isEmpty ? [] : [Scenario.Step(action: .say("You said: \(input.text)"))])
        return answer.contains(where: \.action.endsTurn) ? answer : answer + [Scenario.Step(action: .final("regular"))]
    }

    /// The steps one after the other, each after its delay. `ok`: what the action of this name means here.
    func acts(
        _ steps: [Scenario.Step], trace: String, ok: EndpointAct? = nil, after start: Duration = .zero
    ) -> [Timed] {
        var delay = start
        return steps.map { step in
            delay += step.delay
            let act = step.action == .ok ? ok : nil
            return Timed(delay: delay, effect: .endpoint(act ?? .perform(step.action, trace: trace)))
        }
    }

    /// Carries out an action of the scenario on an open socket of the endpoint.
    mutating func perform(_ action: Scenario.Action, trace: String, on connection: Int) -> [Timed] {
        guard let socket = sockets[connection], socket.link != nil, !socket.isSilent else { return [] }
        if let data = outputData(of: action, trace: trace) {
            conversations[socket.id]?.lastOutput = data
            return output(data, on: connection)
        }
        switch action {
        case .again: return conversations[socket.id]?.lastOutput.map { output($0, on: connection) } ?? []
        case .error(let text):
            let data = Self.failure(text)
            note("error", data, to: socket.id)
            return say("output", ["type": "error", "data": data], on: connection)
        case .exception(let value):
            note("exception", value, to: socket.id)
            return emit(ClientPacket.event("exception", value), on: connection)
        case .final(let type):
            note("finalPing", ["type": .string(type)], to: socket.id)
            return say("finalPing", ["type": .string(type)], on: connection)
        case .garbage:
            note("garbage", "garbage", to: socket.id)
            return emit("42[\"output\",{\"type\":", on: connection)
        case .packet(let text):
            note("packet", .string(text), to: socket.id)
            if text == "2" { sockets[connection]?.link?.openPings += 1 }
            var effects = emit(text, on: connection)
            if case .event(let id?, _)? = ClientPacket(text) { effects += expectAck(id, on: connection) }
            return effects
        case .ok, .hang, .send: return []
        default: return perform(action, on: connection)
        }
    }

    /// What the flow says when it has failed.
    static func failure(_ text: String) -> JSON { ["error": ["code": 500, "message": .string(text)]] }

    /// The data of the output that an action is; nil if it is none.
    func outputData(of action: Scenario.Action, trace: String) -> JSON? {
        switch action {
        case .say(let text): Self.output(text, data: [:], trace: trace)
        case .command(let commands):
            Self.output("", data: ["_cognigy": ["_voiceGateway2": ["json": completing(commands)]]], trace: trace)
        case .output(let data): completing(data)
        default: nil
        }
    }

    private static func output(_ text: String, data: JSON, trace: String) -> JSON {
        [
            "text": .string(text), "data": data, "traceId": .string(trace), "disableSensitiveLogging": false,
            "source": "bot",
        ]
    }

    /// A new id of an input, in Cognigy's form.
    static func trace(_ kind: String) -> String {
        let digits = (0..<32).map { _ in String(UInt8.random(in: 0...15), radix: 16) }.joined()
        let ends = [8, 12, 16, 20, 32]
        let parts = zip([0] + ends, ends).map { String(digits.dropFirst($0).prefix($1 - $0)) }
        return "endpoint-\(kind)-" + parts.joined(separator: "-")
    }

    /// The value with whole addresses instead of the stand-in's own paths of sounds.
    private func completing(_ value: JSON) -> JSON {
        switch value {
        case .string(let text):
            let isOwn = text.hasPrefix("/audio/") || text.hasPrefix("//localhost/audio/")
            return isOwn ? .string(complete(text)) : value
        case .array(let values): return .array(values.map(completing))
        case .object(let members): return .object(members.mapValues(completing))
        default: return value
        }
    }

    private mutating func output(_ data: JSON, on connection: Int) -> [Timed] {
        note("output", data, to: sockets[connection]?.id ?? "")
        return say("output", ["type": "output", "data": data], on: connection)
    }

    /// Sends an event, with an id if the client has said that it acknowledges them.
    private mutating func say(_ name: String, _ payload: JSON, on connection: Int) -> [Timed] {
        if sockets[connection]?.link?.introduction.wantsAcks == true {
            return ask(name, payload, on: connection).effects
        }
        return emit(ClientPacket.event(name, payload), on: connection)
    }

    /// Notes what is said to a client of the endpoint.
    func note(_ kind: String, _ message: JSON, to session: String) {
        record(.sent, ["id": .string(session), "kind": .string(kind), "message": message])
    }
}

extension Scenario.Action {
    /// Whether no `finalPing` follows by itself.
    fileprivate var endsTurn: Bool {
        switch self {
        case .final, .hang, .drop, .close, .silence: true
        default: false
        }
    }
}
