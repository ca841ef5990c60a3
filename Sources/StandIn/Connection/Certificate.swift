import CCrypto

/// A new private key and a certificate for it (EVP_PKEY and X509 of OpenSSL).
struct Certificate: ~Copyable {
    enum Failure: Error, Equatable {
        case noKey
        case noExtension(String)
        case notSigned
        case notWritten
    }

    let key: OpaquePointer
    let x509: OpaquePointer

    deinit {
        X509_free(x509)
        EVP_PKEY_free(key)
    }

    /// A new authority that signs itself.
    static func authority() throws(Failure) -> Certificate {
        let authority = try Certificate(commonName: "cognigy-bridge simulator CA", serial: 1)
        try authority.extend(NID_basic_constraints, "critical,CA:TRUE")
        try authority.extend(NID_key_usage, "critical,keyCertSign,cRLSign")
        try authority.extend(NID_subject_key_identifier, "hash")
        try authority.sign(by: authority.x509, with: authority.key)
        return authority
    }

    /// A certificate for localhost, 127.0.0.1 and ::1, or one with a flaw.
    static func server(
        signedBy authority: borrowing Certificate, flaw: Scenario.CertificateFlaw?
    ) throws(Failure) -> Certificate {
        let name = flaw == .wrongName ? "wrong.example" : "localhost"
        let server = try Certificate(commonName: name, serial: 2)
        if flaw == .expired {
            X509_gmtime_adj(X509_getm_notBefore(server.x509), -172_800)
            X509_gmtime_adj(X509_getm_notAfter(server.x509), -86_400)
        }
        if flaw == .notYet {
            X509_gmtime_adj(X509_getm_notBefore(server.x509), 86_400)
            X509_gmtime_adj(X509_getm_notAfter(server.x509), 172_800)
        }
        let names = flaw == .wrongName ? "DNS:wrong.example" : "DNS:localhost,IP:127.0.0.1,IP:::1"
        try server.extend(NID_subject_alt_name, names)
        try server.extend(NID_basic_constraints, "critical,CA:FALSE")
        try server.extend(NID_key_usage, "critical,digitalSignature")
        try server.extend(NID_ext_key_usage, "serverAuth")
        try server.extend(NID_authority_key_identifier, "keyid", issuer: authority.x509)
        if flaw == .selfSigned {
            try server.sign(by: server.x509, with: server.key)
        } else {
            try server.sign(by: authority.x509, with: authority.key)
        }
        return server
    }

    /// Valid from one day ago to one day from now, so that a clock may be wrong.
    private init(commonName: String, serial: Int) throws(Failure) {
        guard let key = ccrypto_new_p256_key() else { throw .noKey }
        guard let x509 = X509_new() else {
            EVP_PKEY_free(key)
            throw .noKey
        }
        self.key = key
        self.x509 = x509
        X509_set_version(x509, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(x509), serial)
        X509_gmtime_adj(X509_getm_notBefore(x509), -86_400)
        X509_gmtime_adj(X509_getm_notAfter(x509), 86_400)
        X509_set_pubkey(x509, key)
        ccrypto_name_add(X509_get_subject_name(x509), commonName)
    }

    private func extend(_ kind: CInt, _ value: String, issuer: OpaquePointer? = nil) throws(Failure) {
        var context = X509V3_CTX()
        ccrypto_x509v3_ctx_init(&context, issuer ?? x509, x509)
        guard let item = X509V3_EXT_conf_nid(nil, &context, kind, value) else { throw .noExtension(value) }
        X509_add_ext(x509, item, -1)
        X509_EXTENSION_free(item)
    }

    private func sign(by issuer: OpaquePointer, with key: OpaquePointer) throws(Failure) {
        X509_set_issuer_name(x509, X509_get_subject_name(issuer))
        if X509_sign(x509, key, EVP_sha256()) == 0 { throw .notSigned }
    }

    /// The certificate as PEM (PEM_write_bio_X509).
    func pem() throws(Failure) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { throw .notWritten }
        defer { BIO_free(bio) }
        PEM_write_bio_X509(bio, x509)
        var bytes = [UInt8](repeating: 0, count: Int(ccrypto_bio_read_all_pending(bio)))
        let count = BIO_read(bio, &bytes, CInt(bytes.count))
        if count <= 0 { throw .notWritten }
        return Array(bytes.prefix(Int(count)))
    }
}
