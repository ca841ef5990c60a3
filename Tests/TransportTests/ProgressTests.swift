import CCrypto
import CCurl
import Glibc
import HTTP
import Testing

@testable import Transport

/// What an operator reads of a request that failed.
@Suite struct ProgressTests {
    private func progress(
        _ step: Progress.Step, _ addresses: [String] = ["192.0.2.1 port 443"], usesProxy: Bool = false,
        isSecure: Bool = true
    ) -> Progress {
        Progress(
            host: "api.example.com", step: step, addresses: addresses, usesProxy: usesProxy, isSecure: isSecure)
    }

    @Test(
        arguments: [
            (.lookup, "no answer while looking up the name"),
            (.connecting, "no answer while connecting to 192.0.2.1 port 443"),
            (.tls, "no answer in the TLS handshake with 192.0.2.1 port 443"),
            (.request, "no answer from 192.0.2.1 port 443 to the request"),
            (.answer, "the answer from 192.0.2.1 port 443 stopped halfway"),
        ] as [(Progress.Step, String)])
    func aTimeoutSaysWhatWasWaitedFor(_ step: Progress.Step, _ words: String) {
        let failure = progress(step).failure(.init(code: CURLE_OPERATION_TIMEDOUT, words: "timed out after 10 ms"))
        #expect(failure == .timedOut("api.example.com: " + words))
    }

    @Test(
        arguments: [
            (.lookup, "no answer while looking up the proxy's name"),
            (.connecting, "no answer while connecting to the proxy 10.0.0.1 port 3128"),
            (.tunnel, "no answer from the proxy 10.0.0.1 port 3128 to CONNECT"),
            (.tls, "no answer in the TLS handshake through the proxy 10.0.0.1 port 3128"),
        ] as [(Progress.Step, String)])
    func aProxyIsCalledOne(_ step: Progress.Step, _ words: String) {
        #expect(progress(step, ["10.0.0.1 port 3128"], usesProxy: true).waiting == "api.example.com: " + words)
    }

    @Test func everyAddressThatWasTriedIsNamed() {
        let both = progress(.connecting, ["2001:db8::1 port 443", "192.0.2.1 port 443"])
        let places = "2001:db8::1 port 443 and 192.0.2.1 port 443"
        #expect(both.waiting == "api.example.com: no answer while connecting to " + places)
        #expect(
            both.failure(.init(code: CURLE_COULDNT_CONNECT, words: "no", systemError: ECONNREFUSED))
                == .unreachable("api.example.com: no connection to \(places): Connection refused"))
    }

    @Test func aNameThatIsNotKnownIsSaid() {
        let failure = progress(.lookup, []).failure(.init(code: CURLE_COULDNT_RESOLVE_HOST, words: "Could not"))
        #expect(failure == .unreachable("api.example.com: the name cannot be resolved"))
        let proxy = progress(.lookup, []).failure(.init(code: CURLE_COULDNT_RESOLVE_PROXY, words: "Could not"))
        #expect(proxy == .unreachable("api.example.com: the proxy's name cannot be resolved"))
    }

    @Test(arguments: [
        (X509_V_ERR_CERT_HAS_EXPIRED, "has expired"), (X509_V_ERR_CERT_NOT_YET_VALID, "is not valid yet"),
    ]) func theClockIsNamedWhereTheDatesAreTheCause(_ verdict: CInt, _ words: String) {
        let failure = progress(.tls).failure(
            .init(code: CURLE_PEER_FAILED_VERIFICATION, words: "SSL certificate problem", verification: Int(verdict)))
        guard case .untrusted(let sentence) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(sentence.hasPrefix("api.example.com: its certificate \(words)") && sentence.contains("clock"))
    }

    @Test(arguments: [
        (X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "signed by itself"),
        (X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "does not trust"),
        (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "does not know"),
        (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "does not know"),
        (X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "does not know"),
    ]) func anAuthorityThatIsNotTrustedLeadsToCAFile(_ verdict: CInt, _ words: String) {
        let sentence = progress(.tls).failure(
            .init(code: CURLE_PEER_FAILED_VERIFICATION, words: "problem", verification: Int(verdict))
        ).description
        #expect(sentence.contains(words) && sentence.contains("ca_file") && !sentence.contains("clock"))
    }

    @Test func aCertificateForAnotherNameIsNotTheClocksFault() {
        let words = "SSL: no alternative certificate subject name matches target host name 'api.example.com'"
        for verdict in [X509_V_OK, X509_V_ERR_UNSPECIFIED] {
            let failure = progress(.tls).failure(
                .init(code: CURLE_PEER_FAILED_VERIFICATION, words: words, verification: Int(verdict)))
            #expect(
                failure
                    == .untrusted(
                        "api.example.com: its certificate is for another name; is that the service's address?"))
        }
    }

    @Test func theCertificateOfAProxyIsNotTheServices() {
        let sentence = progress(.tunnel, usesProxy: true).failure(
            .init(
                code: CURLE_PEER_FAILED_VERIFICATION, words: "problem",
                proxyVerification: Int(X509_V_ERR_CERT_HAS_EXPIRED))
        ).description
        #expect(sentence.contains("the proxy's certificate has expired"))
    }

    @Test(arguments: [CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL])
    func anOddAnswerWithoutTLSLeadsToHTTPS(_ code: CURLcode) {
        let words = "; does the service want https://?"
        let report = Progress.Report(code: code, words: "odd")
        #expect(
            progress(.request, isSecure: false).failure(report)
                == .unreachable("api.example.com at 192.0.2.1 port 443: odd" + words))
        #expect(!progress(.request).failure(report).description.contains(words))
    }

    @Test(
        arguments: [
            (CURLE_SSL_CONNECT_ERROR, "tlsv1 alert protocol version", "it speaks neither TLS 1.2 nor 1.3"),
            (CURLE_SSL_CONNECT_ERROR, "sslv3 alert handshake failure", "it has no cipher in common with us"),
            (CURLE_SSL_CONNECT_ERROR, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL ", "ended during the TLS handshake"),
            (CURLE_SSL_CACERT_BADFILE, "error setting certificate file: /x", "look at ca_file"),
        ])
    func whatIsWrongWithTLSIsSaidInWords(_ code: CURLcode, _ words: String, _ said: String) {
        #expect(progress(.tls).failure(.init(code: code, words: words)).description.contains(said))
    }

    @Test func anAnswerWithoutTLSWhereItIsExpectedIsSaid() {
        let words = "error:0A00010B:SSL routines::wrong version number"
        let sentence = progress(.tls).failure(.init(code: CURLE_SSL_CONNECT_ERROR, words: words)).description
        #expect(sentence == "api.example.com at 192.0.2.1 port 443: \(words); what answers there does not speak TLS")
    }
}
