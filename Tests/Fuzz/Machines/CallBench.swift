import AGI
import Cognigy
import Errands
import HTTP
import JSON
import WebSocket

@testable import Call

/// A call whose events are drawn from bytes, as a loop could deliver them: an answer comes only to what was asked, a socket
/// opens only after it was wanted, and nothing else is certain. It checks every effect by itself.
struct CallBench: ~Copyable {
    /// What a service or Asterisk may say, beside any text at all.
    let lines: [String]
    private var machine: CallMachine
    private var twin: CallMachine?
    private var draw: Draw
    private(set) var now = Duration.zero
    private var exchange = Exchange()
    private var requests: [Purpose] = []
    private var errands: [(Errand.Kind, Int)] = []
    private var tokens: [Errand.Kind?] = []
    private var prompts: [Playlist.ID] = []
    private var slots = 0
    private var socket = Socket.none
    private var isConnected = false
    private var isFinished = false
    /// The keys that Asterisk has reported while the call talked, and those that the service was sent.
    private(set) var pressed = ""
    private var hasBegun = false
    private(set) var sent = ""
    private let mask = TraceMask(showsContent: true)

    enum Socket { case none, connecting, connected, upgrading, open }

    static let marker = "marker:"
    static let epoch = 1_700_000_000.0

    init(_ draw: Draw, _ rules: CallMachine.Rules, lines: [String], _ service: () -> any Service) {
        self.draw = draw
        self.lines = lines
        let isTwofold = self.draw.bool()
        machine = CallMachine(rules, service: service(), marker: Self.marker, seed: 1)
        if isTwofold { twin = CallMachine(rules, service: service(), marker: Self.marker, seed: 1) }
    }

    /// The call begins, whatever the bytes say happens, and it ends.
    mutating func run(keys: (_ pressed: String, _ sent: String, _ isOpen: Bool) -> Bool = { _, _, _ in true }) {
        happens(.start)
        if draw.bool() { happens(.silence(.init(narrow: "quiet", wide: "wide"))) }
        if draw.bool() { connect(nil) }
        while !draw.isOver, !isFinished {
            step()
            let isTalking = machine.ending == nil
            // The service is told of keys behind the call.
            demand(
                !hasBegun || keys(pressed, sent, isTalking && socket == .open),
                "keys are complete and in order: \(pressed), \(sent)"
            )
        }
        end()
    }

    private mutating func end() {
        let closing = machine.ending == nil
        if !isFinished { happens(draw.one(of: [.hangup, .pipeEnded, .terminate])) }
        // A call that ended by itself has its farewell to say, of at most a minute.
        let grace: Duration = closing ? .seconds(9) : .seconds(61)
        pass(grace)
        demand(isFinished, "a call ends within its grace")
        demand(machine.ending != nil, "an end has a reason")
        for event in [Event.tick, .hangup, .reply(.deadChannel), .speechBegan, .socket(.alive), .stopPrompt] {
            demand(machine.handle(event, now: now, wallClock: Self.epoch).isEmpty, "after the end nothing is done")
        }
    }

    // MARK: What happens

    private mutating func step() {
        switch draw.number(below: 16) {
        case 0: pass(draw.one(of: [.milliseconds(1), .milliseconds(20), .milliseconds(300), .seconds(1)]))
        case 1: pass(draw.one(of: [.seconds(3), .seconds(15), .seconds(61), .milliseconds(60)]))
        case 2, 3: answers()
        case 4: reply()
        case 5: happens(.read(exchange.sentCount))
        case 6: socketMoves()
        case 7, 8: says()
        case 9: responds()
        case 10: prepares()
        case 11: speaks()
        case 12: token()
        case 13: errand()
        case 14: rest()
        default:
            switch draw.number(below: 12) {
            case 0: happens(.hangup)
            case 1: happens(.terminate)
            case 2: happens(.pipeEnded)
            default: happens(.tick)
            }
        }
    }

    /// Asterisk answers what it was told, as it usually does.
    private mutating func answers() {
        let position = draw.one(of: [0, 800, Command.silenceOffset, Command.silenceOffset + 4000])
        let key = Int(draw.one(of: Array("0123456789*#ABCD".utf8)))
        switch exchange.current {
        case nil: break
        case _ where exchange.awaitsReading: happens(.read(exchange.sentCount))
        case .evaluate(let marker, _): success(1, marker + draw.one(of: ["(ulaw)", "(g722)", "ANSWER", "BUSY", "s1"]))
        case .waitForDigit: success(exchange.isInterrupting ? 1 : key, nil)
        case .streamFile, .streamSilence, .sayNumber:
            success(draw.one(of: [0, 0, key, -1, 0, key, 0, key]), nil, endpos: position)
        default: success(draw.one(of: [0, 1, 0, 1, 0, 1, -2, -1]), nil)
        }
    }

    private mutating func success(_ value: Int, _ text: String?, endpos: Int? = nil) {
        happens(.reply(.success(value: String(value), text: text, endpos: endpos)))
    }

    /// Any answer.
    private mutating func reply() {
        switch draw.number(below: 6) {
        case 0: happens(.reply(.deadChannel))
        case 1: happens(.reply(.invalidCommand))
        case 2: happens(.reply(.wrongUsage))
        case 3: happens(.reply(.hangup))
        case 4: success(Int(draw.byte()) - 3, draw.bool() ? nil : draw.text(), endpos: draw.bool() ? nil : 1)
        default:
            let line = "200 result=\(draw.text()) (\(draw.text())) endpos=\(Int(draw.byte()) * 80)"
            var parser = ReplyParser()
            if let reply = parser.receive(line: line) { happens(.reply(reply)) }
        }
    }

    private mutating func socketMoves() {
        let isBad = draw.number(below: 4) == 0
        switch socket {
        case .none: break
        case _ where isBad:
            let next: [SocketEvent] = [
                .closed(nil, reason: "gone"), .closed(.goingAway, reason: draw.text()), .failed(.timedOut("late")),
                .failed(.untrusted("no")), .failed(.unreachable("none")),
            ]
            let event = draw.one(of: next)
            socket = .none
            happens(.socket(event))
        case .connecting:
            socket = .connected
            happens(.socket(.connected))
        case .connected: break
        case .upgrading where draw.number(below: 5) == 0:
            socket = .none
            happens(.socket(.refused(status: draw.one(of: [401, 403, 404, 429, 500, 503]), retryAfter: draw.text())))
        case .upgrading:
            socket = .open
            happens(.socket(.opened))
        case .open: happens(.socket(.alive))
        }
    }

    private mutating func line() -> String {
        let line = draw.number(below: lines.count + 1)
        if line < lines.count { return lines[line] }
        // A trace replaces tokens, so the twin would be told of another one.
        let text = draw.text()
        return text.contains("oken") ? "{}" : text
    }

    private mutating func says() {
        let text = line()
        if socket == .open { happens(.socket(.text(text))) }
    }

    private mutating func responds() {
        guard !requests.isEmpty else { return }
        let purpose = requests.remove(at: draw.number(below: requests.count))
        happens(.response(purpose, result()))
    }

    private mutating func result() -> Result<Response, Failure> {
        let statuses = [200, 200, 201, 200, 401, 403, 404, 409, 429, 500, 503, 302]
        switch draw.number(below: 8) {
        case 0: return .failure(draw.one(of: [.timedOut("late"), .unreachable("no"), .untrusted("bad"), .tooLarge]))
        default:
            let status = draw.one(of: statuses)
            let retryAfter = status == 429 ? draw.one(of: [nil, "1", "0", "99999", "x"]) : nil
            return .success(Response(status: status, retryAfter: retryAfter, body: Array(line().utf8)))
        }
    }

    private mutating func prepares() {
        guard !prompts.isEmpty else { return }
        let id = prompts.remove(at: draw.number(below: prompts.count))
        switch draw.number(below: 6) {
        case 0: happens(.prepared(id, nil))
        case 1: happens(.prepared(id, nil, Loss(kind: draw.one(of: [.voice, .audio, .disk]), why: "lost")))
        case 2: happens(.prepared(id, .number(Int(draw.byte()), isSensitive: false)))
        case 3:
            happens(.prepared(id, .growing("growing\(id)")))
            prompts.append(id)
        default: happens(.prepared(id, .file("sound\(id)")))
        }
    }

    private mutating func speaks() {
        let samples = [Int16](repeating: 0, count: Int(draw.byte()) * 16)
        switch draw.number(below: 8) {
        case 0, 1: happens(.speechBegan)
        case 2: happens(.speechIsSure)
        case 3:
            happens(.words(draw.one(of: ["yes", "I want", "one two three", "hm", draw.text()]), isFinal: draw.bool()))
        case 4: happens(.speechPauses(samples))
        case 5: happens(.speechGoesOn)
        default: happens(.speech(samples))
        }
    }

    /// What the breaker says comes once.
    private mutating func connect(_ refusal: Ending?) {
        if isConnected { return }
        isConnected = true
        hasBegun = refusal == nil
        happens(.connect(refusal: refusal))
    }

    private mutating func state() -> TokenState {
        draw.one(of: [.found("token", ahead: false), .found("token", ahead: true), .mayFetch, .busy])
    }

    private mutating func token() {
        guard !tokens.isEmpty else { return }
        let owner = tokens.remove(at: draw.number(below: tokens.count))
        let state = state()
        if let owner { happens(.errand(owner, .token(state))) } else { happens(.token(state)) }
    }

    private mutating func errand() {
        guard !errands.isEmpty else { return }
        let (kind, number) = errands.remove(at: draw.number(below: errands.count))
        happens(.errand(kind, .response(number, result())))
    }

    private mutating func rest() {
        switch draw.number(below: 7) {
        case 0: connect(nil)
        case 1: connect(Ending(.unavailable, "circuit_open"))
        case 2: happens(.memory(DialogMemory(lastIntent: "i", sessionData: ["a": 1])))
        case 3: happens(.warning(draw.text()))
        case 4: happens(.stopPrompt)
        default:
            guard slots > 0 else { return }
            slots -= 1
            happens(.slot(isTaken: draw.bool()))
        }
    }

    private mutating func pass(_ time: Duration) {
        let end = now + time
        var ticks = 0
        while let next = machine.nextDeadline, next <= end, !isFinished {
            ticks += 1
            demand(ticks < 20_000, "the clock moves on")
            now = max(now, next)
            happens(.tick)
        }
        now = end
    }

    // MARK: What is done

    private mutating func happens(_ event: Event) {
        if isFinished { return }
        if case .reply(let reply) = event, !isLate(reply) { note(exchange.receive(reply)) }
        if case .read(let count) = event { note(exchange.wasRead(count)) }
        let waited = machine.handset.isSynchronizing
        let wallClock = Self.epoch + now / .seconds(1)
        let effects = machine.handle(event, now: now, wallClock: wallClock)
        if waited, !machine.handset.isSynchronizing, event == .tick || exchange.running != nil { settle(effects) }
        compare(event, effects, wallClock)
        for effect in effects { take(effect) }
    }

    /// A call that nobody answers at first gives up waiting for that answer, and so does this.
    private mutating func settle(_ effects: [Effect]) {
        if machine.handset.exchange.running == nil || machine.handset.exchange.running != exchange.running {
            if case .evaluate? = exchange.running { exchange.abandon() }
        }
    }

    /// The answer to an evaluation that was given up.
    private func isLate(_ reply: Reply) -> Bool {
        if case .evaluate? = exchange.running { return false }
        guard case .success(_, let text?, _) = reply else { return false }
        return text.utf8.starts(with: Self.marker.utf8)
    }

    private mutating func note(_ finished: [Exchange.Finished]) {
        for end in finished {
            if case .digit(let key, _) = end.outcome, machine.ending == nil, DTMF(key) != nil { pressed.append(key) }
        }
    }

    /// A machine that is told the same from a trace does the same.
    private mutating func compare(_ event: Event, _ effects: [Effect], _ wallClock: Double) {
        guard twin != nil else { return }
        let json = event.json(mask)
        guard let parsed = try? JSON(parsing: json.serialized), let read = Event(parsed) else {
            complain("a trace holds every event: \(json.text)")
        }
        let again = twin?.handle(read, now: now, wallClock: wallClock) ?? []
        let (one, other) = (Effect.json(effects, mask).map(\.text), Effect.json(again, mask).map(\.text))
        demand(one == other, "a trace is run again as it was: \(json.text): \(one) and \(other)")
    }

    private mutating func take(_ effect: Effect) {
        switch effect {
        case .send(let command, _):
            demand(exchange.allows(command), "\(command) is allowed while \(String(describing: exchange.running)) runs")
            exchange.sent(command)
            demand(command.line.count < 2046, "a line stays below 2046 bytes")
        case .findToken: tokens.append(nil)
        case .request(let purpose, let request):
            check(request)
            requests.append(purpose)
        case .cancel(let purpose): requests.removeAll { $0 == purpose }
        case .errand(let kind, .findToken): tokens.append(kind)
        case .errand(let kind, .fetch(let number, let request)):
            check(request)
            errands.append((kind, number))
        case .openSocket: socket = .connecting
        case .upgrade(let path, let headers):
            demand(socket == .connected, "a handshake needs a connection")
            socket = .upgrading
            let request = try? Handshake.Request(
                host: "a.test", path: path, headers: headers.map { ($0.name, $0.value) }, nonce: [UInt8](0..<16))
            demand(request != nil, "a handshake can be sent")
        case .sendKey(let key):
            demand(socket == .open, "a key needs a socket")
            sent.append(key.key)
        case .abandonSocket, .closeSocket: socket = .none
        case .prepare(let id, _): prompts.append(id)
        case .discard(let id): prompts.removeAll { $0 == id }
        case .takeSlot: slots += 1
        case .finish: isFinished = true
        default: break
        }
    }

    private func check(_ request: Request) {
        demand(request.location.host.hasSuffix(".test"), "a request goes to a host that was named")
        for header in request.headers {
            demand(header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a header is one line")
        }
    }
}
