import Cognigy
import HTTP
import WebSocket

/// The way to the interactions: connect, listen, notice a silent death, and come back for ever.
package struct Stream {
    enum News: Equatable {
        case message(String)
        /// The service did not take the token.
        case refusedToken(String)
        case over
    }

    private enum State: Equatable {
        /// Until the next attempt.
        case pausing
        case wantsToken
        case connecting
        /// TCP and TLS stand, but the token is gone.
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
    /// Without what `spread` adds.
    static let longestPause = Duration.seconds(50)
    static let authenticationPause = Duration.seconds(10)
    static let longestRetryAfter = Duration.seconds(300)
    package static let handshakeTimeout = Duration.seconds(10)
    static let pongTimeout = Duration.seconds(10)
    /// How long an open stream must hold before its end counts as the first failure again.
    static let steadyAfter = Duration.seconds(30)
    static let closeTimeout = Duration.seconds(1)

    var needsToken: Bool { state == .wantsToken || state == .connected }
    var isOpen: Bool { if case .open = state { true } else { false } }
    var nextDeadline: Duration? { deadlines.values.min() }

    // MARK: Opening

    mutating func proceed(_ token: String, _ rules: Rules, _ moment: inout Moment) {
        switch state {
        case .wantsToken:
            state = .connecting
            deadlines = [.handshake: moment.now + Stream.handshakeTimeout]
            moment.effects.append(.openSocket(rules.account.base))
        case .connected:
            state = .upgrading(token: token)
            moment.effects.append(
                .upgrade(
                    path: Assist.streamPath(base: rules.account.base), headers: Assist.streamHeaders(token: token)))
        default: break
        }
    }

    mutating func tokenFailed(isAuthentication: Bool, _ why: String, _ moment: inout Moment) {
        guard needsToken else { return }
        if state == .connected { moment.effects.append(.abandonSocket) }
        if isAuthentication { pauseForAuthentication(why, &moment) } else { tryAgain(why, &moment) }
    }

    mutating func said(_ event: SocketEvent, _ rules: Rules, _ moment: inout Moment) -> News? {
        switch (state, event) {
        // What an abandoned socket still has to say is for nobody.
        case (.pausing, _), (.wantsToken, _), (.over, _): return nil
        case (.leaving, .closed), (.leaving, .refused), (.leaving, .failed): return end()
        case (.leaving, _): return nil
        case (.connecting, .connected): state = .connected
        case (.upgrading(let token), .opened):
            state = .open(token: token)
            deadlines = [.ping: moment.now + rules.pingInterval, .steady: moment.now + Stream.steadyAfter]
            moment.log(.notice, "the stream is open")
        case (.open, .text(let text)):
            deadlines[.pong] = nil
            return .message(text)
        case (.open, .alive): deadlines[.pong] = nil
        case (.upgrading(let token), .refused(let status, let retryAfter)):
            return refused(token, status, retryAfter, &moment)
        case (_, .failed(let failure)): tryAgain(failure.description, &moment)
        case (_, .closed(let code, let reason)): return closed(code, reason, &moment)
        default: break
        }
        return nil
    }

    private mutating func refused(
        _ token: String, _ status: Int, _ retryAfter: String?, _ moment: inout Moment
    ) -> News? {
        if status == 401 || status == 403 {
            pauseForAuthentication("HTTP \(status); check the scope streaming:subscribe", &moment)
            return status == 401 ? .refusedToken(token) : nil
        }
        let wait = retryAfter.flatMap { RetryAfter.wait($0, now: moment.wallClock) } ?? .zero
        tryAgain("HTTP \(status)", notBefore: min(wait, Stream.longestRetryAfter), &moment)
        return nil
    }

    private mutating func closed(_ code: CloseCode?, _ reason: String, _ moment: inout Moment) -> News? {
        let isShown = !reason.isEmpty && !quotesToken(reason)
        let why = [code.map { "closed with \($0.rawValue)" }, isShown ? reason : nil].compactMap { $0 }
        // RFC 6455, 7.4.1: what a service has for a token that has ended while the stream was open.
        if case .open(let token) = state, code == .policyViolation {
            pauseForAuthentication(why.joined(separator: ": "), &moment)
            return .refusedToken(token)
        }
        tryAgain(why.joined(separator: ": "), &moment)
        return nil
    }

    /// No log shows the token, whatever a service has to say of it.
    private func quotesToken(_ text: String) -> Bool {
        guard case .open(let token) = state else { return false }
        return text.utf8.indices.contains { text.utf8[$0...].starts(with: token.utf8) }
    }

    // MARK: Again

    private mutating func pauseForAuthentication(_ why: String, _ moment: inout Moment) {
        pause(moment.spread(Stream.authenticationPause), why, &moment)
    }

    /// 5 s, 10 s, 20 s, 40 s, and then 50 s for ever, each spread.
    private mutating func tryAgain(_ why: String, notBefore least: Duration = .zero, _ moment: inout Moment) {
        let doubled = Stream.firstPause * (1 << min(failures, 4))
        failures += 1
        pause(max(moment.spread(min(doubled, Stream.longestPause)), least), why, &moment)
    }

    private mutating func pause(_ pause: Duration, _ why: String, _ moment: inout Moment) {
        state = .pausing
        deadlines = [.connect: moment.now + pause]
        moment.log(.warning, "the stream: \(why); it is opened again in \(pause.components.seconds) s")
    }

    /// The interactions are those of another service from now on; this one is not to see the other's token.
    mutating func leaveForAnother(_ moment: inout Moment) {
        switch state {
        case .connecting, .connected, .upgrading, .open: moment.effects.append(.abandonSocket)
        case .pausing, .wantsToken: break
        case .leaving, .over: return
        }
        state = .wantsToken
        deadlines = [:]
    }

    // MARK: Deadlines

    /// Does what is due; the earliest first, and of several at one time the first by name.
    mutating func tick(_ rules: Rules, _ moment: inout Moment) -> News? {
        while let due = Deadline.allCases.min(by: { time($0) < time($1) }), time(due) <= moment.now {
            deadlines[due] = nil
            switch due {
            case .connect: state = .wantsToken
            case .handshake:
                moment.effects.append(.abandonSocket)
                tryAgain("no answer to the handshake", &moment)
            case .ping:
                deadlines[.ping] = moment.now + rules.pingInterval
                // An unanswered question keeps its deadline.
                deadlines[.pong] = min(time(.pong), moment.now + Stream.pongTimeout)
                moment.effects.append(.sendPing)
            case .pong:
                moment.effects.append(.abandonSocket)
                tryAgain("the service fell silent", &moment)
            case .steady: failures = 0
            case .close:
                moment.effects.append(.abandonSocket)
                return end()
            }
        }
        return nil
    }

    private func time(_ name: Deadline) -> Duration { deadlines[name] ?? .seconds(Int64.max >> 1) }

    // MARK: The end

    mutating func leave(_ moment: inout Moment) -> News? {
        switch state {
        case .open:
            state = .leaving
            deadlines = [.close: moment.now + Stream.closeTimeout]
            // RFC 6455, 7.4.1: this end goes away.
            moment.effects.append(.closeSocket(.goingAway))
            return nil
        case .connecting, .connected, .upgrading:
            moment.effects.append(.abandonSocket)
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
