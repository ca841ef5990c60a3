import Errands
import Cognigy
import HTTP
import Testing
import WebSocket

@testable import AGI
@testable import Call

/// A machine with a clock of numbers, and a second opinion on what may be written to Asterisk.
final class Bench {
    var machine: CallMachine
    var ending: Ending? { machine.ending }
    var now = Duration.zero
    /// The wall clock at the start of the call.
    static let epoch = 1_700_000_000.0
    static let marker = "marker:"
    /// With what calls wait.
    @TaskLocal static var silence: Handset.Silence?
    /// What the channel says of its formats.
    var formats = "(ulaw)"
    /// What Dial() or Transfer() has left in the dialplan's variables.
    var status = "ANSWER"
    private var exchange = Exchange()
    private(set) var log: [Effect] = []

    static let plan: Uplink.Plan = {
        guard let base = Location("https://cognigy.test") else { preconditionFailure() }
        return Uplink.Plan(
            base: base, clientID: "id", clientSecret: "secret", flowID: "flow", uniqueID: "1.1", caller: "4930",
            locale: nil, setupTimeout: .seconds(15), pingInterval: .seconds(30), reconnectAttempts: 5)
    }()

    /// Of a spoken dialog.
    static let dialog: Conversation.Plan = {
        guard let recogniser = Location("https://stt.test/recognize") else { preconditionFailure() }
        return Conversation.Plan(
            base: plan.base, key: "key", botID: "bot", dialogID: "main", userID: "4930",
            speech: SpeechToText.Rules(Recognizer(location: recogniser, style: .raw)), replyTimeout: .seconds(10))
    }()

    static var credentials: Errand.Credentials {
        Errand.Credentials(base: plan.base, clientID: "id", clientSecret: "secret")
    }

    init(
        _ rules: CallMachine.Rules = CallMachine.Rules(), plan: Uplink.Plan = Bench.plan,
        voice: VoiceService.Rules = VoiceService.Rules(), seed: UInt64 = 1
    ) {
        let service = VoiceService(voice, uplink: Uplink(plan))
        machine = CallMachine(rules, service: service, marker: Bench.marker, seed: seed)
    }

    init(_ rules: CallMachine.Rules, service: any Service) {
        machine = CallMachine(rules, service: service, marker: Bench.marker, seed: 1)
    }

    /// A spoken dialog has begun.
    static func spoken(_ plan: Conversation.Plan = dialog) -> Bench {
        var rules = CallMachine.Rules()
        rules.hears = true
        rules.handset.asksFor = "EAGI_AUDIO_FORMAT"
        let bench = Bench(rules, service: DialogService(Conversation(plan)))
        bench.start()
        bench.connect()
        bench.settle()
        return bench
    }

    /// The caller has asked something, and has heard the first of two sentences for 1.21 s.
    static func answering(_ plan: Conversation.Plan = dialog) -> Bench {
        let bench = spoken(plan)
        bench.happens(.speechBegan)
        bench.happens(.speechIsSure)
        bench.happens(.speech([Int16](repeating: 1, count: 9600)))
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        bench.happens(.slot(isTaken: true))
        for case .prepare(let id, let order) in bench.responds(
            .dialog, 200, #"{"outputs":[{"text":"First words. Second words."}]}"#)
        {
            bench.happens(.prepared(id, .file(order.message.text ?? "")))
        }
        bench.settle()
        #expect(bench.outstanding == stream("First words."))
        bench.pass(.milliseconds(1210))
        return bench
    }

    /// The commands that Asterisk has not answered.
    var outstanding: Command? { exchange.current }
    var isStoppingStream: Bool { exchange.awaitsReading }
    var running: Command? { exchange.running }
    var isFinished: Bool { log.contains(.finish) }
    var commands: [Command] { log.compactMap { if case .send(let command, _) = $0 { command } else { nil } } }
    var keys: String {
        String(log.compactMap { if case .sendKey(let key) = $0 { key.key } else { nil } })
    }

    /// What the dialplan was told.
    var variables: [Command.Variable: String] {
        var variables: [Command.Variable: String] = [:]
        for case .setVariables(let assignments) in commands {
            for assignment in assignments { variables[assignment.variable] = assignment.value }
        }
        return variables
    }

    // MARK: What happens

    @discardableResult
    func start() -> [Effect] {
        let effects = happens(.start)
        if let silence = Bench.silence { happens(.silence(silence)) }
        return effects
    }

    @discardableResult
    func connect(refusal: Ending? = nil) -> [Effect] { happens(.connect(refusal: refusal)) }

    @discardableResult
    func happens(_ event: Event) -> [Effect] {
        if case .reply(let reply) = event { _ = exchange.receive(reply) }
        return note(machine.handle(event, now: now, wallClock: Bench.epoch + now / .seconds(1)))
    }

    /// Time passes, with a tick at each of the machine's own deadlines.
    @discardableResult
    func pass(_ time: Duration) -> [Effect] {
        let end = now + time
        var effects: [Effect] = []
        var ticks = 0
        while let next = machine.nextDeadline, next <= end, !isFinished {
            ticks += 1
            if ticks > 10_000 {
                Issue.record("the clock stands still at \(now)")
                break
            }
            now = max(now, next)
            effects += happens(.tick)
        }
        now = end
        return effects
    }

    private func note(_ effects: [Effect]) -> [Effect] {
        for effect in effects {
            guard case .send(let command, _) = effect else { continue }
            #expect(exchange.allows(command), "\(command) while \(String(describing: exchange.current)) runs")
            exchange.sent(command)
        }
        log += effects
        return effects
    }

    // MARK: Asterisk

    /// The second opinion, too, stops waiting for the first command.
    func givesUpSynchronizing() { exchange.abandon() }

    /// Asterisk has read what was sent.
    @discardableResult
    func reads() -> [Effect] {
        _ = exchange.wasRead(exchange.sentCount)
        return happens(.read(exchange.sentCount))
    }

    @discardableResult
    func answers(_ value: Int, _ text: String? = nil, endpos: Int? = nil) -> [Effect] {
        happens(.reply(.success(value: String(value), text: text, endpos: endpos)))
    }

    /// The caller presses a key while a command collects keys.
    @discardableResult
    func press(_ key: Character, at position: Int? = nil) -> [Effect] {
        answers(Int(key.asciiValue ?? 0), endpos: position)
    }

    /// Asterisk answers everything that is quick, WAIT FOR DIGIT being interrupted among it.
    func settle() {
        for _ in 0..<100 {
            switch exchange.current {
            case _ where exchange.awaitsReading: reads()
            case .evaluate(Bench.marker, _): answers(1, Bench.marker + formats)
            case .evaluate(let marker, _): answers(1, marker + status)
            case .gosub: return
            case .waitForDigit where !exchange.isInterrupting: return
            case .streamFile where !exchange.isInterrupting: return
            case .streamSilence where !exchange.isInterrupting: return
            case .sayNumber where !exchange.isInterrupting: return
            case nil: return
            case .hangup: answers(1)
            case .clearVariable, .verbose, .waitForDigit, .streamFile, .sayNumber: answers(1)
            default: answers(0)
            }
        }
        Issue.record("Asterisk never comes to rest")
    }

    // MARK: The service

    @discardableResult
    func responds(_ purpose: Purpose, _ status: Int, _ body: String = "", retryAfter: String? = nil)
        -> [Effect]
    {
        happens(.response(purpose, .success(Response(status: status, retryAfter: retryAfter, body: Array(body.utf8)))))
    }

    @discardableResult
    func says(_ text: String) -> [Effect] { happens(.socket(.text(text))) }

    @discardableResult
    func says(_ text: String, end: Bool) -> [Effect] {
        says(#"{"type":"response","text":"\#(text)","end":\#(end)}"#)
    }

    /// The service says words, and they can be heard at once under the name of the words.
    func speaks(_ text: String, end: Bool = false) {
        for case .prepare(let id, _) in says(text, end: end) { happens(.prepared(id, .file(text))) }
    }

    @discardableResult
    func drops(_ code: CloseCode? = nil) -> [Effect] { happens(.socket(.closed(code, reason: "gone"))) }

    /// A call that has come as far as an open socket, with nothing to hear.
    static func talking(
        _ rules: CallMachine.Rules = CallMachine.Rules(), plan: Uplink.Plan = Bench.plan,
        voice: VoiceService.Rules = VoiceService.Rules()
    ) -> Bench {
        let bench = Bench(rules, plan: plan, voice: voice)
        bench.start()
        bench.connect()
        bench.settle()
        bench.opens()
        bench.settle()
        // The flow is there, and says nothing that could be heard.
        bench.says(#"{"type":"response"}"#)
        return bench
    }

    func opens() {
        happens(.token(.found("token", ahead: false)))
        responds(.session, 201, #"{"id":"s1"}"#)
        happens(.socket(.connected))
        happens(.socket(.opened))
    }

    /// Time passes until the machine wants `effect`; all that it wanted by then.
    @discardableResult
    func waits(for effect: Effect) -> [Effect] {
        var effects: [Effect] = []
        while !effects.contains(effect), machine.ending == nil, let next = machine.nextDeadline {
            effects += pass(next - now)
        }
        #expect(effects.contains(effect) || machine.ending != nil)
        return effects
    }

    /// The socket is opened again after a drop, as soon as the machine wants it.
    @discardableResult
    func reopens() -> [Effect] {
        waits(for: .openSocket)
        happens(.token(.found("token", ahead: false)))
        happens(.socket(.connected))
        return happens(.socket(.opened))
    }
}

extension CallMachine.Rules {
    static func with(
        fallback: String? = nil, onEnd: Bool = true, onFailure: Bool = false, idle: Duration? = nil,
        wait: String? = nil
    ) -> CallMachine.Rules {
        var rules = CallMachine.Rules()
        rules.farewell.fallbackPrompt = fallback
        rules.farewell.hangsUpAtEnd = onEnd
        rules.farewell.hangsUpOnFailure = onFailure
        rules.idleTimeout = idle
        rules.handset.waitPrompt = wait
        return rules
    }
}

extension [Effect] {
    /// What silences are to end what the caller says.
    var silences: [Duration] { compactMap { if case .endSpeech(let silence) = $0 { silence } else { nil } } }

    var commands: [Command] { compactMap { if case .send(let command, _) = $0 { command } else { nil } } }
    var requests: [Purpose] { compactMap { if case .request(let purpose, _) = $0 { purpose } else { nil } } }
    var verdicts: [Effect] { filter { [.serviceWorks, .serviceFails, .serviceUnknown].contains($0) } }
    func count(_ effect: Effect) -> Int { filter { $0 == effect }.count }
    var notes: [String] { compactMap { if case .log(_, let text) = $0 { text } else { nil } } }
}

func key(_ character: Character) throws -> DTMF { try #require(DTMF(character)) }

/// The words that stream from Asterisk's disk.
func stream(_ name: String, _ escape: Command.Digits = .all, offset: Int = 0) -> Command {
    .streamFile(name, escape: escape, offset: offset)
}

extension [Effect] {
    /// What the metrics are told of turns.
    var turns: [TurnMetrics] { compactMap { if case .turn(let turn) = $0 { turn } else { nil } } }
}
