import Cognigy
import HTTP
import WebSocket

// MARK: - The socket

extension Uplink {
    mutating func openSocket(_ context: inout Context) {
        socket = .connecting
        context.timers.set(.handshake, context.now + Uplink.handshakeTimeout)
        context.effects.append(.openSocket)
    }

    /// Opens the socket or starts its handshake, once there are a token and a session.
    mutating func proceed(_ context: inout Context) {
        guard let token, let sessionID else { return }
        switch socket {
        case .none where !context.timers.isSet(.connect): openSocket(&context)
        case .connected:
            socket = .upgrading
            context.timers.set(.handshake, context.now + Uplink.handshakeTimeout)
            context.effects.append(
                .upgrade(
                    path: VoiceSocket.path(base: plan.base, sessionID: sessionID),
                    headers: VoiceSocket.headers(token: token, sessionID: sessionID)))
        default: break
        }
    }

    mutating func socketSaid(
        _ event: SocketEvent, _ context: inout Context
    ) -> News? {
        // Ignore what comes from a socket that was abandoned.
        guard !isOver, socket != .none else { return nil }
        switch event {
        case .connected:
            socket = .connected
            proceed(&context)
            return nil
        case .opened: return opened(&context)
        case .text(let text):
            context.timers.clear(.pong)
            return .message(text)
        case .alive:
            context.timers.clear(.pong)
            return nil
        case .refused(let status, let retryAfter):
            let answer = Response(status: status, retryAfter: retryAfter)
            return refused(answer, &context)
        case .failed(let failure):
            return closed(nil, failure.description, failure: failure, &context)
        case .closed(let code, let reason): return closed(code, Reconnect.why(code, reason), &context)
        }
    }

    mutating func opened(
        _ context: inout Context
    ) -> News {
        assert(sessionID != nil && token != nil, "a handshake needs both")
        socket = .open
        context.timers.clear(.setup, .handshake, .connect)
        context.timers.set(.ping, context.now + plan.pingInterval)
        context.timers.set(.steady, context.now + Uplink.steadyAfter)
        if owesVerdict { context.effects.append(.serviceWorks) }
        phase = .joined
        hasRenewedToken = false
        context.effects += outbox.map { .sendKey($0) }
        outbox = []
        unsentCount = 0
        return .opened
    }

    mutating func refused(
        _ answer: Response, _ context: inout Context
    ) -> News? {
        socket = .none
        context.timers.clear(.handshake)
        // attempt: 1, because tryAgain counts the attempts.
        let decision = Retry.decide(
            .success(answer), attempt: 1, left: patience(context), now: context.wallClock, using: &context.random)
        switch decision {
        case .renewToken:
            if let news = renewToken(&context) { return news }
            openSocket(&context)
            return nil
        case .again(let pause):
            return answer.status == 429
                ? tryAgain("HTTP 429", .rateLimited, pause, &context)
                : tryAgain("HTTP \(answer.status)", .failed(status: answer.status), nil, &context)
        case .giveUp(.failed(let status)) where hasBeenOpen && status < 500:
            return fail(
                "session_lost", "the voice socket was refused with HTTP \(status)", &context, isServiceFault: false)
        case .giveUp(let reason): return fail(reason, &context)
        case .accept: return fail(.failed(status: answer.status), &context)
        }
    }

    mutating func closed(
        _ code: CloseCode?, _ reason: String, failure: Failure? = nil, _ context: inout Context
    ) -> News? {
        let wasOpen = socket == .open
        let wasUpgrading = socket == .upgrading
        socket = .none
        context.timers.clear(.handshake, .ping, .pong, .steady)
        if wasOpen, code == .normal {
            phase = .over
            return .ended
        }
        if wasOpen, code == .policyViolation {
            return fail("refused", "the service refuses the session: \(reason)", &context, isServiceFault: false)
        }
        // Without a session the socket is not needed yet; proceed() opens it again.
        guard sessionID != nil else {
            context.effects.append(.log(.debug, "the voice socket is not open yet: \(reason)"))
            return nil
        }
        // The other side may have closed a connection that waited long for the session. Open a new one at once.
        if wasUpgrading, !hasBeenOpen, reconnect.attempts == 0 {
            reconnect.skipFirst()
            openSocket(&context)
            return nil
        }
        let news = tryAgain(reason, .unreachable(failure ?? .unreachable(reason)), nil, &context)
        return news ?? (wasOpen ? .lost : nil)
    }

    mutating func tryAgain(
        _ what: String, _ reason: Retry.Reason, _ pause: Duration?, _ context: inout Context
    ) -> News? {
        let isAgain = reconnect.again(
            "voice socket", what, hasBeenOpen: hasBeenOpen, afterDrops: plan.reconnectAttempts, pause: pause, &context)
        if isAgain {
            lastTrouble = what
            return nil
        }
        return hasBeenOpen
            ? fail(
                "socket_lost", "the voice socket dropped and did not come back: \(what)", &context,
                isServiceFault: reason.isServiceFault)
            : fail(reason, &context)
    }

    /// One of the uplink's timers is due.
    mutating func due(
        _ timer: Timers.Name, _ context: inout Context
    ) -> News? {
        guard !isOver else { return nil }
        switch timer {
        case .setup:
            return fail(
                "setup_timeout",
                "\(plan.base.host) was not ready within \(plan.setupTimeout): \(waitingFor)"
                    + "\(lastTrouble.map { " (\($0))" } ?? ""); raise setup_timeout if it is only slow", &context,
                isServiceFault: tokenBusySince == nil)
        case .token: requestToken(&context)
        case .tokenLock:
            let isAlone = tokenBusySince.map { context.now >= $0 + Uplink.tokenPatience } ?? false
            context.effects.append(.findToken(rejected: nil, alone: isAlone))
        case .session: requestSession(&context)
        case .connect:
            openSocket(&context)
            // Look for the token again, because it may have ended during the call.
            token = nil
            context.effects.append(.findToken(rejected: nil))
        case .handshake:
            // A connection that waits for the session has not failed; the timer `setup` limits that.
            if socket == .connected, !hasBeenOpen { return nil }
            context.effects.append(.abandonSocket)
            return closed(nil, "no answer to the handshake", &context)
        case .ping:
            context.timers.set(.ping, context.now + plan.pingInterval)
            probe(&context)
        case .pong:
            context.effects.append(.abandonSocket)
            return closed(nil, "the service fell silent", &context)
        case .steady: reconnect.held()
        default: break
        }
        return nil
    }

    /// Sends a ping. A ping that is still unanswered keeps its deadline.
    mutating func probe(_ context: inout Context) {
        guard isOpen else { return }
        context.timers.hasten(.pong, context.now + Uplink.pongTimeout)
        context.effects.append(.sendPing)
    }

    /// Ends everything, and closes the socket with `code`.
    mutating func leave(_ code: CloseCode, _ context: inout Context) {
        context.timers.clear(.setup, .token, .tokenLock, .session, .connect, .handshake, .ping, .pong, .steady)
        if owesVerdict { context.effects.append(.serviceUnknown) }
        phase = .over
        // Give the token's lock back now, so that other processes do not wait until this one has ended.
        releaseToken(&context)
        context.effects.append(.closeSocket(code))
    }
}
