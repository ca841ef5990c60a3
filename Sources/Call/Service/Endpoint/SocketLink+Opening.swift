import Cognigy
import HTTP
import SocketIO

extension SocketLink {
    // MARK: Opening it, again and again

    mutating func connect(_ context: inout Context) {
        stage = .connecting
        let introduction = plan.endpoint.introduction(plan.parties, isTest: plan.isTest)
        side = ClientSide(plan.version, introduction: introducesLater ? introduction : nil)
        context.timers.set(.handshake, context.now + Self.handshakeTimeout)
        context.effects.append(.openSocket)
    }

    mutating func closed(_ why: String, _ failure: Failure?, _ context: inout Context) -> [LinkNews] {
        let (was, wasOpen) = (stage, stage == .ready)
        stage = .waiting
        beforeDrop = recent.count
        context.timers.clear(.handshake, .ping, .pong, .ready, .steady)
        let isEarly = was == .joining || was == .introducing || was == .preparing
        if isEarly, introducesLater, !hasBeenReady { return nameInAddress(&context) }
        if isEarly, !hasBeenReady, reconnect.attempts > 0 {
            return turnedAway(why, &context)
        }
        let news = tryAgain(why, .unreachable(failure ?? .unreachable(why)), nil, &context)
        return news.isEmpty && wasOpen ? [.lost(written: sent.count)] : news
    }

    /// The server never asked who is there, so it is told by the address.
    mutating func nameInAddress(_ context: inout Context) -> [LinkNews] {
        introducesLater = false
        context.effects.append(
            .log(.info, "the endpoint does not ask who is there; the token goes into the address of its socket"))
        stage = .waiting
        context.timers.clear(.ready, .ping, .pong)
        context.timers.set(.connect, context.now)
        return []
    }

    mutating func refused(_ answer: Response, _ context: inout Context) -> [LinkNews] {
        stage = .waiting
        context.timers.clear(.handshake)
        // It may want to know at once who is there.
        if introducesLater, !hasBeenReady, 400..<500 ~= answer.status, answer.status != 429 {
            return nameInAddress(&context)
        }
        let left = hasBeenReady ? Self.handshakeTimeout : began + plan.setupTimeout - context.now
        // attempt: 1, because tryAgain counts the attempts.
        let decision = Retry.decide(
            .success(answer), attempt: 1, left: left, now: context.wallClock, using: &context.random)
        switch decision {
        case .again(let pause):
            let reason: Retry.Reason = answer.status == 429 ? .rateLimited : .failed(status: answer.status)
            return tryAgain("HTTP \(answer.status)", reason, answer.status == 429 ? pause : nil, &context)
        case .renewToken: return fail(.unauthorized, &context)
        case .giveUp(let reason): return fail(reason, &context)
        case .accept: return fail(.failed(status: answer.status), &context)
        }
    }

    mutating func tryAgain(
        _ why: String, _ reason: Retry.Reason, _ pause: Duration?, _ context: inout Context
    ) -> [LinkNews] {
        // Nobody notices a drop that is mended within three seconds, so the first attempt is made at once.
        let isAgain = reconnect.again(
            "endpoint", why, hasBeenOpen: hasBeenReady, afterDrops: plan.reconnectAttempts, pause: pause, atOnce: true,
            &context)
        if isAgain {
            lastTrouble = why
            return []
        }
        return hasBeenReady
            ? fail(
                "socket_lost", "the endpoint's socket dropped and did not come back: \(why)", &context,
                isServiceFault: reason.isServiceFault)
            : fail(reason, &context)
    }

    // MARK: What went wrong, for people

    var waitingFor: String {
        switch stage {
        case .idle, .waiting, .connecting: "connection"
        case .upgrading: "answer to the handshake of the socket"
        case .joining, .introducing: "answer of Socket.IO"
        case .preparing, .ready, .over: "word that the endpoint is ready"
        }
    }

    mutating func fail(_ reason: Retry.Reason, _ context: inout Context) -> [LinkNews] {
        let host = plan.endpoint.server.host
        let sentence =
            switch reason {
            case .unauthorized, .forbidden:
                "\(host) answered \(reason): the token at the end of endpoint_url was refused"
            case .rateLimited: "\(host) asks to wait longer than setup_timeout allows"
            case .failed(let status):
                "\(host) answered \(reason) to the handshake of the socket"
                    + (status < 500
                        ? "; is the endpoint of the type Socket.IO? If it is of the type REST, set surface = rest" : "")
            case .unreachable(let failure): failure.advised(of: host)
            }
        return fail(reason.word, sentence, &context, isServiceFault: reason.isServiceFault)
    }

    mutating func fail(
        _ reason: String, _ detail: String, _ context: inout Context, isServiceFault: Bool = true
    ) -> [LinkNews] {
        if isServiceFault {
            context.effects.append(.serviceFails)
        } else if owesVerdict {
            context.effects.append(.serviceUnknown)
        }
        owesVerdict = false
        stage = .over
        return [.unavailable(Ending(.unavailable, reason, detail: detail))]
    }
}
