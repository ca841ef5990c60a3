import Cognigy
import HTTP
import WebSocket

/// The WebSocket on which updates arrive. It connects, sends pings, notices a dead connection by a missing pong, and
/// reconnects without end.
public struct Stream {
    enum News: Equatable {
        case message(String)
        /// The service refused the token, in the handshake or by closing the stream.
        case refusedToken(String)
        case over
    }

    private enum State: Equatable {
        /// Waits for the next attempt.
        case pausing
        case wantsToken
        case connecting
        /// TCP and TLS are set up; the upgrade waits for a token.
        case connected
        case upgrading(token: String)
        case open(token: String)
        case leaving
        case over
    }

    private enum Deadline: CaseIterable { case connect, handshake, ping, pong, steady, close }

    private var state = State.wantsToken
    private var deadlines: [Deadline: Duration] = [:]
    private var failures = 0

    static let firstPause = Duration.seconds(5)
    /// The longest pause before `Context.spread` adds to it.
    static let longestPause = Duration.seconds(50)
    static let authenticationPause = Duration.seconds(10)
    static let longestRetryAfter = Duration.seconds(300)
    public static let handshakeTimeout = Duration.seconds(10)
    static let pongTimeout = Duration.seconds(10)
    /// An open stream resets the count of failures after this time.
    static let steadyAfter = Duration.seconds(30)
    static let closeTimeout = Duration.seconds(1)

    var needsToken: Bool { state == .wantsToken || state == .connected }
    var isOpen: Bool { if case .open = state { true } else { false } }
    var nextDeadline: Duration? { deadlines.values.min() }

    // MARK: Opening

    mutating func proceed(_ token: String, _ rules: Rules, _ context: inout Context) {
        switch state {
        case .wantsToken:
            state = .connecting
            deadlines = [.handshake: context.now + Stream.handshakeTimeout]
            context.effects.append(.openSocket(rules.account.base))
        case .connected:
            state = .upgrading(token: token)
            context.effects.append(
                .upgrade(
                    path: Assist.streamPath(base: rules.account.base), headers: Assist.streamHeaders(token: token)))
        default: break
        }
    }

    mutating func tokenFailed(isAuthentication: Bool, _ why: String, _ context: inout Context) {
        guard needsToken else { return }
        if state == .connected { context.effects.append(.abandonSocket) }
        if isAuthentication { pauseForAuthentication(why, &context) } else { tryAgain(why, &context) }
    }

    mutating func handle(_ event: SocketEvent, _ rules: Rules, _ context: inout Context) -> News? {
        switch (state, event) {
        // These come from a socket that was abandoned: ignore them.
        case (.pausing, _), (.wantsToken, _), (.over, _): return nil
        case (.leaving, .closed), (.leaving, .refused), (.leaving, .failed): return end()
        case (.leaving, _): return nil
        case (.connecting, .connected): state = .connected
        case (.upgrading(let token), .opened):
            state = .open(token: token)
            deadlines = [.ping: context.now + rules.pingInterval, .steady: context.now + Stream.steadyAfter]
            context.log(.notice, "the stream is open")
        case (.open, .text(let text)):
            deadlines[.pong] = nil
            return .message(text)
        case (.open, .alive): deadlines[.pong] = nil
        case (.upgrading(let token), .refused(let status, let retryAfter)):
            return refused(token, status, retryAfter, &context)
        case (_, .failed(let failure)): tryAgain(failure.description, &context)
        case (_, .closed(let code, let reason)): return closed(code, reason, &context)
        default: break
        }
        return nil
    }

    private mutating func refused(
        _ token: String, _ status: Int, _ retryAfter: String?, _ context: inout Context
    ) -> News? {
        if status == 401 || status == 403 {
            pauseForAuthentication("HTTP \(status); check the scope streaming:subscribe", &context)
            return status == 401 ? .refusedToken(token) : nil
        }
        let wait = retryAfter.flatMap { RetryAfter.wait($0, now: context.wallClock) } ?? .zero
        tryAgain("HTTP \(status)", notBefore: min(wait, Stream.longestRetryAfter), &context)
        return nil
    }

    private mutating func closed(_ code: CloseCode?, _ reason: String, _ context: inout Context) -> News? {
        let isShown = !reason.isEmpty && !quotesToken(reason)
        let why = [code.map { "closed with \($0.rawValue)" }, isShown ? reason : nil].compactMap { $0 }
        // RFC 6455, 7.4.1: the service sends 1008 when the token expires while the stream is open.
        if case .open(let token) = state, code == .policyViolation {
            pauseForAuthentication(why.joined(separator: ": "), &context)
            return .refusedToken(token)
        }
        tryAgain(why.joined(separator: ": "), &context)
        return nil
    }

    /// Whether the text contains the token. Such a text must not reach the log.
    private func quotesToken(_ text: String) -> Bool {
        guard case .open(let token) = state else { return false }
        return text.utf8.indices.contains { text.utf8[$0...].starts(with: token.utf8) }
    }

    // MARK: Again

    private mutating func pauseForAuthentication(_ why: String, _ context: inout Context) {
        pause(context.spread(Stream.authenticationPause), why, &context)
    }

    /// Pauses for 5, 10, 20, 40 and from then on 50 s, each lengthened at random, and for `least` at least.
    private mutating func tryAgain(_ why: String, notBefore least: Duration = .zero, _ context: inout Context) {
        let doubled = Stream.firstPause * (1 << min(failures, 4))
        failures += 1
        pause(max(context.spread(min(doubled, Stream.longestPause)), least), why, &context)
    }

    private mutating func pause(_ pause: Duration, _ why: String, _ context: inout Context) {
        state = .pausing
        deadlines = [.connect: context.now + pause]
        context.log(.warning, "the stream: \(why); it is opened again in \(pause.components.seconds) s")
    }

    /// Drops the connection, because the address of the service has changed. The old service must not get the new token.
    mutating func leaveForAnother(_ context: inout Context) {
        switch state {
        case .connecting, .connected, .upgrading, .open: context.effects.append(.abandonSocket)
        case .pausing, .wantsToken: break
        case .leaving, .over: return
        }
        state = .wantsToken
        deadlines = [:]
    }

    // MARK: Deadlines

    /// Fires every deadline that has passed, the earliest first; at the same time, in the order of `Deadline`.
    mutating func tick(_ rules: Rules, _ context: inout Context) -> News? {
        while let due = Deadline.allCases.min(by: { time($0) < time($1) }), time(due) <= context.now {
            deadlines[due] = nil
            switch due {
            case .connect: state = .wantsToken
            case .handshake:
                context.effects.append(.abandonSocket)
                tryAgain("no answer to the handshake", &context)
            case .ping:
                deadlines[.ping] = context.now + rules.pingInterval
                // If the last ping is still unanswered, its deadline stands.
                deadlines[.pong] = min(time(.pong), context.now + Stream.pongTimeout)
                context.effects.append(.sendPing)
            case .pong:
                context.effects.append(.abandonSocket)
                tryAgain("the service fell silent", &context)
            case .steady: failures = 0
            case .close:
                context.effects.append(.abandonSocket)
                return end()
            }
        }
        return nil
    }

    private func time(_ name: Deadline) -> Duration { deadlines[name] ?? .seconds(Int64.max >> 1) }

    // MARK: The end

    mutating func leave(_ context: inout Context) -> News? {
        switch state {
        case .open:
            state = .leaving
            deadlines = [.close: context.now + Stream.closeTimeout]
            // RFC 6455, 7.4.1: 1001 says that this endpoint goes away.
            context.effects.append(.closeSocket(.goingAway))
            return nil
        case .connecting, .connected, .upgrading:
            context.effects.append(.abandonSocket)
            return end()
        case .pausing, .wantsToken: return end()
        case .leaving, .over: return nil
        }
    }

    private mutating func end() -> News {
        state = .over
        deadlines = [:]
        return .over
    }
}
