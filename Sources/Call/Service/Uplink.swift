import Cognigy
import HTTP
import WebSocket

/// The way to the service: token, session, socket, and back again when the socket drops. Pure: it is told what
/// happened and says what it wants.
package struct Uplink {
    package struct Plan {
        package var base: Location
        package var clientID: String
        package var clientSecret: String
        package var flowID: String
        package var uniqueID: String
        package var caller: String
        package var locale: String?
        package var setupTimeout: Duration
        package var pingInterval: Duration
        package var reconnectAttempts: Int

        package init(
            base: Location, clientID: String, clientSecret: String, flowID: String, uniqueID: String, caller: String,
            locale: String? = nil, setupTimeout: Duration, pingInterval: Duration, reconnectAttempts: Int
        ) {
            self.base = base
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.flowID = flowID
            self.uniqueID = uniqueID
            self.caller = caller
            self.locale = locale
            self.setupTimeout = setupTimeout
            self.pingInterval = pingInterval
            self.reconnectAttempts = reconnectAttempts
        }
    }

    /// What the call needs to know.
    package enum News: Equatable {
        /// There is a session now.
        case session(String)
        case opened
        case message(String)
        /// The socket dropped; it will be tried again.
        case lost
        /// The service ended the conversation in good order.
        case ended
        case unavailable(Ending)
    }

    /// How far the way has come.
    private enum Phase: Equatable {
        case idle
        /// The first set-up, which tells whether the service works.
        case settingUp(since: Duration)
        /// The socket has been open: it is, or it is opened again.
        case joined
        case over
    }

    /// This process has the right to fetch a token: to go on with, or for the next.
    private enum Fetch { case none, needed, ahead }
    private enum Socket { case none, connecting, connected, upgrading, open }

    let plan: Plan
    private(set) var sessionID: String?
    private(set) var token: String?
    private var phase = Phase.idle
    private var socket = Socket.none
    private var attempts: [Purpose: Int] = [:]
    private var socketAttempts = 0
    private var hasRenewedToken = false
    private var fetch = Fetch.none
    /// Since when another process has been fetching the token.
    private var tokenBusySince: Duration?
    /// Why the last attempt at something failed.
    private var lastTrouble: String?
    private var outbox: [DTMF] = []
    /// How many keys at the front of the outbox were given back by a socket that broke.
    private var unsentCount = 0

    static let handshakeTimeout = Duration.seconds(10)
    static let pongTimeout = Duration.seconds(10)
    /// How long another process may take to fetch the token: it may be stopped, or wait for a lost packet.
    static let tokenPatience = Duration.seconds(2)
    /// How long an open socket must hold before its drop counts as the first again.
    static let steadyAfter = Duration.seconds(30)

    package init(_ plan: Plan) {
        self.plan = plan
    }

    var isOpen: Bool { socket == .open }
    /// The caller cannot be heard now, but may be later.
    var isAway: Bool { !isOver && !isOpen }
    private var isOver: Bool { phase == .over }
    private var hasBeenOpen: Bool { phase == .joined }
    /// A set-up has begun, and it is not known yet what it says about the service.
    private var owesVerdict: Bool { if case .settingUp = phase { true } else { false } }

    mutating func begin(_ context: inout Context) {
        phase = .settingUp(since: context.now)
        context.timers.set(.setup, context.now + plan.setupTimeout)
        context.effects.append(.findToken(rejected: nil))
        // TCP and TLS of the voice socket stand by the time the session exists.
        openSocket(&context)
    }

    /// Sends a key, or keeps it until there is a socket.
    mutating func press(_ key: DTMF, _ context: inout Context) {
        if socket == .open { context.effects.append(.sendKey(key)) } else { outbox.append(key) }
    }

    mutating func unsent(_ key: DTMF) {
        outbox.insert(key, at: unsentCount)
        unsentCount += 1
    }

    // MARK: Token

    mutating func tokenIs(_ state: TokenState, _ context: inout Context) {
        guard !isOver else { return }
        if state != .busy { tokenBusySince = nil }
        switch state {
        case .found(let found, let ahead):
            token = found
            if ahead { fetchToken(.ahead, &context) }
            tokenIsThere(&context)
        case .mayFetch: fetchToken(.needed, &context)
        case .busy:
            tokenBusySince = tokenBusySince ?? context.now
            context.timers.set(.tokenLock, context.now + .milliseconds(Int.random(in: 20...50, using: &context.random)))
        }
    }

    /// One request at a time, whatever it turns out to be for.
    private mutating func fetchToken(_ purpose: Fetch, _ context: inout Context) {
        let isUnderWay = fetch != .none
        if fetch != .needed { fetch = purpose }
        if isUnderWay { return }
        attempts[.token] = 0
        requestToken(&context)
    }

    private mutating func requestToken(_ context: inout Context) {
        attempts[.token, default: 0] += 1
        context.effects.append(
            .request(
                .token, Token.request(base: plan.base, clientID: plan.clientID, clientSecret: plan.clientSecret)))
    }

    private mutating func tokenIsThere(_ context: inout Context) {
        context.timers.clear(.tokenLock)
        if sessionID == nil { requestSession(&context) } else { proceed(&context) }
    }

    private mutating func renewToken(_ context: inout Context) -> News? {
        guard !hasRenewedToken else { return fail(.unauthorized, &context) }
        hasRenewedToken = true
        let rejected = token
        token = nil
        context.effects.append(.findToken(rejected: rejected))
        return nil
    }

    // MARK: Answers

    mutating func answered(
        _ purpose: Purpose, _ result: Result<Response, Failure>, _ context: inout Context
    ) -> News? {
        guard !isOver else { return nil }
        let decision = Retry.decide(
            result, attempt: attempts[purpose] ?? 1, left: patience(context), now: context.wallClock,
            using: &context.random)
        if case .accept = decision { lastTrouble = nil }
        switch (purpose, decision) {
        case (.token, .accept(let response)):
            let isNeeded = fetch == .needed
            guard let grant = Token.grant(response.body) else {
                releaseToken(&context)
                return isNeeded ? fail("bad_token_reply", "the token reply holds no access_token", &context) : nil
            }
            context.effects.append(.storeToken(grant))
            fetch = .none
            if isNeeded {
                token = grant.token
                tokenIsThere(&context)
            }
            return nil
        case (.session, .accept(let response)):
            guard let id = Sessions.id(response.body) else {
                return fail("bad_session_reply", "the session reply holds no usable id", &context)
            }
            sessionID = id
            context.effects.append(.log(.info, "session \(id)"))
            proceed(&context)
            return .session(id)
        case (.session, .renewToken): return renewToken(&context)
        case (.token, _) where fetch != .needed:
            // The old token still works; another process will try.
            releaseToken(&context)
            return nil
        case (.token, .renewToken): return fail(.unauthorized, &context)
        case (_, .again(let pause)):
            lastTrouble = Uplink.trouble(result)
            context.effects.append(.log(.notice, "\(purpose): \(lastTrouble ?? ""); trying again in \(pause)"))
            context.timers.set(purpose == .token ? .token : .session, context.now + pause)
            return nil
        case (_, .giveUp(let reason)): return fail(reason, &context, during: Uplink.step(purpose))
        case (.recognition, .accept), (.dialog, .accept), (.recognition, .renewToken), (.dialog, .renewToken):
            return nil
        }
    }

    static func trouble(_ result: Result<Response, Failure>) -> String {
        switch result {
        case .success(let response): "HTTP \(response.status)"
        case .failure(let failure): "\(failure)"
        }
    }

    private static func step(_ purpose: Purpose) -> String {
        purpose == .token ? "POST \(Token.path)" : "POST \(Sessions.path)"
    }

    /// What the caller may still be asked to wait before the next attempt.
    private func patience(_ context: Context) -> Duration {
        if case .settingUp(let since) = phase { return since + plan.setupTimeout - context.now }
        return Uplink.handshakeTimeout
    }

    private mutating func releaseToken(_ context: inout Context) {
        if fetch != .none { context.effects.append(.releaseToken) }
        fetch = .none
    }

    private mutating func requestSession(_ context: inout Context) {
        guard let token else { return }
        attempts[.session, default: 0] += 1
        context.effects.append(
            .request(
                .session,
                Sessions.request(
                    base: plan.base, token: token, flowID: plan.flowID, uniqueID: plan.uniqueID, caller: plan.caller,
                    locale: plan.locale)))
    }
}

// MARK: - The socket

extension Uplink {
    private mutating func openSocket(_ context: inout Context) {
        socket = .connecting
        context.timers.set(.handshake, context.now + Uplink.handshakeTimeout)
        context.effects.append(.openSocket)
    }

    /// With a token and a session: the next step of the socket.
    private mutating func proceed(_ context: inout Context) {
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
        // What an abandoned socket still has to say is for nobody.
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
        case .closed(let code, let reason): return closed(code, reason, &context)
        }
    }

    private mutating func opened(
        _ context: inout Context
    ) -> News {
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

    private mutating func refused(
        _ answer: Response, _ context: inout Context
    ) -> News? {
        socket = .none
        context.timers.clear(.handshake)
        // How often is a matter of tryAgain.
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

    private mutating func closed(
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
            return fail("refused", "the service closed the socket: \(reason)", &context, isServiceFault: false)
        }
        // While the session is still being made there is nothing to lose: the socket is opened again when it exists.
        guard sessionID != nil else {
            context.effects.append(.log(.debug, "the voice socket is not open yet: \(reason)"))
            return nil
        }
        // A connection that waited for a slow session may have been given up by the other side: not the service's fault.
        if wasUpgrading, !hasBeenOpen, socketAttempts == 0 {
            socketAttempts = 1
            openSocket(&context)
            return nil
        }
        let news = tryAgain(reason, .unreachable(failure ?? .unreachable(reason)), nil, &context)
        return news ?? (wasOpen ? .lost : nil)
    }

    private mutating func tryAgain(
        _ what: String, _ reason: Retry.Reason, _ pause: Duration?, _ context: inout Context
    ) -> News? {
        // The first attempt of a set-up is not a retry.
        let most = hasBeenOpen ? plan.reconnectAttempts : Retry.mostAttempts - 1
        if socketAttempts >= most {
            return hasBeenOpen
                ? fail(
                    "socket_lost", "the voice socket dropped and did not come back: \(what)", &context,
                    isServiceFault: reason.isServiceFault)
                : fail(reason, &context)
        }
        socketAttempts += 1
        lastTrouble = what
        let pause = pause ?? Retry.backoff(socketAttempts, base: 0.25, using: &context.random)
        context.effects.append(.log(.notice, "voice socket: \(what); attempt \(socketAttempts) of \(most) in \(pause)"))
        context.timers.set(.connect, context.now + pause)
        return nil
    }

    /// A deadline of this room has passed.
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
            // A token may have ended while the call went on.
            token = nil
            context.effects.append(.findToken(rejected: nil))
        case .handshake:
            // Connected and waiting for the session is no failure of the socket; setup_timeout watches over it.
            if socket == .connected, !hasBeenOpen { return nil }
            context.effects.append(.abandonSocket)
            return closed(nil, "no answer to the handshake", &context)
        case .ping:
            context.timers.set(.ping, context.now + plan.pingInterval)
            probe(&context)
        case .pong:
            context.effects.append(.abandonSocket)
            return closed(nil, "the service fell silent", &context)
        case .steady: socketAttempts = 0
        default: break
        }
        return nil
    }

    /// Asks whether the socket lives. An unanswered question keeps its deadline.
    mutating func probe(_ context: inout Context) {
        guard isOpen else { return }
        context.timers.hasten(.pong, context.now + Uplink.pongTimeout)
        context.effects.append(.sendPing)
    }

    /// Ends the conversation; the socket says why.
    mutating func leave(_ code: CloseCode, _ context: inout Context) {
        context.timers.clear(.setup, .token, .tokenLock, .session, .connect, .handshake, .ping, .pong, .steady)
        if owesVerdict { context.effects.append(.serviceUnknown) }
        phase = .over
        // Others need not wait for a token until this process is gone.
        releaseToken(&context)
        context.effects.append(.closeSocket(code))
    }

    /// What has not come yet, for the operator.
    private var waitingFor: String {
        if fetch == .needed { return "no answer to POST \(Token.path)" }
        if token == nil { return "another call's token request takes too long" }
        if sessionID == nil { return "no answer to POST \(Sessions.path)" }
        return socket == .upgrading ? "no answer to the handshake of the voice socket" : "no voice socket"
    }

    private mutating func fail(_ reason: Retry.Reason, _ context: inout Context, during step: String? = nil) -> News {
        let sentence =
            switch reason {
            case .unauthorized: "client_id and client_secret were refused (\(reason)); check both"
            case .forbidden:
                "\(reason): the API client may not use flow \(plan.flowID); it needs the scopes cognigy:session:manage "
                    + "and cognigy:voice:interact, and the flow must be a voice flow of its workspace"
            case .rateLimited: "the service asks to wait longer than setup_timeout allows"
            case .failed(let status):
                "\(plan.base.host) answered \(reason) to \(step ?? "the handshake of the voice socket")"
                    + (status < 500 ? "; look at base_url and flow_id (\(plan.flowID))" : "")
            case .unreachable: "\(step ?? "the voice socket"): \(reason)"
            }
        return fail(reason.word, sentence, &context, isServiceFault: reason.isServiceFault)
    }

    private mutating func fail(
        _ reason: String, _ detail: String, _ context: inout Context, isServiceFault: Bool = true
    ) -> News {
        if isServiceFault {
            context.effects.append(.serviceFails)
        } else if owesVerdict {
            context.effects.append(.serviceUnknown)
        }
        phase = .over
        return .unavailable(Ending(.unavailable, reason, detail: detail))
    }
}
