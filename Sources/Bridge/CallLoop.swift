import Call
import AGI
import Audio
import Cognigy
import Configuration
import Glibc
import HTTP
import State
import System
import Transport
import WebSocket

/// Carries one call. It waits in one poll for everything that can happen, hands each event to the machine, and carries out
/// the effects. The folder Bridge holds all that acts: this loop, the pipe to Asterisk, prompts, shared state, errands at a
/// shell, the agent's help, the answers to a web server, and what each part takes from the configuration.
public final class CallLoop {
    private let base: Location
    private let signals: Signals
    private let log: Log
    private let shared: SharedState
    private let client: HTTPClient
    private let connections: Connections
    private let speaker: PromptMaker
    private let errands: ErrandRequests
    private var link: AGILink
    private var machine: CallMachine
    /// The sample rate of the caller's voice; nil until it is known.
    private var voiceRate: Int?
    private var socket = ServiceSocket()
    private let listener: VoiceInput?
    private var control: ControlSocket?
    private var purposes: [Int: Purpose] = [:]
    private var happened: [Event] = []
    /// Commands that wait until Asterisk has read the one before, and for how long they may.
    private var held: [Command] = []
    private var heldUntil = Duration.zero
    /// Since when a line is in the pipe that Asterisk has not read, as far as that matters.
    private var unreadSince: Duration?
    /// A busy Asterisk that starts many calls may need seconds; one that is gone closes the pipe.
    private static let patience = Duration.seconds(10)
    private var pipeIsOpen = true
    private var isFinished = false
    private let trace: CallTrace?
    private var metrics: CallMetrics?
    private var summary = CallSummary()
    private var openTurn = OpenTurn()
    private let transcript: Transcript?
    /// The wall clock at `started`. Time goes on from there by the monotonic clock, so that a call can be run again.
    private let wallClock = WallClock.now()
    private let started = MonotonicClock.now()
    private let resumes: Bool

    public enum Refusal: Error, CustomStringConvertible {
        case badBaseURL
        case badSpeechURL
        case noNetwork

        public var description: String {
            switch self {
            case .badBaseURL: "base_url (or tenant, or endpoint_url) is no address of a service; write https://host"
            case .badSpeechURL: "stt_url is no address of a service; write https://host/path"
            case .noNetwork: "libcurl could not be started; is there memory left?"
            }
        }
    }

    /// What the dialplan wants.
    public enum Kind {
        case bridge, voice
        /// `sessionID` empty is the channel's.
        case handoff(queue: String, sessionID: String, variables: [String: String])

        public var role: Settings.Role {
            switch self {
            case .bridge: .bridge
            case .voice: .voice
            case .handoff: .handoff
            }
        }

        /// Where the service is that answers such a call.
        func address(in settings: Settings) -> String {
            switch self {
            case .bridge: settings.cognigy.endpoint?.server ?? settings.cognigy.baseURL
            case .voice: settings.cognigy.endpoint?.server ?? settings.cognigy.dialogURL
            case .handoff: settings.cognigy.baseURL
            }
        }
    }

    /// Sends the first command before anything else is made ready.
    public init(
        _ settings: Settings, for kind: Kind, environment: AGI.Environment, link: AGILink,
        signals: consuming Signals, log: Log
    ) throws(Refusal) {
        let role = kind.role
        guard let base = Location(kind.address(in: settings)) else {
            throw .badBaseURL
        }
        self.base = base
        self.link = link
        self.signals = signals
        self.log = log
        resumes = settings.resumes
        let seed = UInt64.random(in: .min ... .max)
        machine = try CallMachine(
            settings, for: kind, base: base, environment: environment, seed: seed, wallClock: wallClock)
        listener = role == .voice ? VoiceInput(settings.speech, environment) : nil
        let first = machine.handle(.start, now: started, wallClock: wallClock)
        for case .send(let command, _) in first {
            do { try link.send(command) } catch { pipeIsOpen = false }
        }
        trace = CallTrace(
            settings, kind: kind, environment: environment, seed: seed, started: started, wallClock: wallClock, log: log
        )
        summary.note(.start, first, at: started)
        trace?.note(.start, first, at: started)
        guard let client = HTTPClient(settings.cognigy) else { throw .noNetwork }
        self.client = client
        connections = Connections(settings, for: kind, base: base)
        listener?.transcriber = Transcriber(settings, client, log: log)
        shared = SharedState(settings, base: base, caller: environment.callerID, client: client, log: log)
        metrics = CallMetrics(
            settings, for: kind, environment: environment, seed: seed, folder: shared.folder, log: log)
        transcript = Transcript(settings, environment: environment, seed: seed, log: log)
        client.resume(with: TLSSessions(settings, folder: shared.folder))
        happened.append(.silence(shared.silence))
        happened += (shared.warnings + [log.problem].compactMap { $0 }).map { .warning($0) }
        errands = ErrandRequests(client: client) { [shared] in shared.token($0) }
        speaker = PromptMaker(
            client: client, download: AudioDownload(base: base, hosts: settings.call.audioHosts),
            voice: PromptMaker.Voice(settings), folder: shared.callFolder(), state: shared.folder
        ) { [log] in log.write($0, $1) }
    }

    /// Runs the call to its end.
    public func run() -> Ending {
        shared.stayConnected()
        if listener != nil, resumes {
            shared.takeDialog { [self] in if let memory = $0 { happened.append(.memory(memory)) } }
        }
        shared.admit { [self] in happened.append(.connect(refusal: $0)) }
        if !pipeIsOpen { happened.append(.pipeEnded) }
        while !isFinished {
            settleEvents()
            if isFinished { break }
            noteWhetherAllIsRead()
            let now = MonotonicClock.now()
            take(client.wait(for: interests, timeout: deadline.map { $0 - now }))
        }
        speaker.finish()
        listener?.transcriber?.finish()
        shared.finish()
        // Sweep last: no key can be lost any more.
        shared.sweepCalls()
        let ending = machine.ending ?? .hangup
        metrics?.note(summary, of: machine, ending, at: MonotonicClock.now())
        return ending
    }

    // MARK: Waiting

    private var interests: [Poll.Interest] {
        var interests = [Poll.Interest(signals.raw, .readable)]
        if pipeIsOpen { interests.append(Poll.Interest(link.input, .readable)) }
        if let interest = socket.interest { interests.append(interest) }
        if let listener { interests += listener.interests }
        if let control = control?.descriptor { interests.append(Poll.Interest(control, .readable)) }
        return interests + speaker.interests + (shared.link?.interests ?? [])
    }

    private var deadline: Duration? {
        // No event tells that Asterisk has read a line, so look again: after a millisecond, and after an eighth of the time that
        // it has taken so far. A thousand calls that looked every millisecond would take the processor from an Asterisk that
        // is too busy to read.
        let now = MonotonicClock.now()
        let retry = unreadSince.map { now + min(max((now - $0) / 8, .milliseconds(1)), .milliseconds(50)) }
        let socket = socket.hasMore ? Duration.zero : nil
        return [machine.nextDeadline, speaker.deadline, listener?.deadline, retry, socket, shared.link?.deadline]
            .compactMap { $0 }.min()
    }

    private func noteWhetherAllIsRead() {
        let isUnread = pipeIsOpen && (!held.isEmpty || machine.awaitsReading)
        unreadSince = isUnread ? unreadSince ?? MonotonicClock.now() : nil
    }

    private func take(_ ready: [CInt: Poll.Events]) {
        // The socket first: a key is not written to a connection whose end has already arrived.
        happened += socket.process(ready).map { .socket($0) }
        speaker.process(ready, MonotonicClock.now())
        for completion in client.completions() {
            if let event = socket.completed(completion) {
                happened.append(.socket(event))
            } else if listener?.transcriber?.completed(completion, MonotonicClock.now()) == true {
                continue
            } else if errands.completed(completion) || shared.link?.completed(completion) == true {
                continue
            } else if let purpose = purposes.removeValue(forKey: completion.id) {
                happened.append(.response(purpose, completion.result))
            } else {
                speaker.completed(completion, MonotonicClock.now())
            }
        }
        shared.link?.process(ready, now: MonotonicClock.now())
        happened += errands.news().map { .errand($0.kind, $0.event) }
        if ready[link.input] != nil { receive() }
        if machine.awaitsReading { seeWhatWasRead() }
        if let listener { happened += listener.listen(rate: voiceRate, ready, now: MonotonicClock.now()) }
        if let descriptor = control?.descriptor, ready[descriptor] != nil {
            while control?.next() == .stop { happened.append(.stopPrompt) }
        }
        if ready[signals.raw] != nil {
            while let signal = signals.next() { happened.append(signal == SIGHUP ? .hangup : .terminate) }
        }
        sendHeld()
        happened += speaker.step(MonotonicClock.now()).map { .prepared($0.id, $0.sound, $0.loss) }
        happened.append(.tick)
    }

    private func receive() {
        do {
            for reply in try link.receive() {
                listener?.received(reply, now: MonotonicClock.now())
                happened.append(.reply(reply))
            }
        } catch { closePipe() }
    }

    /// Asterisk reads a command only when the one before is over, and has written its answer by then. So once the pipe is
    /// empty and the answers are received, a stream without an answer was interrupted.
    private func seeWhatWasRead() {
        guard held.isEmpty, pipeIsOpen, link.isReadyForInterrupt else { return }
        while pipeIsOpen, link.hasReplies { receive() }
        happened.append(.read(machine.sentCount))
    }

    private func settleEvents() {
        while !happened.isEmpty, !isFinished { handle(happened.removeFirst()) }
    }

    /// Hands an event to the machine, does what it wants, and only then writes it down. A tick at which nothing is due does
    /// nothing.
    private func handle(_ event: Event) {
        let now = MonotonicClock.now()
        let isIdle = if case .tick = event { machine.nextDeadline.map { $0 > now } ?? true } else { false }
        let effects = machine.handle(event, now: now, wallClock: wallClock + (now - started) / .seconds(1))
        let turns = metrics == nil ? [] : openTurn.note(event, effects, at: now)
        perform(effects)
        for turn in turns { metrics?.note(turn, session: summary.sessionID) }
        if beginsTurn(event, effects), !isFinished { openAhead() }
        if isIdle, effects.isEmpty { return }
        summary.note(event, effects, at: now)
        trace?.note(event, effects, at: now)
    }

    private func openAhead() {
        connections.open(client)
        speaker.openAhead()
    }

    /// The call begins, or the caller says something, or has pressed a key. What that stops is over by then, and its connections with it.
    private func beginsTurn(_ event: Event, _ effects: [Effect]) -> Bool {
        switch event {
        case .speechBegan, .speechIsSure, .speechGoesOn: true
        // A service that failed the calls before this one is left alone.
        case .connect(let refusal): refusal == nil
        default:
            effects.contains {
                switch $0 {
                case .sendKey, .sendText(_, .some, _): true
                default: false
                }
            }
        }
    }

    private func closePipe() {
        guard pipeIsOpen else { return }
        pipeIsOpen = false
        held = []
        happened.append(.pipeEnded)
    }

    // MARK: Doing

    /// Removes and writes files last: that takes time, for which neither the caller nor the service waits, and after a hangup
    /// there is little for the commands.
    private func perform(_ effects: [Effect]) {
        let mayWait = { (effect: Effect) in
            switch effect {
            case .discard, .remark: true
            default: false
            }
        }
        for effect in effects where !mayWait(effect) { perform(effect) }
        for effect in effects where mayWait(effect) { perform(effect) }
    }

    private func perform(_ effect: Effect) {
        switch effect {
        case .send(var command, _):
            // An error text of the service may echo a token or a secret.
            if case .verbose(let text, let level) = command { command = .verbose(log.hiding(text), level: level) }
            if case .warn(let text) = command { command = .warn(log.hiding(text)) }
            if held.isEmpty { heldUntil = MonotonicClock.now() + Self.patience }
            held.append(command)
            sendHeld()
        case .findToken(let rejected, let alone):
            shared.token.find(rejected: rejected, alone: alone) { [self] in happened.append(.token($0)) }
        case .storeToken(let grant): shared.token.store(grant)
        case .releaseToken: shared.token.release()
        case .errand(let kind, let wish):
            errands.perform(kind, wish)
            happened += errands.news().map { .errand($0.kind, $0.event) }
        case .request(let purpose, let request): purposes[client.start(request)] = purpose
        case .cancel(let purpose): cancel(purpose)
        case .openSocket:
            forgetSocket()
            socket.open(client, to: base, timeout: .seconds(10))
        case .upgrade(let path, let headers): note(socket.upgrade(path: path, headers: headers))
        case .sendKey(let key): send(key)
        case .sendText(let text, let input, _): send(text, input)
        case .sendPing:
            note(socket.send(VoiceSocket.ping))
            note(socket.ping())
        case .closeSocket(let code):
            note(socket.close(code))
        case .abandonSocket:
            forgetSocket()
            socket.abandon()
        case .prepare(let id, let order):
            speaker.prepare(id, order)
            happened += speaker.step(MonotonicClock.now()).map { .prepared($0.id, $0.sound, $0.loss) }
        case .discard(let id): speaker.discard(id)
        case .sessionBegan(let id):
            control = ControlSocket(folder: shared.folder, session: id) { log.write(.notice, $0) }
            shared.listen(to: id) { [self] in happened.append(.stopPrompt) }
        case .serviceWorks: shared.serviceWorks()
        case .serviceFails: shared.serviceFails()
        case .serviceUnknown: shared.serviceUnknown()
        // The metrics wait for its first sound.
        case .turn: break
        case .remark(let remark): transcript?.note(remark, session: summary.sessionID)
        case .takeSlot: shared.takeSlot { [self] in happened.append(.slot(isTaken: $0)) }
        case .releaseSlot: shared.releaseSlot()
        case .saveDialog(let dialog): if resumes { shared.saveDialog(dialog) }
        case .forgetDialog: shared.takeDialog()
        case .log(let level, let text): log.write(level, text)
        case .listen(let rate): voiceRate = rate
        case .endSpeech(let silence): happened += listener?.ends(after: silence) ?? []
        case .followSpeech(let options): listener?.transcriber?.follow(options)
        case .transcribe(let samples, let options, let time):
            listener?.transcriber?.transcribe(samples, options, within: time, MonotonicClock.now())
        case .finish: isFinished = true
        }
    }

    private func cancel(_ purpose: Purpose) {
        if purpose == .recognition { listener?.transcriber?.cancel() }
        for (request, itsPurpose) in purposes where itsPurpose == purpose {
            client.cancel(request)
            purposes[request] = nil
        }
        happened.removeAll { if case .response(let other, _) = $0 { other == purpose } else { false } }
    }

    /// What a socket has said that is given up now is not what the next one says.
    private func forgetSocket() {
        happened.removeAll { if case .socket = $0 { true } else { false } }
    }

    private func note(_ event: SocketEvent?) {
        if let event { happened.append(.socket(event)) }
    }

    private func send(_ key: DTMF) {
        guard socket.isHeard else { return happened.append(.unsent(key)) }
        if let failure = socket.send(key.message) { happened += [.unsent(key), .socket(failure)] }
    }

    private func send(_ text: String, _ input: Int?) {
        if let input, !socket.isHeard { return happened.append(.unsentInput(input)) }
        let failure = socket.send(text)
        if let input, failure != nil { happened.append(.unsentInput(input)) }
        note(failure)
    }

    /// Never two unread lines in the pipe: a command that interrupts waits until the one before it was read.
    private func sendHeld() {
        guard let command = held.first, pipeIsOpen else { return }
        if !link.isReadyForInterrupt {
            if MonotonicClock.now() >= heldUntil { closePipe() }
            return
        }
        held.removeFirst()
        unreadSince = nil
        heldUntil = MonotonicClock.now() + Self.patience
        let now = MonotonicClock.now()
        speaker.sent(command, now: now)
        listener?.sent(command, now: now)
        do { try link.send(command) } catch { closePipe() }
    }
}
