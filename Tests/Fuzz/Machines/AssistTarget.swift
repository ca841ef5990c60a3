import Cognigy
import HTTP
import JSON
import WebSocket

@testable import Assist

extension Target {
    /// The help for agents as a whole: any event in any order, as far as a loop could deliver it. Every update becomes one
    /// line, those of one interaction in its order, nothing that is prohibited is in a line, as few updates wait as may,
    /// and after SIGTERM all lines are written and nothing is done any more.
    static let assist = Target(name: "assist") { bytes in
        var bench = AssistBench(Draw(bytes))
        bench.run()
    }
}

private struct AssistBench {
    private var machine: AssistMachine
    private var draw: Draw
    private var now = Duration.zero
    private var asked: [Purpose] = []
    private var socket = CallBench.Socket.none
    private var isFinished = false
    private var count = 0
    /// The updates of each interaction, and the lines, by what tells them apart.
    private var updates: [String: Int] = [:]
    private var lines: [String: Int] = [:]

    init(_ draw: Draw) {
        self.draw = draw
        machine = AssistMachine(Self.rules(3), random: SplitMix(seed: 1))
    }

    private static func rules(_ most: Int) -> Rules {
        guard let base = Location("https://api.test/v") else { complain("an address is one") }
        var rules = Rules(
            account: .init(base: base, clientID: "id", clientSecret: "secret"),
            triggers: AssistTriggers(keywords: ["refund"], sentimentThreshold: -0.4),
            policy: AssistPolicy(prohibitedPhrases: ["legal action"], minConfidence: 0.5, maxSuggestions: most))
        rules.cacheSize = 4
        return rules
    }

    mutating func run() {
        happens(.tick)
        while !draw.isOver, !isFinished {
            step()
            demand(machine.waiting <= AssistMachine.mostOfAll, "few updates wait")
            let due = updates.values.reduce(0, +) - lines.values.reduce(0, +)
            demand(isFinished || due == machine.waiting, "an update becomes one line: \(due), \(machine.waiting)")
        }
        happens(.terminate)
        pass(.seconds(10))
        demand(isFinished, "SIGTERM ends it")
        demand(updates == lines, "every update became one line: \(updates), \(lines)")
        demand(machine.handle(.tick, now: now, wallClock: CallBench.epoch).isEmpty, "after the end nothing is done")
    }

    private mutating func step() {
        switch draw.number(below: 8) {
        case 0, 1: update()
        case 2, 3: answer()
        case 4: pass(draw.one(of: [.milliseconds(10), .milliseconds(400), .seconds(3), .seconds(31), .seconds(130)]))
        case 5: moves()
        case 6:
            let text = draw.text()
            if case .update = Assist.incoming(text) { return }
            if socket == .open { happens(.socket(.text(text))) }
        default:
            switch draw.number(below: 6) {
            case 0: happens(.reload(Self.rules(draw.number(below: 4) + 1)))
            default: happens(.tick)
            }
        }
    }

    private mutating func update() {
        guard socket == .open else { return }
        let id = "i\(draw.number(below: 4))"
        let words = draw.one(of: ["well", "refund", "REFUND please", "legal action", "Ｒefund", "ordinary"])
        count += 1
        let payload: JSON = [
            "interactionId": .string(id), "transcript": .string("\(words) \(draw.bool() ? count : 0)"),
            "sentimentScore": .number(Double(draw.number(below: 21) - 10) / 10),
        ]
        updates[id, default: 0] += 1
        happens(.socket(.text(JSON.object(["type": "INTERACTION_UPDATE", "payload": payload]).text)))
    }

    private mutating func answer() {
        guard !asked.isEmpty else { return }
        let purpose = asked.remove(at: draw.number(below: asked.count))
        let bodies = [
            #"{"access_token":"t","expires_in":20}"#, #"{"suggestions":[]}"#, #"{"suggestions":1}"#, "nonsense",
            #"{"suggestions":[{"text":"fine","confidence":0.9},{"text":"take Legal  Action","confidence":1}]}"#,
            #"{"suggestions":[{"text":"faint","confidence":0.1}]}"#, draw.text(),
        ]
        let status = draw.one(of: [200, 200, 200, 401, 403, 429, 500, 503])
        switch draw.number(below: 6) {
        case 0: happens(.response(purpose, .failure(.timedOut("late"))))
        default:
            let response = Response(status: status, retryAfter: "1", body: Array(draw.one(of: bodies).utf8))
            happens(.response(purpose, .success(response)))
        }
    }

    private mutating func moves() {
        let isBad = draw.number(below: 4) == 0
        switch socket {
        case .none: break
        case _ where isBad:
            socket = .none
            happens(.socket(draw.one(of: [.closed(nil, reason: "gone"), .failed(.unreachable("no"))])))
        case .connecting:
            socket = .connected
            happens(.socket(.connected))
        case .connected: break
        case .upgrading where draw.number(below: 4) == 0:
            socket = .none
            happens(.socket(.refused(status: draw.one(of: [401, 403, 429, 503]), retryAfter: "2")))
        case .upgrading:
            socket = .open
            happens(.socket(.opened))
        case .open: happens(.socket(.alive))
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

    private mutating func happens(_ event: Event) {
        if isFinished { return }
        for effect in machine.handle(event, now: now, wallClock: CallBench.epoch + now / .seconds(1)) { take(effect) }
    }

    private mutating func take(_ effect: Effect) {
        switch effect {
        case .request(let purpose, let request):
            demand(request.location.host == "api.test", "a request goes to a host that was named")
            asked.append(purpose)
        case .cancel(let purpose): asked.removeAll { $0 == purpose }
        case .openSocket: socket = .connecting
        case .upgrade:
            demand(socket == .connected, "a handshake needs a connection")
            socket = .upgrading
        case .sendPing: demand(socket == .open, "a ping needs a socket")
        case .closeSocket, .abandonSocket: socket = .none
        case .line(let bytes): write(bytes)
        case .metrics, .log: break
        case .finish: isFinished = true
        }
    }

    private mutating func write(_ bytes: [UInt8]) {
        demand(bytes.last == 10 && !bytes.dropLast().contains { $0 < 0x20 }, "a line is one line")
        guard let line = try? JSON(parsing: bytes), let id = line["interactionId"]?.string else {
            complain("a line is JSON and says whose it is")
        }
        let text = String(bytes).lowercased()
        demand(!text.contains("take legal"), "nothing prohibited is in a line")
        lines[id, default: 0] += 1
    }
}
