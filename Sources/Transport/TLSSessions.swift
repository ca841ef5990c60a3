/// Keeps TLS sessions beyond this process. Whoever makes it says where, and for which configuration.
public struct TLSSessions {
    /// A session that a later connection to the same server may resume.
    public struct Session: Sendable, Equatable {
        /// As OpenSSL writes it. It holds a secret.
        public let bytes: [UInt8]
        /// Seconds since 1970: until when the certificate that was shown may count.
        public let trustedUntil: Double
        /// Until when the server means to know the session; never after `trustedUntil`.
        public let expiresAt: Double

        public init(bytes: [UInt8], trustedUntil: Double, expiresAt: Double) {
            self.bytes = bytes
            self.trustedUntil = trustedUntil
            self.expiresAt = expiresAt
        }
    }

    let find: (_ server: [String]) -> Session?
    let keep: (Session, _ server: [String]) -> Void
    let drop: (_ server: [String]) -> Void

    /// `server` names host, port and trust. What `find` returns is not over.
    public init(
        find: @escaping (_ server: [String]) -> Session?, keep: @escaping (Session, _ server: [String]) -> Void,
        drop: @escaping (_ server: [String]) -> Void
    ) {
        self.find = find
        self.keep = keep
        self.drop = drop
    }
}
