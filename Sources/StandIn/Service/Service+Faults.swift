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
        case .cut: "cut"
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
        case .cut:
            let (head, body) = reply.encoded()
            return [
                Timed(delay: step.delay, effect: .send(head + body.prefix(body.count / 2))),
                Timed(delay: step.delay, effect: .drop),
            ]
        case .paced(let piece, let pause): return paced(reply, piece, pause, after: step.delay)
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

    /// Sends a sound as fast as it is heard, in pieces, chunked (RFC 9112, 7.1).
    private func paced(_ original: Reply, _ piece: Duration, _ pause: Duration, after delay: Duration) -> [Timed] {
        var reply = original
        reply.headers.append("Transfer-Encoding: chunked")
        let body = reply.body
        // A WAV file says how many bytes it has a second; a voice sends 16 kHz.
        let isFile = body.starts(with: "RIFF".utf8) && body.count > 44
        let rate = isFile ? body[28..<32].reversed().reduce(0) { $0 << 8 | Int($1) } : 32_000
        let size = max(1, Int(piece * rate / .seconds(1)))
        var sends = [Timed(delay: delay, effect: .send(reply.encoded(withLength: nil).head))]
        var delay = delay
        for start in stride(from: 0, to: body.count, by: size) {
            if start > body.count / 2, start - size <= body.count / 2 { delay += pause }
            let bytes = body[start..<min(start + size, body.count)]
            let line = Array("\(String(bytes.count, radix: 16))\r\n".utf8)
            sends.append(Timed(delay: delay, effect: .send(line + bytes + Array("\r\n".utf8))))
            delay += piece
        }
        sends.append(Timed(delay: delay - piece, effect: .send(Array("0\r\n\r\n".utf8))))
        return sends + [Timed(delay: delay - piece, effect: .answered)]
    }

    /// Sends a byte every 2 ms, and does `last` with the last one: what the client says to it must not be missed.
    func slowly(_ bytes: [UInt8], after delay: Duration, then last: Effect) -> [Timed] {
        let sends = bytes.enumerated().map { index, byte in
            Timed(delay: delay + .milliseconds(2 * index), effect: .send([byte]))
        }
        return sends + [Timed(delay: delay + .milliseconds(2 * max(bytes.count - 1, 0)), effect: last)]
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
