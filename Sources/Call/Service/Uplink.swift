import Cognigy
import HTTP
import WebSocket

/// The way to the service: token, session, socket, and back again when the socket drops. Pure: it is told what
/// happened and says what it wants.
public struct Uplink {
    /// What the call needs to know.
    public enum News: Equatable {
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
    enum Phase: Equatable {
        case idle
        /// The first set-up, which tells whether the service works.
        case settingUp(since: Duration)
        /// The socket has been open: it is, or it is opened again.
        case joined
        case over
    }

    /// Whether this process fetches a token: because it needs one, or ahead of the end of the one that it has.
    enum Fetch { case none, needed, ahead }
    enum Socket { case none, connecting, connected, upgrading, open }

    let plan: Plan
    var sessionID: String?
    var token: String?
    var phase = Phase.idle
    var socket = Socket.none
    var attempts: [Purpose: Int] = [:]
    var reconnect = Reconnect()
    var hasRenewedToken = false
    var fetch = Fetch.none
    /// Since when another process has been fetching the token.
    var tokenBusySince: Duration?
    /// Why the last attempt at something failed.
    var lastTrouble: String?
    var outbox: [DTMF] = []
    /// How many keys at the front of the outbox were given back by a socket that broke.
    var unsentCount = 0

    static let handshakeTimeout = Duration.seconds(10)
    static let pongTimeout = Duration.seconds(10)
    /// How long another process may take to fetch the token: it may be stopped, or wait for a lost packet.
    static let tokenPatience = Duration.seconds(2)
    /// How long an open socket must hold before its drop counts as the first again.
    static let steadyAfter = Duration.seconds(30)

    public init(_ plan: Plan) {
        self.plan = plan
    }

    var isOpen: Bool { socket == .open }
    /// The caller cannot be heard now, but may be later.
    var isAway: Bool { !isOver && !isOpen }
    var isOver: Bool { phase == .over }
    var hasBeenOpen: Bool { phase == .joined }
    /// A set-up has begun, and it is not known yet what it says about the service.
    var owesVerdict: Bool { if case .settingUp = phase { true } else { false } }

    mutating func begin(_ context: inout Context) {
        phase = .settingUp(since: context.now)
        context.timers.set(.setup, context.now + plan.setupTimeout)
        context.effects.append(.findToken(rejected: nil))
        // Connect while the session is still being made, which saves two round trips.
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
        if isOver {
            // Other processes must not wait for a token that this one does not fetch any more.
            switch state {
            case .mayFetch, .found(_, ahead: true): context.effects.append(.releaseToken)
            case .found, .busy: break
            }
            return
        }
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

    /// Starts to fetch a token, unless that is under way; then it only notes what the token is for.
    mutating func fetchToken(_ purpose: Fetch, _ context: inout Context) {
        let isUnderWay = fetch != .none
        if fetch != .needed { fetch = purpose }
        if isUnderWay { return }
        attempts[.token] = 0
        requestToken(&context)
    }

    mutating func requestToken(_ context: inout Context) {
        attempts[.token, default: 0] += 1
        context.effects.append(
            .request(
                .token, Token.request(base: plan.base, clientID: plan.clientID, clientSecret: plan.clientSecret)))
    }

    mutating func tokenIsThere(_ context: inout Context) {
        context.timers.clear(.tokenLock)
        if sessionID == nil { requestSession(&context) } else { proceed(&context) }
    }

    mutating func renewToken(_ context: inout Context) -> News? {
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
        case (.recognition, .accept), (.dialog, .accept), (.input, .accept), (.recognition, .renewToken),
            (.dialog, .renewToken), (.input, .renewToken):
            return nil
        }
    }

    static func trouble(_ result: Result<Response, Failure>) -> String {
        switch result {
        case .success(let response): "HTTP \(response.status)"
        case .failure(let failure): "\(failure)"
        }
    }

    static func step(_ purpose: Purpose) -> String {
        purpose == .token ? "POST \(Token.path)" : "POST \(Sessions.path)"
    }

    /// How long the next attempt may be put off.
    func patience(_ context: Context) -> Duration {
        if case .settingUp(let since) = phase { return since + plan.setupTimeout - context.now }
        return Uplink.handshakeTimeout
    }

    mutating func releaseToken(_ context: inout Context) {
        if fetch != .none { context.effects.append(.releaseToken) }
        fetch = .none
    }

    mutating func requestSession(_ context: inout Context) {
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
