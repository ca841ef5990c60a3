import Assist
import Configuration
import Glibc
import HTTP
import State
import System
import Transport
import WebSocket

/// Runs AssistMachine for months: one thread, one poll, one HTTP client. The folder Bridge/Assist holds this loop, the queue of
/// the lines that it writes, and what it takes from the configuration.
public final class AssistLoop {
    public enum Refusal: Error, CustomStringConvertible {
        case badBaseURL
        case noNetwork

        public var description: String {
            switch self {
            case .badBaseURL: "base_url is no address of a service; write https://host"
            case .noNetwork: "libcurl could not be started; is there memory left?"
            }
        }
    }

    private let client: HTTPClient
    private let signals: Signals
    private let log: Log
    private let reload: () -> Settings?
    private var metrics: Metrics
    private var machine: AssistMachine
    private var lines = LineQueue()
    private var socket = ServiceSocket()
    private var purposes: [Int: Purpose] = [:]
    private var requests: [Purpose: Int] = [:]
    private var happened: [Event] = [.tick]
    private var reported = (lost: 0, at: Duration.zero)
    private var isFinished = false
    private let terminal = Descriptor.terminal(1)

    /// Lost lines are logged once in this time at most.
    private static let lossInterval = Duration.seconds(60)

    /// `reload` reads the configuration again. It reports errors itself and then returns nil.
    public init(
        _ settings: Settings, signals: consuming Signals, log: Log, reload: @escaping () -> Settings?
    ) throws(Refusal) {
        guard let rules = Rules(settings) else { throw .badBaseURL }
        guard let client = HTTPClient(settings.cognigy) else { throw .noNetwork }
        self.client = client
        self.signals = signals
        self.log = log
        self.reload = reload
        metrics = Metrics(path: settings.paths.metrics, log: log)
        machine = AssistMachine(rules, random: SystemRandomNumberGenerator())
        log.hide(settings.cognigy.clientSecret.reveal())
    }

    /// Runs until SIGTERM or SIGINT, or until standard output has no reader.
    public func run() {
        while true {
            settle()
            if isFinished { break }
            let now = MonotonicClock.now()
            // The poll does not report bytes that TLS has buffered.
            let deadline = socket.hasMore ? .zero : machine.nextDeadline.map { $0 - now }
            take(client.wait(for: interests, timeout: deadline))
        }
        drain()
        reportLostLines(always: true)
    }

    // MARK: Waiting

    private var interests: [Poll.Interest] {
        var interests = [Poll.Interest(signals.raw, .readable)]
        if let interest = socket.interest { interests.append(interest) }
        if !lines.isEmpty { interests.append(Poll.Interest(output, .writable)) }
        return interests
    }

    private func take(_ ready: [CInt: Poll.Events]) {
        happened += socket.process(ready).map { .socket($0) }
        for completion in client.completions() {
            if let event = socket.completed(completion) {
                happened.append(.socket(event))
            } else if let purpose = purposes.removeValue(forKey: completion.id) {
                requests[purpose] = nil
                happened.append(.response(purpose, completion.result))
            }
        }
        write()
        while let signal = signals.next() {
            if signal == SIGHUP { readAgain() } else { happened.append(.terminate) }
        }
        happened.append(.tick)
    }

    private func settle() {
        while !happened.isEmpty, !isFinished {
            let events = happened
            happened = []
            for event in events where !isFinished {
                for effect in machine.handle(event, now: MonotonicClock.now(), wallClock: WallClock.now()) {
                    perform(effect)
                }
            }
        }
    }

    private func readAgain() {
        guard let settings = reload(), let rules = Rules(settings) else {
            return log.write(.error, "the configuration is as it was before")
        }
        log.write(.notice, "the configuration was read again")
        log.hide(settings.cognigy.clientSecret.reveal())
        metrics = Metrics(path: settings.paths.metrics, log: log)
        happened.append(.reload(rules))
    }

    // MARK: Doing

    private func perform(_ effect: Effect) {
        switch effect {
        case .request(let purpose, let request):
            let id = client.start(request)
            purposes[id] = purpose
            requests[purpose] = id
        case .cancel(let purpose):
            guard let id = requests.removeValue(forKey: purpose) else { return }
            purposes[id] = nil
            client.cancel(id)
        case .openSocket(let location): socket.open(client, to: location, timeout: Stream.handshakeTimeout)
        case .upgrade(let path, let headers): note(socket.upgrade(path: path, headers: headers))
        case .sendPing: note(socket.ping())
        case .closeSocket(let code): note(socket.close(code))
        case .abandonSocket: socket.abandon()
        case .line(let line):
            // One round may bring more lines than the queue holds: write early, so that a ready reader loses none.
            if lines.waiting > LineQueue.much { write() }
            lines.add(line)
            reportLostLines(always: false)
        case .metrics(let line): metrics.append(line)
        case .log(let level, let text): log.write(level, text)
        case .finish: isFinished = true
        }
    }

    private func note(_ event: SocketEvent?) {
        if let event { happened.append(.socket(event)) }
    }

    // MARK: The reader

    private var output: CInt {
        switch terminal {
        case .some(let terminal): terminal.raw
        case nil: 1
        }
    }

    /// Polls standard output by itself: curl_multi_poll() does not report a full pipe whose reader is gone.
    private func isOutputReady(within limit: Duration) -> Bool {
        let interest = Poll.Interest(output, .writable)
        return (try? Poll.wait(for: interest, timeout: limit))?.isEmpty == false
    }

    /// Writes as much as the reader takes without waiting.
    private func write() {
        while !lines.isEmpty, isOutputReady(within: .zero) { writeOnce() }
    }

    /// Writes PIPE_BUF bytes, which a writable pipe takes without blocking (pipe(7)).
    private func writeOnce() {
        do {
            lines.sent(try Descriptor.write(output, lines.next(Int(PIPE_BUF))))
        } catch {
            // The reader of a pipe does not come back, so end: the supervisor starts both programs again.
            log.write(.warning, "nobody reads the lines any more: \(error)")
            lines.readerIsGone()
            happened.append(.terminate)
        }
    }

    /// Writes what is left, for a second at most.
    private func drain() {
        let end = MonotonicClock.now() + .seconds(1)
        while !lines.isEmpty, isOutputReady(within: end - MonotonicClock.now()) { writeOnce() }
        if !lines.isEmpty { lines.readerIsGone() }
    }

    private func reportLostLines(always: Bool) {
        let now = MonotonicClock.now()
        guard lines.lost > reported.lost, always || now - reported.at >= AssistLoop.lossInterval else { return }
        log.write(.warning, "lines that nobody read in time are lost: \(lines.lost) by now")
        reported = (lines.lost, now)
    }
}
