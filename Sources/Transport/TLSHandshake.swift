import CCrypto
import System

/// The TLS of one connection, from the side of its session: what it resumes, and what it leaves for the next. OpenSSL holds it
/// as long as the connection lasts, because tickets come after the handshake (RFC 8446, 4.6.1).
final class TLSHandshake {
    private let server: TLSServer
    /// Until when the certificate counts that belongs to the session which was offered.
    private var trustedUntil: Double?
    private let offers: Bool
    private let began = MonotonicClock.now()

    /// In seconds: for how long a certificate counts that was shown once, however often its session is resumed.
    static let longestTrust = 3600.0
    /// Where OpenSSL keeps it in a context.
    private static let place = ccrypto_ssl_ctx_new_place { _, handshake, _, _, _, _ in
        if let handshake { Unmanaged<TLSHandshake>.fromOpaque(handshake).release() }
    }

    /// `offers`: to resume a session, if there is one.
    init(_ server: TLSServer, offers: Bool) {
        self.server = server
        self.offers = offers
    }

    var hasOffered: Bool { trustedUntil != nil }
    /// Whether the other side has had more time than it needs.
    var isLate: Bool { MonotonicClock.now() - began > .seconds(1) }

    /// False where OpenSSL has no memory left.
    func attach(to context: OpaquePointer) -> Bool {
        guard TLSHandshake.place >= 0 else { return false }
        let share = Unmanaged.passRetained(self)
        if SSL_CTX_set_ex_data(context, TLSHandshake.place, share.toOpaque()) != 1 {
            share.release()
            return false
        }
        // libcurl forbids them; with TLS 1.2 a server need not remember its sessions then (RFC 5077).
        ccrypto_ssl_ctx_allow_tickets(context)
        SSL_CTX_set_info_callback(context) { ssl, event, _ in
            guard event & SSL_CB_HANDSHAKE_START != 0, let ssl else { return }
            TLSHandshake.of(ssl)?.offer(ssl)
        }
        // In place of libcurl's.
        SSL_CTX_sess_set_new_cb(context) { ssl, session in
            if let ssl, let session { TLSHandshake.of(ssl)?.keep(session, of: ssl) }
            // The session stays OpenSSL's.
            return 0
        }
        return true
    }

    private static func of(_ ssl: OpaquePointer) -> TLSHandshake? {
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place).map {
            Unmanaged<TLSHandshake>.fromOpaque($0).takeUnretainedValue()
        }
    }

    private func offer(_ ssl: OpaquePointer) {
        // Not in a renegotiation.
        guard offers, SSL_in_before(ssl) == 1, let (session, trustedUntil) = server.take(WallClock.now()) else {
            return
        }
        if SSL_set_session(ssl, session) == 1 { self.trustedUntil = trustedUntil }
        SSL_SESSION_free(session)
    }

    private func keep(_ session: OpaquePointer, of ssl: OpaquePointer) {
        guard SSL_get_verify_result(ssl) == Int(X509_V_OK), SSL_SESSION_is_resumable(session) == 1 else { return }
        let now = WallClock.now()
        let hint = Double(SSL_SESSION_get_ticket_lifetime_hint(session))
        // With TLS 1.3 such a ticket is over at once (RFC 8446, 4.6.1), with TLS 1.2 the server does not say (RFC 5077, 3.3).
        if hint == 0, SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION { return }
        // A session that was resumed proves nothing new.
        let trusted = SSL_session_reused(ssl) == 1 ? trustedUntil ?? now : now + TLSHandshake.trust(ssl)
        let expiry = hint == 0 ? trusted : min(trusted, now + hint)
        if expiry > now { server.keep(session, trustedUntil: trusted, expiresAt: expiry) }
    }

    /// For how many seconds the chain counts that the server has just shown: never longer than one of its certificates.
    private static func trust(_ ssl: OpaquePointer) -> Double {
        let chain = SSL_get0_verified_chain(ssl)
        let count = ccrypto_count_certificates(chain)
        if count == 0 { return 0 }
        return (0..<count).reduce(longestTrust) { shortest, index in
            var (days, seconds): (CInt, CInt) = (0, 0)
            let end = X509_get0_notAfter(ccrypto_certificate(chain, index))
            guard ASN1_TIME_diff(&days, &seconds, nil, end) == 1 else { return 0 }
            return min(shortest, Double(days) * 86_400 + Double(seconds))
        }
    }

    /// The session that was offered may be why, so nobody tries it again.
    func failed() { server.drop() }
}
