import CCrypto

/// The TLS side of the stand-in: a new authority, and a certificate that it signed.
struct TLSServer: ~Copyable {
    let authorityPEM: [UInt8]
    private let context: OpaquePointer

    init(flaw: Scenario.CertificateFlaw?) throws(Certificate.Failure) {
        let authority = try Certificate.authority()
        let server = try Certificate.server(signedBy: authority, flaw: flaw)
        let pem = try authority.pem()
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw .noKey }
        self.context = context
        authorityPEM = pem
        ccrypto_ssl_ctx_require_tls12(context)
        ccrypto_ssl_ctx_choose_http11(context)
        SSL_CTX_use_certificate(context, server.x509)
        SSL_CTX_use_PrivateKey(context, server.key)
    }

    deinit { SSL_CTX_free(context) }

    func accept() -> TLSSession? { TLSSession(context) }
}

/// One TLS connection. It works on two buffers; the socket belongs to `Connection`.
struct TLSSession: ~Copyable {
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    fileprivate init?(_ context: OpaquePointer) {
        guard let ssl = SSL_new(context) else { return nil }
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            return nil
        }
        ccrypto_bio_empty_means_retry(incoming)
        ccrypto_bio_empty_means_retry(outgoing)
        // SSL_free() frees the buffers, too.
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_accept_state(ssl)
        self.ssl = ssl
        self.incoming = incoming
        self.outgoing = outgoing
    }

    deinit { SSL_free(ssl) }

    func wasOfferedHTTP2() -> Bool { ccrypto_ssl_was_offered_http2(ssl) != 0 }

    /// Decrypts bytes from the socket. `isLast`: the client sent close_notify, or TLS has failed.
    func receive(_ bytes: [UInt8]) -> (plain: [UInt8], isLast: Bool) {
        BIO_write(incoming, bytes, CInt(bytes.count))
        var plain: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        ERR_clear_error()
        while true {
            let count = SSL_read(ssl, &buffer, CInt(buffer.count))
            if count <= 0 { return (plain, SSL_get_error(ssl, count) != SSL_ERROR_WANT_READ) }
            plain += buffer.prefix(Int(count))
        }
    }

    func send(_ plain: [UInt8]) { SSL_write(ssl, plain, CInt(plain.count)) }

    /// Sends close_notify.
    func close() { SSL_shutdown(ssl) }

    /// Takes the bytes that have to be written to the socket.
    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(ccrypto_bio_read_all_pending(outgoing)))
        if bytes.isEmpty { return [] }
        let count = BIO_read(outgoing, &bytes, CInt(bytes.count))
        return Array(bytes.prefix(Int(max(count, 0))))
    }
}
