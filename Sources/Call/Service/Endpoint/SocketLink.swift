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

    /// An input as it goes out.
    struct Letter {
        let id: Int
        let text: String
        let isSensitive: Bool
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
    var stage = Stage.idle
    var side: ClientSide
    /// Whether the server is to ask who is there, so that the token stands in no address. A server that does not ask gets
    /// the token in the address.
    var introducesLater = true
    var hasBeenReady = false
    var owesVerdict = false
    var began = Duration.zero
    var reconnect = Reconnect()
    var lastTrouble: String?
    var lastID = 0
    /// What waits for the socket.
    var outbox: [Letter] = []
    /// What went out since the flow last ended a turn, in case that it was not written.
    var sent: [Letter] = []
    var unsentCount = 0
    var uselessMessages = 0
    /// The last outputs, and how many of them, from the first on, came before the line last dropped.
    var recent: [JSON] = []
    var beforeDrop = 0

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

    mutating func send(_ text: String, _ data: JSON?, isSensitive: Bool, _ context: inout Context) {
        guard stage != .over else { return }
        lastID += 1
        let event = ClientSide.event(
            Endpoint.inputEvent, plan.endpoint.input(plan.parties, text: text, data: data))
        let letter = Letter(id: lastID, text: event, isSensitive: isSensitive)
        if stage == .ready {
            write(letter, &context)
        } else if outbox.count < Self.mostWaiting {
            outbox.append(letter)
        } else {
            context.effects.append(.log(.warning, "more inputs wait for the endpoint than are kept; one is dropped"))
        }
    }

    mutating func write(_ letter: Letter, _ context: inout Context) {
        sent.append(letter)
        if sent.count > Self.mostWaiting { sent.removeFirst() }
        context.effects.append(.sendText(letter.text, input: letter.id, isSensitive: letter.isSensitive))
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

    mutating func socketSaid(_ event: SocketEvent, _ context: inout Context) -> [LinkNews] {
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
        case .closed(let code, let reason): return closed(Reconnect.why(code, reason), nil, &context)
        }
        return []
    }

    // MARK: What the server says

    mutating func received(_ text: String, _ context: inout Context) -> [LinkNews] {
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

    mutating func happened(_ name: String, _ value: JSON, _ context: inout Context) -> [LinkNews] {
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

    mutating func output(_ value: JSON, _ context: inout Context) -> [LinkNews] {
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
    mutating func failed(_ error: JSON, _ context: inout Context) -> [LinkNews] {
        let words = Endpoint.words(error)
        return hasBeenReady ? [.failed(words)] : turnedAway(words, &context)
    }

    mutating func turnedAway(_ why: String, _ context: inout Context) -> [LinkNews] {
        fail(
            "refused",
            "\(plan.endpoint.server.host) ends the session at once (\(why)): is the token at the end of endpoint_url "
                + "right, is the endpoint of the type Socket.IO, and is it enabled?", &context,
            isServiceFault: false)
    }

    /// A server that keeps what it could not deliver may deliver it twice: once before a drop, and again after it. Nothing
    /// but its whole content tells that; the trace names the input, so that two equal answers to two inputs differ.
    mutating func isNew(_ data: JSON) -> Bool {
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

    mutating func ended(_ type: JSON?) -> [LinkNews] {
        if !sent.isEmpty { sent.removeFirst() }
        return [.turnEnded(type?.string.flatMap { TurnEnd(rawValue: $0) } ?? .regular)]
    }

    mutating func becameReady(_ context: inout Context) -> [LinkNews] {
        stage = .ready
        context.timers.clear(.setup, .handshake, .ready, .connect)
        context.timers.set(.steady, context.now + Self.steadyAfter)
        if owesVerdict { context.effects.append(.serviceWorks) }
        (owesVerdict, hasBeenReady) = (false, true)
        let waiting = outbox
        (outbox, unsentCount) = ([], 0)
        for letter in waiting { write(letter, &context) }
        return [.opened]
    }

    // MARK: Whether the line holds

    mutating func alive(_ context: inout Context, isFirst: Bool = false) {
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
        case .steady: reconnect.held()
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
}
