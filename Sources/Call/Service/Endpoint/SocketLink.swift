import Cognigy
import HTTP
import JSON
import SocketIO
import WebSocket

/// The way to an endpoint by Socket.IO: one WebSocket, in one session, with the same ids after a drop. Pure: it is told
/// what happened and says what it wants.
struct SocketLink: FlowLink {
    struct Plan: Sendable {
        var endpoint: Endpoint
        var parties: Endpoint.Parties
        var version = ClientSide.Version.three
        var isTest = false
        var setupTimeout = Duration.seconds(15)
        var reconnectAttempts = 5

        init(_ endpoint: Endpoint, _ parties: Endpoint.Parties) {
            self.endpoint = endpoint
            self.parties = parties
        }
    }

    enum Stage {
        case idle
        /// The socket dropped, or was refused; it is tried again.
        case waiting
        case connecting, upgrading
        /// The WebSocket is open; the server has not let the client in.
        case joining
        /// The server is to ask who is there.
        case introducing
        /// The server knows who is there, and prepares the flow.
        case preparing
        case ready
        case over
    }

    let plan: Plan
    private var stage = Stage.idle
    private var side: ClientSide
    /// Whether the server is to ask who is there, so that the token stands in no address. A server that does not ask gets
    /// the token in the address.
    private var introducesLater = true
    private var hasBeenReady = false
    private var owesVerdict = false
    private var began = Duration.zero
    private var attempts = 0
    private var lastTrouble: String?
    private var lastID = 0
    /// What waits for the socket.
    private var outbox: [(id: Int, text: String)] = []
    /// What went out since the flow last ended a turn, in case that it was not written.
    private var sent: [(id: Int, text: String)] = []
    private var unsentCount = 0
    private var uselessMessages = 0
    /// The last outputs, and how many of them, from the first on, came before the line last dropped.
    private var recent: [JSON] = []
    private var beforeDrop = 0

    static let handshakeTimeout = Duration.seconds(10)
    /// Servers before version 4.79 never say that they are ready.
    static let readyTimeout = Duration.seconds(2)
    static let introductionTimeout = Duration.seconds(1)
    static let steadyAfter = Duration.seconds(30)
    /// How many inputs may wait for the socket.
    static let mostWaiting = 100
    static let mostUseless = 5
    static let mostRecent = 20
    /// In bytes.
    static let longestRecent = 4096

    init(_ plan: Plan) {
        self.plan = plan
        side = ClientSide(plan.version)
    }

    var isOpen: Bool { stage == .ready }
    var isAway: Bool { !isOpen && stage != .over }
    var isOver: Bool { stage == .over }
    var closesWithWords: Bool { true }

    mutating func begin(_ context: inout Context) -> [LinkNews] {
        began = context.now
        owesVerdict = true
        context.timers.set(.setup, context.now + plan.setupTimeout)
        connect(&context)
        return []
    }

    mutating func send(_ text: String, _ data: JSON?, _ context: inout Context) {
        guard stage != .over else { return }
        lastID += 1
        let event = ClientSide.event(
            Endpoint.inputEvent, plan.endpoint.input(plan.parties, text: text, data: data))
        if stage == .ready {
            write(lastID, event, &context)
        } else if outbox.count < Self.mostWaiting {
            outbox.append((lastID, event))
        } else {
            context.effects.append(.log(.warning, "more inputs wait for the endpoint than are kept; one is dropped"))
        }
    }

    private mutating func write(_ id: Int, _ event: String, _ context: inout Context) {
        sent.append((id, event))
        if sent.count > Self.mostWaiting { sent.removeFirst() }
        context.effects.append(.sendText(event, input: id))
    }

    mutating func handle(_ event: Event, _ context: inout Context) -> [LinkNews] {
        switch event {
        case .socket(let event) where stage != .over && stage != .idle && stage != .waiting:
            return socketSaid(event, &context)
        case .unsentInput(let id):
            // It was never written, so it may be sent again. The first of several comes first.
            guard let index = sent.firstIndex(where: { $0.id == id }) else { return [] }
            outbox.insert(sent.remove(at: index), at: min(unsentCount, outbox.count))
            unsentCount += 1
        default: break
        }
        return []
    }

    private mutating func socketSaid(_ event: SocketEvent, _ context: inout Context) -> [LinkNews] {
        switch event {
        case .connected:
            stage = .upgrading
            let path = plan.endpoint.socketPath(
                version: plan.version.rawValue, plan.parties, isTest: plan.isTest, isIntroducedLater: introducesLater)
            context.effects.append(.upgrade(path: path, headers: []))
        case .opened: stage = .joining
        case .text(let text): return received(text, &context)
        case .alive: alive(&context)
        case .refused(let status, let retryAfter):
            return refused(Response(status: status, retryAfter: retryAfter), &context)
        case .failed(let failure): return closed(failure.description, failure, &context)
        case .closed(_, let reason): return closed(reason, nil, &context)
        }
        return []
    }

    // MARK: What the server says

    private mutating func received(_ text: String, _ context: inout Context) -> [LinkNews] {
        let (answers, news) = side.receive(text)
        context.effects += answers.map { .sendText($0) }
        alive(&context)
        switch news {
        case .opened: alive(&context, isFirst: true)
        case .joined:
            stage = introducesLater ? .introducing : .preparing
            let patience = introducesLater ? Self.introductionTimeout : Self.readyTimeout
            context.timers.set(.ready, context.now + patience)
        case .event(let name, let values): return happened(name, values.first ?? .null, &context)
        case .parted(let why):
            context.effects.append(.abandonSocket)
            return closed(why, nil, &context)
        case .malformed:
            uselessMessages += 1
            if uselessMessages <= Self.mostUseless {
                context.effects.append(
                    .log(
                        .warning, "message \(uselessMessages) of the endpoint is no packet of Socket.IO; it is ignored")
                )
            }
        case .alive, nil: break
        }
        return []
    }

    private mutating func happened(_ name: String, _ value: JSON, _ context: inout Context) -> [LinkNews] {
        switch (name, stage) {
        case ("handshake", .introducing):
            stage = .preparing
            context.timers.set(.ready, context.now + Self.readyTimeout)
            return []
        case ("endpoint-ready", .introducing), ("endpoint-ready", .preparing): return becameReady(&context)
        case ("output", _):
            // Who speaks is ready; an error is no speech.
            let opened = stage == .preparing && value["type"]?.string != "error" ? becameReady(&context) : []
            return opened + output(value, &context)
        case ("finalPing", _): return ended(value["type"])
        case ("exception", _): return failed(value["error"] ?? value, &context)
        default: return []
        }
    }

    private mutating func output(_ value: JSON, _ context: inout Context) -> [LinkNews] {
        switch value["type"]?.string {
        case "error": return failed(value["data"]?["error"] ?? value["data"] ?? "no reason given", &context)
        // Servers before version 4 end a turn so.
        case "finalPing": return ended(value["data"]?["type"])
        default:
            guard let data = value["data"] ?? value["text"].map({ ["text": $0] }), isNew(data) else { return [] }
            return [.output(data)]
        }
    }

    /// Before the first input, an error is about who wants to talk.
    private mutating func failed(_ error: JSON, _ context: inout Context) -> [LinkNews] {
        let words = Endpoint.words(error)
        return hasBeenReady ? [.failed(words)] : turnedAway(words, &context)
    }

    private mutating func turnedAway(_ why: String, _ context: inout Context) -> [LinkNews] {
        fail(
            "refused",
            "\(plan.endpoint.server.host) ends the session at once (\(why)): is the token at the end of endpoint_url "
                + "right, is the endpoint of the type Socket.IO, and is it enabled?", &context,
            isServiceFault: false)
    }

    /// A server that keeps what it could not deliver may deliver it twice: once before a drop, and again after it. Nothing
    /// but its whole content tells that; the trace names the input, so that two equal answers to two inputs differ.
    private mutating func isNew(_ data: JSON) -> Bool {
        guard data["traceId"]?.string?.isEmpty == false else { return true }
        if recent[..<beforeDrop].contains(data) { return false }
        let text = data.text
        // A long one is not worth the memory.
        if text.utf8.count > Self.longestRecent { return true }
        recent.append(data)
        if recent.count > Self.mostRecent {
            recent.removeFirst()
            beforeDrop = max(beforeDrop - 1, 0)
        }
        return true
    }

    private mutating func ended(_ type: JSON?) -> [LinkNews] {
        if !sent.isEmpty { sent.removeFirst() }
        return [.turnEnded(type?.string.flatMap { TurnEnd(rawValue: $0) } ?? .regular)]
    }

    private mutating func becameReady(_ context: inout Context) -> [LinkNews] {
        stage = .ready
        context.timers.clear(.setup, .handshake, .ready, .connect)
        context.timers.set(.steady, context.now + Self.steadyAfter)
        if owesVerdict { context.effects.append(.serviceWorks) }
        (owesVerdict, hasBeenReady) = (false, true)
        let waiting = outbox
        (outbox, unsentCount) = ([], 0)
        for (id, event) in waiting { write(id, event, &context) }
        return [.opened]
    }

    // MARK: Whether the line holds

    private mutating func alive(_ context: inout Context, isFirst: Bool = false) {
        if side.pings {
            context.timers.clear(.pong)
            if isFirst { context.timers.set(.ping, context.now + side.pingInterval) }
        } else {
            context.timers.set(.pong, context.now + side.pingInterval + side.pingTimeout)
        }
    }

    mutating func probe(_ context: inout Context) {
        guard stage == .ready, side.pings else { return }
        context.timers.hasten(.pong, context.now + side.pingTimeout)
        context.effects.append(.sendText(ClientSide.ping))
    }

    // MARK: Opening it, again and again

    private mutating func connect(_ context: inout Context) {
        stage = .connecting
        let introduction = plan.endpoint.introduction(plan.parties, isTest: plan.isTest)
        side = ClientSide(plan.version, introduction: introducesLater ? introduction : nil)
        context.timers.set(.handshake, context.now + Self.handshakeTimeout)
        context.effects.append(.openSocket)
    }

    private mutating func closed(_ why: String, _ failure: Failure?, _ context: inout Context) -> [LinkNews] {
        let (was, wasOpen) = (stage, stage == .ready)
        stage = .waiting
        beforeDrop = recent.count
        context.timers.clear(.handshake, .ping, .pong, .ready, .steady)
        let isEarly = was == .joining || was == .introducing || was == .preparing
        if isEarly, introducesLater, !hasBeenReady { return nameInAddress(&context) }
        if isEarly, !hasBeenReady, attempts > 0 {
            return turnedAway(why, &context)
        }
        let news = tryAgain(why, .unreachable(failure ?? .unreachable(why)), nil, &context)
        return news.isEmpty && wasOpen ? [.lost(written: sent.count)] : news
    }

    /// The server never asked who is there, so it is told by the address.
    private mutating func nameInAddress(_ context: inout Context) -> [LinkNews] {
        introducesLater = false
        context.effects.append(
            .log(.info, "the endpoint does not ask who is there; the token goes into the address of its socket"))
        stage = .waiting
        context.timers.clear(.ready, .ping, .pong)
        context.timers.set(.connect, context.now)
        return []
    }

    private mutating func refused(_ answer: Response, _ context: inout Context) -> [LinkNews] {
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

    private mutating func tryAgain(
        _ why: String, _ reason: Retry.Reason, _ pause: Duration?, _ context: inout Context
    ) -> [LinkNews] {
        // The first attempt of a set-up is not a retry.
        let most = hasBeenReady ? plan.reconnectAttempts : Retry.mostAttempts - 1
        if attempts >= most {
            return hasBeenReady
                ? fail(
                    "socket_lost", "the endpoint's socket dropped and did not come back: \(why)", &context,
                    isServiceFault: reason.isServiceFault)
                : fail(reason, &context)
        }
        // Nobody notices a drop that is mended within three seconds, so the first attempt is made at once.
        let isFirst = hasBeenReady && attempts == 0 && pause == nil
        attempts += 1
        lastTrouble = why
        let wait = isFirst ? .zero : pause ?? Retry.backoff(attempts, base: 0.25, using: &context.random)
        context.effects.append(.log(.notice, "endpoint: \(why); attempt \(attempts) of \(most) in \(wait)"))
        context.timers.set(.connect, context.now + wait)
        return []
    }

    // MARK: Deadlines

    mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [LinkNews] {
        guard stage != .over else { return [] }
        switch timer {
        case .setup:
            return fail(
                "setup_timeout",
                "\(plan.endpoint.server.host) was not ready within \(plan.setupTimeout): \(waitingFor)"
                    + "\(lastTrouble.map { " (\($0))" } ?? ""); raise setup_timeout if it is only slow", &context)
        case .connect: connect(&context)
        case .handshake:
            context.effects.append(.abandonSocket)
            return closed("no \(waitingFor)", nil, &context)
        case .ready where stage == .introducing:
            context.effects.append(.abandonSocket)
            return nameInAddress(&context)
        case .ready where stage == .preparing:
            context.effects.append(.log(.info, "the endpoint does not say that it is ready; it is taken as ready"))
            return becameReady(&context)
        case .ping:
            context.timers.set(.ping, context.now + side.pingInterval)
            context.timers.hasten(.pong, context.now + side.pingTimeout)
            context.effects.append(.sendText(ClientSide.ping))
        case .pong:
            context.effects.append(.abandonSocket)
            return closed("it fell silent", nil, &context)
        case .steady: attempts = 0
        default: break
        }
        return []
    }

    mutating func leave(_ code: CloseCode, _ context: inout Context) {
        context.timers.clear(.setup, .connect, .handshake, .ready, .ping, .pong, .steady)
        if owesVerdict { context.effects.append(.serviceUnknown) }
        owesVerdict = false
        if stage == .ready { context.effects.append(.sendText(ClientSide.farewell)) }
        stage = .over
        context.effects.append(.closeSocket(code))
    }

    // MARK: What went wrong, for people

    private var waitingFor: String {
        switch stage {
        case .idle, .waiting, .connecting: "connection"
        case .upgrading: "answer to the handshake of the socket"
        case .joining, .introducing: "answer of Socket.IO"
        case .preparing, .ready, .over: "word that the endpoint is ready"
        }
    }

    private mutating func fail(_ reason: Retry.Reason, _ context: inout Context) -> [LinkNews] {
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
            case .unreachable: "\(host): \(reason)"
            }
        return fail(reason.word, sentence, &context, isServiceFault: reason.isServiceFault)
    }

    private mutating func fail(
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
