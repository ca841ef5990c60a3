import Glibc
import JSON
import System

/// The stand-in for the Cognigy service, listening on this machine. This room plays the other end of every call: it
/// answers as the contract says, plays the faults of a `Scenario`, and reports every request and frame that breaks the
/// contract in its `Journal`.
///
/// Three folders: `Connection` does the I/O (sockets, TLS, the bytes of HTTP), `Service` judges and answers and does no
/// I/O, `Scenario` is the language that says what happens. The judge shares no code with the judged: its HTTP parser,
/// its forms and its watch over frames are its own, and only `JSON`, `WebSocket` and `System` serve both sides.
///
/// There is one thread and one poll. The owner calls `step`, or `run`.
public final class StandInServer {
    public struct Options: Sendable {
        /// 0 for any free port.
        public var port: UInt16 = 0
        public var usesTLS = false
        /// The file to write the certificate of the authority to, which signed that of the server.
        public var authorityFile: String?
        public var scenario: Scenario

        public init(scenario: Scenario) { self.scenario = scenario }
    }

    public enum Failure: Error, Equatable {
        case system(Errno)
        /// OpenSSL could not make a certificate.
        case certificate
    }

    public let baseURL: String
    /// The address of the endpoint, as Cognigy shows one: the last part is the token.
    public let endpointURL: String
    /// The certificate of the authority as PEM; nil without TLS.
    public let authority: [UInt8]?
    private let listener: ListeningSocket
    private let tls: TLSServer?
    private var service: Service
    private var connections: [Int: Connection] = [:]
    private var schedule = Schedule()
    private var lastNumber = 0

    /// Begins to listen. `journal` is called with an entry for everything that happens; the first call is made here.
    public init(_ options: Options, journal: @escaping (Journal.Entry) -> Void) throws(Failure) {
        do throws(Errno) { listener = try ListeningSocket(port: options.port) } catch { throw .system(error) }
        do throws(Certificate.Failure) {
            if options.usesTLS {
                let server = try TLSServer(flaw: options.scenario.certificate)
                authority = server.authorityPEM
                tls = consume server
            } else {
                authority = nil
                tls = nil
            }
        } catch { throw .certificate }
        baseURL = "\(options.usesTLS ? "https" : "http")://\(listener.host):\(listener.port)"
        endpointURL = "\(baseURL)/\(options.scenario.endpointToken)"
        let started = MonotonicClock.now()
        service = Service(scenario: options.scenario, baseURL: baseURL) { event, details in
            journal(Journal.Entry(time: (MonotonicClock.now() - started).inSeconds, event: event, details: details))
        }
        // The token of the stand-in itself is no secret of anybody, and its user needs the address.
        var listening: [String: JSON] = ["base_url": .string(baseURL), "endpoint": .string(endpointURL)]
        if let file = options.authorityFile, let authority {
            do throws(Errno) { try Self.write(authority, to: file) } catch { throw .system(error) }
            listening["ca"] = .string(file)
        }
        journal(Journal.Entry(time: 0, event: .listening, details: listening))
    }

    public var port: UInt16 { listener.port }

    private static func write(_ bytes: [UInt8], to file: String) throws(Errno) {
        let descriptor = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try Descriptor.writeAll(descriptor.raw, bytes, deadline: MonotonicClock.now() + .seconds(5))
    }

    /// Serves until `descriptor` is readable or its other end is closed.
    public func run(until descriptor: CInt) throws(Errno) {
        while try step(watching: [Poll.Interest(descriptor, .readable)], timeout: nil).isEmpty {}
    }

    /// Polls once, for `timeout` at most, and does everything that is due. Returns which of `others` became ready.
    public func step(watching others: [Poll.Interest] = [], timeout: Duration?) throws(Errno) -> Set<CInt> {
        let untilDue = schedule.nextDue.map { max($0 - MonotonicClock.now(), .zero) }
        let wait = [timeout, untilDue].compactMap(\.self).min()
        let present = connections.values.sorted { $0.number < $1.number }
        let ready = try Poll.wait(
            for: [Poll.Interest(listener.raw, .readable)] + others
                + present.map { Poll.Interest($0.raw, $0.hasOutput ? [.readable, .writable] : .readable) },
            timeout: wait)
        // Oldest first, so that the end of a socket is noted before the beginning of the one that replaces it.
        for connection in present where ready[connection.raw] != nil { read(connection) }
        if ready[listener.raw] != nil { accept() }
        carryOutWhatIsDue()
        for connection in connections.values { flush(connection) }
        return Set(others.map(\.descriptor).filter { ready[$0] != nil })
    }

    private func accept() {
        while let socket = listener.accept() {
            lastNumber += 1
            connections[lastNumber] = Connection(socket, number: lastNumber, tls: tls?.accept())
            service.record(.connected, ["connection": .integer(lastNumber)])
        }
    }

    private func read(_ connection: Connection) {
        let (bytes, isLast) = connection.read()
        if connection.use == .socket {
            add(service.receive(bytes, on: connection.number), for: connection)
        } else {
            connection.parser.receive(bytes)
            if connection.use == .http { answerNext(on: connection) }
        }
        if isLast { end(connection) }
    }

    private func answerNext(on connection: Connection) {
        do throws(RequestParser.Refusal) {
            guard let request = try connection.parser.next() else { return }
            let peer = Service.Peer(connection: connection.number, offeredHTTP2: connection.offeredHTTP2)
            connection.use = .answering
            add(service.answer(request, from: peer, now: MonotonicClock.now()), for: connection)
        } catch {
            connection.use = .answering
            add(service.refuse(Service.Breach(400, "a malformed request: \(error)")), for: connection)
        }
    }

    private func add(_ effects: [Timed], for connection: Connection) {
        schedule.add(effects, for: connection.number, now: MonotonicClock.now())
    }

    private func carryOutWhatIsDue() {
        while let item = schedule.next(now: MonotonicClock.now()) {
            guard let connection = connections[item.connection] else { continue }
            switch item.effect {
            case .send(let bytes): connection.send(bytes)
            case .answered:
                connection.use = .http
                answerNext(on: connection)
            case .openVoice(let session):
                open(connection)
                add(service.openVoice(session: session, on: connection.number), for: connection)
            case .openAssist(let id):
                open(connection)
                add(service.openAssist(id, on: connection.number), for: connection)
            case .openEndpoint(let introduction):
                open(connection)
                add(service.openEndpoint(introduction, on: connection.number), for: connection)
            case .openHearing(let style):
                open(connection)
                add(service.openHearing(style, on: connection.number), for: connection)
            case .openSpeech(let voice):
                open(connection)
                add(service.openSpeech(voice: voice, on: connection.number), for: connection)
            case .endpoint(let act): add(service.carryOut(act, on: connection.number), for: connection)
            case .perform(let action): add(service.perform(action, on: connection.number), for: connection)
            case .finish: connection.finish()
            case .drop:
                // First write what was sent before.
                _ = connection.flush()
                end(connection)
            }
        }
    }

    private func open(_ connection: Connection) {
        connection.use = .socket
        if !connection.parser.isEmpty { service.record(.violation, ["what": "frames before the handshake"]) }
    }

    private func flush(_ connection: Connection) {
        if !connection.flush() { return end(connection) }
        // Closing at once could make the client lose the last bytes, so it has two seconds to read them.
        if connection.isDone, connection.hangUp() {
            add([Timed(delay: .seconds(2), effect: .drop)], for: connection)
        }
    }

    private func end(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.number) != nil else { return }
        schedule.forget(connection.number)
        service.ended(connection.number)
        service.record(
            .disconnected,
            [
                "connection": .integer(connection.number), "bytes_in": .integer(connection.received),
                "bytes_out": .integer(connection.sent),
            ])
    }
}
