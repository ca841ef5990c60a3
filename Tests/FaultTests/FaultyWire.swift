import Glibc
import StandIn
import System
import Testbed

/// A stretch of network with a fault, before a service of this machine or in place of one. Its owner polls for it.
final class FaultyWire {
    enum Fault: Sendable {
        /// Nobody listens.
        case refuses
        /// Nothing comes back, not even a RST, as behind a firewall that drops.
        case dropsPackets
        /// FIN and RST, as soon as there is a connection.
        case closes, resets
        /// The connection stands, and nobody ever answers.
        case isSilent
        /// FIN at once, but the other way stays open.
        case halfCloses
        /// These bytes are the answer, and nothing more comes; or it closes behind them.
        case answers(String)
        case answersAndCloses(String)
        /// These bytes are the answer, and then these again and again without an end.
        case floods(String, String)
        /// The service's own answer comes a byte at a time.
        case drips(every: Duration)
        /// After so many bytes of the service's own answer comes FIN, RST or nothing more.
        case cuts(after: Int), resetsAfter(Int), stalls(after: Int)
    }

    let port: UInt16
    private let fault: Fault
    private let service: Int?
    private let marker: [UInt8]
    private var listener: ListeningSocket?
    private var full: FullListener?
    private var closed: ClosedPort?
    private var links: [Link] = []
    /// How many connections will still have the fault, and how many had it.
    private var coming: Int
    private(set) var faulty = 0

    /// A connection has the fault as soon as its client has sent `marker`; until then it goes to `service`.
    init(_ fault: Fault, to service: Int?, from marker: String = "", times: Int = .max) throws {
        self.fault = fault
        self.service = service
        self.marker = Array(marker.utf8)
        coming = times
        switch fault {
        case .refuses:
            let socket = try ClosedPort()
            port = socket.port
            closed = socket
        case .dropsPackets:
            let listener = try FullListener()
            port = listener.port
            full = listener
        default:
            let socket = try ListeningSocket(port: 0)
            port = socket.port
            listener = consume socket
        }
    }

    /// Whether the fault has happened, as far as this side can tell.
    var wasMet: Bool {
        switch fault {
        case .refuses, .dropsPackets: true
        default: faulty > 0
        }
    }

    private final class Link {
        let client: FileDescriptor
        var service: FileDescriptor?
        var received: [UInt8] = []
        var isFaulty = false
        var hasAnswered = false
        var isOver = false
        /// What the service has said and the client is sent later, and when.
        var waiting: ArraySlice<UInt8> = []
        var due: Duration?
        /// How much the client was sent since the fault began.
        var sent = 0
        var isMute = false
        var clientEnded = false

        init(_ client: consuming FileDescriptor) { self.client = client }

        func toClient(_ bytes: some Collection<UInt8>) {
            sent += bytes.count
            do { try Descriptor.writeAll(client.raw, Array(bytes), deadline: MonotonicClock.now() + .seconds(2)) } catch
            {
                isOver = true
            }
        }

        /// RST instead of FIN: socket(7), SO_LINGER.
        func reset() {
            var abruptly = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client.raw, SOL_SOCKET, SO_LINGER, &abruptly, socklen_t(MemoryLayout<linger>.size))
            isOver = true
        }
    }

    var interests: [Poll.Interest] {
        var interests: [Poll.Interest] = []
        if let raw = listener?.raw { interests.append(Poll.Interest(raw, .readable)) }
        for link in links {
            let events: Poll.Events = floods && link.hasAnswered ? [.readable, .writable] : .readable
            if !link.clientEnded { interests.append(Poll.Interest(link.client.raw, events)) }
            if !link.isMute, link.waiting.isEmpty, let raw = link.service?.raw {
                interests.append(Poll.Interest(raw, .readable))
            }
        }
        return interests
    }

    private var floods: Bool { if case .floods = fault { true } else { false } }

    /// How long to poll at most; nil for ever.
    var timeout: Duration? { links.compactMap(\.due).min().map { max(.zero, $0 - MonotonicClock.now()) } }

    /// Does everything that is due.
    func step(_ ready: [CInt: Poll.Events]) throws {
        while let client = listener?.accept() { try accept(client) }
        for link in links { try step(link, ready) }
        links.removeAll { $0.isOver }
    }

    private func accept(_ client: consuming FileDescriptor) throws {
        let link = Link(client)
        links.append(link)
        if let service {
            let other = try TCPClient.connect(to: UInt16(service))
            Descriptor.setNonBlocking(other.raw)
            link.service = consume other
        }
        if marker.isEmpty { begin(link) }
    }

    private func begin(_ link: Link) {
        if coming <= 0 { return }
        coming -= 1
        faulty += 1
        link.isFaulty = true
        switch fault {
        case .closes: link.isOver = true
        case .resets: link.reset()
        case .halfCloses: shutdown(link.client.raw, CInt(SHUT_WR))
        default: break
        }
    }

    private func step(_ link: Link, _ ready: [CInt: Poll.Events]) throws {
        if let events = ready[link.client.raw] {
            if events.contains(.readable) || events.contains(.ended), !link.clientEnded { hear(link) }
            if case .floods(_, let more) = fault, link.hasAnswered, events.contains(.writable) {
                _ = try? Descriptor.write(link.client.raw, more.utf8)
            }
        }
        if let raw = link.service?.raw, ready[raw] != nil { listen(link, raw) }
        if let due = link.due, due <= MonotonicClock.now() { drip(link) }
    }

    private func hear(_ link: Link) {
        switch try? Descriptor.read(link.client.raw, limit: 65_536) {
        case .bytes(let bytes):
            link.received = Array(link.received.suffix(4096)) + bytes
            if !link.isFaulty, !marker.isEmpty, contains(link.received, marker) { begin(link) }
            if link.isFaulty { answer(link, bytes) } else { forward(link, bytes) }
        case .nothingYet: break
        case .end, nil:
            link.clientEnded = true
            if let raw = link.service?.raw { shutdown(raw, CInt(SHUT_WR)) } else { link.isOver = true }
        }
    }

    private func answer(_ link: Link, _ bytes: [UInt8]) {
        if link.isOver { return }
        switch fault {
        case .drips, .cuts, .resetsAfter, .stalls: forward(link, bytes)
        case .answers(let text), .floods(let text, _):
            if !link.hasAnswered { link.toClient(text.utf8) }
            link.hasAnswered = true
        case .answersAndCloses(let text):
            link.toClient(text.utf8)
            link.isOver = true
        default: break
        }
    }

    private func forward(_ link: Link, _ bytes: [UInt8]) {
        guard let raw = link.service?.raw else { return }
        try? Descriptor.writeAll(raw, bytes, deadline: MonotonicClock.now() + .seconds(5))
    }

    private func listen(_ link: Link, _ raw: CInt) {
        guard case .bytes(let bytes) = try? Descriptor.read(raw, limit: 65_536) else {
            shutdown(link.client.raw, CInt(SHUT_WR))
            link.isMute = true
            if link.clientEnded { link.isOver = true }
            return
        }
        guard link.isFaulty else { return link.toClient(bytes) }
        switch fault {
        case .drips:
            link.waiting += bytes
            link.due = MonotonicClock.now()
        case .cuts(let count), .resetsAfter(let count), .stalls(let count):
            link.toClient(bytes.prefix(max(count - link.sent, 0)))
            guard link.sent >= count else { return }
            link.isMute = true
            if case .cuts = fault { link.isOver = true }
            if case .resetsAfter = fault { link.reset() }
        default: break
        }
    }

    private func drip(_ link: Link) {
        guard case .drips(let pause) = fault else { return }
        link.toClient(link.waiting.prefix(1))
        link.waiting = link.waiting.dropFirst()
        link.due = link.waiting.isEmpty ? nil : MonotonicClock.now() + pause
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...bytes.count - part.count).contains { bytes[$0...].starts(with: part) }
    }
}
