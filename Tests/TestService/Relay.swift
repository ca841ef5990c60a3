import Glibc
import StandIn
import System
import Testbed

/// A stretch of network before a service of this machine: what goes in at one end comes out at the other after
/// `delay`, and a connection takes a round trip to stand. Its owner polls for it.
package final class Relay {
    package let port: UInt16
    package private(set) var links: [Link] = []
    private let listener: ListeningSocket
    private let service: Int
    private let delay: Duration

    package init(to service: Int, delay: Duration = .zero) throws {
        listener = try ListeningSocket(port: 0)
        port = listener.port
        self.service = service
        self.delay = delay
    }

    /// One connection through the relay.
    package final class Link {
        /// How often the client has spoken after the service had: each costs it a round trip.
        package private(set) var flights = 0
        /// In bytes, what the service said between the client's first and second words: its half of a TLS handshake.
        package private(set) var firstAnswer = 0
        /// What the service says stays here for the time being.
        package var isHeld = false
        fileprivate let client: FileDescriptor
        fileprivate let service: FileDescriptor
        private let stands: Duration
        private var toService = Direction()
        private var toClient = Direction()
        private var clientSpokeLast = false

        fileprivate init(_ client: consuming FileDescriptor, to port: Int, stands: Duration) throws {
            self.client = client
            service = try TCPClient.connect(to: UInt16(port))
            Descriptor.setNonBlocking(service.raw)
            self.stands = stands
        }

        fileprivate var interests: [Poll.Interest] {
            (toService.isEnded ? [] : [Poll.Interest(client.raw, .readable)])
                + (toClient.isEnded ? [] : [Poll.Interest(service.raw, .readable)])
        }

        fileprivate var deadline: Duration? {
            [toService.due, isHeld ? nil : toClient.due].compactMap { $0 }.min()
        }

        fileprivate func step(_ ready: [CInt: Poll.Events], delay: Duration) {
            let now = MonotonicClock.now()
            if ready[client.raw] != nil, toService.read(client.raw, due: max(now, stands) + delay) > 0 {
                if !clientSpokeLast { flights += 1 }
                clientSpokeLast = true
            }
            if ready[service.raw] != nil {
                let count = toClient.read(service.raw, due: now + delay)
                if flights == 1 { firstAnswer += count }
            }
            toService.deliver(to: service.raw, now)
            if !isHeld, toClient.deliver(to: client.raw, now) { clientSpokeLast = false }
        }
    }

    /// One way of a connection. No bytes are its end.
    private struct Direction {
        private var queue: [(due: Duration, bytes: [UInt8])] = []
        private(set) var isEnded = false

        var due: Duration? { queue.first?.due }

        /// How many bytes came.
        mutating func read(_ descriptor: CInt, due: Duration) -> Int {
            switch try? Descriptor.read(descriptor, limit: 65_536) {
            case .bytes(let bytes):
                queue.append((due, bytes))
                return bytes.count
            case .nothingYet: break
            case .end, nil:
                isEnded = true
                queue.append((due, []))
            }
            return 0
        }

        /// Whether bytes were due.
        @discardableResult
        mutating func deliver(to descriptor: CInt, _ now: Duration) -> Bool {
            var hasDelivered = false
            while let first = queue.first, first.due <= now {
                queue.removeFirst()
                if first.bytes.isEmpty {
                    shutdown(descriptor, CInt(SHUT_WR))
                } else {
                    try? Descriptor.writeAll(descriptor, first.bytes, deadline: now + .seconds(5))
                    hasDelivered = true
                }
            }
            return hasDelivered
        }
    }

    package var interests: [Poll.Interest] {
        [Poll.Interest(listener.raw, .readable)] + links.flatMap(\.interests)
    }

    /// How long to poll at most; nil for ever.
    package var timeout: Duration? {
        links.compactMap(\.deadline).min().map { max(.zero, $0 - MonotonicClock.now()) }
    }

    /// Does everything that is due.
    package func step(_ ready: [CInt: Poll.Events]) throws {
        while let client = listener.accept() {
            links.append(try Link(client, to: service, stands: MonotonicClock.now() + delay * 2))
        }
        for link in links { link.step(ready, delay: delay) }
    }
}
