import CCrypto
import HTTP
import System

/// Resumes the TLS sessions of former connections, those of other processes too, so that neither side computes signatures
/// and nobody verifies a chain again. OpenSSL's verdict on the certificate is part of a session (SSL_get_verify_result(3)), so
/// a session is kept only where that was good, and found only by who trusts the same authorities. libcurl compares the name
/// in the certificate with the host each time.
///
/// A session may be resumed more than once. RFC 8446, C.4 advises against that, lest somebody on the way see that two
/// connections have one client; but an Asterisk calls from one address anyway, and calls that begin together would
/// each pay for a handshake. Calls one after the other use a ticket once each, because whoever has used one keeps
/// the next. A server that takes no ticket twice asks for a whole handshake and then gives new ones. Nothing is
/// sent before the handshake is over (no early data): somebody on the way could repeat it.
final class TLSResumption {
    private let sessions: TLSSessions
    private let trust: TrustStore
    /// As it was at the beginning: libcurl may go on with what it read then, and OpenSSL's verdicts are about that.
    private let trusted: [String]?
    private var servers: [TLSServer] = []
    private static let mostServers = 32

    init(_ sessions: TLSSessions, _ trust: TrustStore) {
        self.sessions = sessions
        self.trust = trust
        trusted = trust.identity
    }

    /// Makes the context of a connection ready; nil: it neither resumes nor leaves a session.
    func begin(_ context: OpaquePointer, with location: Location, offers: Bool) -> TLSHandshake? {
        guard let trusted, trusted == trust.identity else { return nil }
        let server = server(["\(location.host) \(location.port)"] + trusted)
        let handshake = TLSHandshake(server, offers: offers)
        return handshake.attach(to: context) ? handshake : nil
    }

    private func server(_ name: [String]) -> TLSServer {
        if let known = servers.first(where: { $0.name == name }) { return known }
        if servers.count == TLSResumption.mostServers { servers.removeFirst() }
        let server = TLSServer(name, sessions)
        servers.append(server)
        return server
    }
}

/// A server as one configuration trusts it, and the session with it that is newest here.
final class TLSServer {
    let name: [String]
    private let sessions: TLSSessions
    private var session: OpaquePointer?
    private var trustedUntil = 0.0
    private var expiresAt = 0.0
    /// The next session is worth a write: the one that is kept was used, or there is none.
    private var isSpent = true

    init(_ name: [String], _ sessions: TLSSessions) {
        self.name = name
        self.sessions = sessions
    }

    deinit { SSL_SESSION_free(session) }

    /// A copy of the session to resume, for the caller to free. OpenSSL marks the one that a connection has as used up as soon
    /// as its handshake is over (tls_finish_handshake), while others may be about to offer it.
    func take(_ now: Double) -> (session: OpaquePointer, trustedUntil: Double)? {
        isSpent = true
        // A clock that was set back makes no hour longer.
        if session == nil || now >= expiresAt || trustedUntil > now + TLSHandshake.longestTrust { load() }
        guard let session else { return nil }
        return SSL_SESSION_dup(session).map { ($0, trustedUntil) }
    }

    private func load() {
        replace(nil)
        guard let found = sessions.find(name) else { return }
        let session = found.bytes.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_SSL_SESSION(nil, &start, bytes.count)
        }
        // What OpenSSL says of bytes that it cannot read is no error of the connection.
        if session == nil { ERR_clear_error() }
        replace(session)
        (trustedUntil, expiresAt) = (found.trustedUntil, found.expiresAt)
    }

    private func replace(_ new: OpaquePointer?) {
        SSL_SESSION_free(session)
        session = new
    }

    /// Takes a copy of a session that the server has offered.
    func keep(_ new: OpaquePointer, trustedUntil: Double, expiresAt: Double) {
        if !isSpent { return }
        isSpent = false
        replace(SSL_SESSION_dup(new))
        (self.trustedUntil, self.expiresAt) = (trustedUntil, expiresAt)
        let count = i2d_SSL_SESSION(new, nil)
        if count <= 0 { return }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, used in
            var end = buffer.baseAddress
            used = Int(i2d_SSL_SESSION(new, &end))
        }
        sessions.keep(.init(bytes: bytes, trustedUntil: trustedUntil, expiresAt: expiresAt), name)
    }

    func drop() {
        replace(nil)
        isSpent = true
        sessions.drop(name)
    }
}
