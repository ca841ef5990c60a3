import Digests
import Glibc
import System

/// TLS sessions that calls of one configuration share, so that a call need not see the certificate of a server which has
/// shown it to another call within the hour.
///
/// Processes neither lock nor wait: the newest write stays, and whoever reads an older session resumes that one. A file is
/// read whole or not at all, and one that is not usable is as good as none.
public struct TicketCache {
    public struct Ticket: Sendable, Equatable, CustomStringConvertible {
        /// As OpenSSL writes it. It holds a secret.
        public let session: [UInt8]
        /// Seconds since 1970: until when the certificate that was shown may count.
        public let trustedUntil: Double
        /// Until when the server means to know the session; never after `trustedUntil`.
        public let expiresAt: Double

        public init(session: [UInt8], trustedUntil: Double, expiresAt: Double) {
            self.session = session
            self.trustedUntil = trustedUntil
            self.expiresAt = expiresAt
        }

        public var description: String { "<TLS session>" }
    }

    private static let prefix = "tls-"

    private let folder: StateFolder?
    private let identity: [String]

    /// `identity` tells this configuration from others, whose sessions are not ours.
    public init(folder: StateFolder?, identity: [String]) {
        self.folder = folder
        self.identity = identity
    }

    /// `server`: host and port, and whatever else says that its certificate may be trusted.
    public func find(_ server: [String], now: Double) -> Ticket? {
        guard let folder,
            let content = try? AtomicFile.read(folder.path(name(of: server)), limit: TicketRecord.largest)
        else { return nil }
        return TicketRecord.ticket(in: content.bytes, now: now)
    }

    /// Replaces what is kept for the server; nothing happens where that cannot be written.
    public func keep(_ ticket: Ticket, of server: [String], now: Double) {
        guard let folder, let bytes = TicketRecord.bytes(ticket, now: now) else { return }
        try? folder.healing { () throws(Errno) in
            try AtomicFile.write(bytes, to: folder.path(name(of: server)), durably: false)
        }
    }

    /// Forgets what is kept for the server. A newer session of another process may go with it; that costs a handshake.
    public func drop(_ server: [String]) { folder?.remove(name(of: server)) }

    private func name(of server: [String]) -> String { TicketCache.prefix + Fingerprint.of(identity + server) }

    static func isName(_ name: String) -> Bool { name.hasPrefix(prefix) }
}
