import Glibc
import JSON
import System

/// A service on loopback that speaks the contract strictly: one thread, one poll. Whoever owns it calls `step`.
package final class StandInServer {
    package struct Options: Sendable {
        /// 0 is any free port.
        package var port: UInt16 = 0
        package var usesTLS = false
        /// Where to write the certificate of the authority that signed the server's.
        package var authorityFile: String?
        package var scenario: Scenario

        package init(scenario: Scenario) { self.scenario = scenario }
    }

    package enum Failure: Error, Equatable {
        case system(Errno)
        /// OpenSSL could not make one.
        case certificate
    }

    package let baseURL: String
    /// The certificate of the authority, in PEM; nil without TLS.
    package let authority: [UInt8]?
    private let listener: ListeningSocket
    private let tls: TLSServer?
    private var service: Service
    private var connections: [Int: Connection] = [:]
    private var schedule = Schedule()
    private var lastNumber = 0

    /// Listens at once. `journal` gets an entry for everything that happens, the first one here.
    package init(_ options: Options, journal: @escaping (Journal.Entry) -> Void) throws(Failure) {
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
        baseURL = "\(options.usesTLS ? "https" : "http")://127.0.0.1:\(listener.port)"
        let started = MonotonicClock.now()
        service = Service(scenario: options.scenario, baseURL: baseURL) { event, details in
            journal(Journal.Entry(time: (MonotonicClock.now() - started).inSeconds, event: event, details: details))
        }
        var listening: [String: JSON] = ["base_url": .string(baseURL)]
        if let file = options.authorityFile, let authority {
            do throws(Errno) { try Self.write(authority, to: file) } catch { throw .system(error) }
            listening["ca"] = .string(file)
        }
        service.record(.listening, listening)
    }

    package var port: UInt16 { listener.port }

    private static func write(_ bytes: [UInt8], to file: String) throws(Errno) {
        let descriptor = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try Descriptor.writeAll(descriptor.raw, bytes, deadline: MonotonicClock.now() + .seconds(5))
    }

    /// Serves until `descriptor` has something to read, or its other end is closed.
    package func run(until descriptor: CInt) throws(Errno) {
        while try step(watching: [Poll.Interest(descriptor, .readable)], timeout: nil).isEmpty {}
    }

    /// Waits once, at most for `timeout`, and does what there is to do; which of `others` became ready.
    package func step(watching others: [Poll.Interest] = [], timeout: Duration?) throws(Errno) -> Set<CInt> {
        let untilDue = schedule.nextDue.map { max($0 - MonotonicClock.now(), .zero) }
        let wait = [timeout, untilDue].compactMap(\.self).min()
        let present = connections.values.sorted { $0.number < $1.number }
        let ready = try Poll.wait(
            for: [Poll.Interest(listener.raw, .readable)] + others
                + present.map { Poll.Interest($0.raw, $0.hasOutput ? [.readable, .writable] : .readable) },
            timeout: wait)
        // In the order of their arrival: the end of a socket is seen before the one that replaces it.
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
            case .perform(let action): add(service.perform(action, on: connection.number), for: connection)
            case .finish: connection.finish()
            case .drop:
                // What was said before is on its way.
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
        // The client reads the last bytes in peace: closing at once could take them from it. Two seconds are enough.
        if connection.isDone, connection.hangUp() {
            add([Timed(delay: .seconds(2), effect: .drop)], for: connection)
        }
    }

    private func end(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.number) != nil else { return }
        schedule.forget(connection.number)
        service.ended(connection.number)
        service.record(.disconnected, ["connection": .integer(connection.number)])
    }
}
