import JSON

/// Replies, and the faults that a scenario plays instead.
extension Service {
    func answer(_ reply: Reply, after delay: Duration = .zero) -> [Timed] {
        let (head, body) = reply.encoded()
        return [
            Timed(delay: delay, effect: .send(head + body)), Timed(delay: delay, effect: .answered),
        ]
    }

    /// What the scenario says for this trigger; `ok` if it says nothing.
    mutating func step(for trigger: Scenario.Trigger) -> Scenario.Step {
        play.first(for: trigger)?.steps.first ?? Scenario.Step(action: .ok)
    }

    /// The outcome for the journal: a status, or the name of the fault.
    func outcome(of step: Scenario.Step, otherwise status: Int) -> JSON {
        switch step.action {
        case .status(let status, _, _): .integer(status)
        case .processing: 409
        case .redirect: 302
        case .drop: "drop"
        case .hang: "hang"
        case .stall: "stall"
        default: .integer(status)
        }
    }

    /// Sends `reply`, or what the scenario has instead.
    func carryOut(_ step: Scenario.Step, otherwise reply: Reply) -> [Timed] {
        var reply = reply
        switch step.action {
        case .status(let status, let retryAfter, let body):
            reply = .failure(status, "the scenario wants it so", retryAfter: retryAfter)
            if let body { reply.body = body.serialized }
        case .processing: reply = .failure(409, "the session is at work")
        case .reply(let value): reply.body = value.serialized
        case .garbage: reply.body = Array("<html>this is neither JSON nor audio</html>".utf8)
        case .deep: reply.body = Array((String(repeating: "[", count: 100) + String(repeating: "]", count: 100)).utf8)
        case .redirect(let target):
            reply = Reply(status: 302, headers: ["Location: \(complete(target))"])
        case .huge: return hugeReply(reply, after: step.delay)
        case .slow:
            let (head, body) = reply.encoded()
            return slowly(head + body, after: step.delay, then: .answered)
        case .stall:
            let (head, body) = reply.encoded()
            return [Timed(delay: step.delay, effect: .send(head + body.prefix(body.count / 2)))]
        case .drop: return [Timed(delay: step.delay, effect: .drop)]
        case .hang: return []
        default: break
        }
        return answer(reply, after: step.delay)
    }

    /// More than a client accepts: 2 MiB of JSON or 11 MiB of sound, sent without a Content-Length.
    private func hugeReply(_ original: Reply, after delay: Duration) -> [Timed] {
        var reply = original
        if reply.type == "application/json" {
            reply.body = JSON.object(["id": .string(String(repeating: "x", count: 2 << 20))]).serialized
        } else {
            reply.body += [UInt8](repeating: 0, count: 11 << 20)
        }
        let (head, body) = reply.encoded(withLength: false)
        return [Timed(delay: delay, effect: .send(head + body)), Timed(delay: delay, effect: .finish)]
    }

    /// Sends a byte every 2 ms, and then `last`.
    func slowly(_ bytes: [UInt8], after delay: Duration, then last: Effect) -> [Timed] {
        let sends = bytes.enumerated().map { index, byte in
            Timed(delay: delay + .milliseconds(2 * index), effect: .send([byte]))
        }
        return sends + [Timed(delay: delay + .milliseconds(2 * bytes.count), effect: last)]
    }

    /// A complete address. A scenario does not know the port of the service, so it writes `/path` for an address of the
    /// service, and `//host/path` for the same under another name.
    func complete(_ url: String) -> String {
        let parts = baseURL.split(separator: ":")
        if url.hasPrefix("//") {
            let rest = url.dropFirst(2)
            let host = rest.prefix { $0 != "/" }
            return "\(parts[0])://\(host):\(parts[2])\(rest.dropFirst(host.count))"
        }
        return url.hasPrefix("/") ? baseURL + url : url
    }
}
