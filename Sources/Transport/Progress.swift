import CCrypto
import CCurl
import Glibc
import HTTP

/// How far a request came, and how a failure at that point is described.
struct Progress: Equatable {
    enum Step: Equatable {
        case lookup, connecting, tunnel, tls, request, answer
    }

    /// The host of the service, also where a proxy is used.
    var host: String
    var step: Step
    /// The addresses that were tried, or the one that is connected to: "192.0.2.1 port 443".
    var addresses: [String] = []
    /// The addresses are those of a proxy.
    var usesProxy = false
    var isSecure = true

    private var place: String { (usesProxy ? "the proxy " : "") + addresses.joined(separator: " and ") }

    /// What is waited for.
    var waiting: String {
        switch step {
        case .lookup: "\(host): no answer while looking up the \(usesProxy ? "proxy's name" : "name")"
        case .connecting: "\(host): no answer while connecting to \(place)"
        case .tunnel: "\(host): no answer from \(place) to CONNECT"
        case .tls: "\(host): no answer in the TLS handshake \(usesProxy ? "through" : "with") \(place)"
        case .request: "\(host): no answer from \(place) to the request"
        case .answer: "\(host): the answer from \(place) stopped halfway"
        }
    }

    /// What libcurl reports of a failure: its code and words, errno of the connection, and OpenSSL's verdict on the
    /// certificate (X509_V_ERR_...).
    struct Report {
        var code: CURLcode
        var words: String
        var systemError: CInt = 0
        var verification = 0
        var proxyVerification = 0

        fileprivate func says(_ part: String) -> Bool {
            words.utf8.indices.contains { words.utf8[$0...].starts(with: part.utf8) }
        }
    }

    func failure(_ report: Report) -> Failure {
        switch report.code {
        case CURLE_OPERATION_TIMEDOUT: .timedOut(waiting)
        case CURLE_COULDNT_RESOLVE_HOST: .unreachable("\(host): the name cannot be resolved\(reason)")
        case CURLE_COULDNT_RESOLVE_PROXY: .unreachable("\(host): the proxy's name cannot be resolved\(reason)")
        case CURLE_COULDNT_CONNECT where !addresses.isEmpty && report.systemError != 0:
            .unreachable("\(host): no connection to \(place): \(String(cString: strerror(report.systemError)))")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM:
            .untrusted("\(host): \(flaw(report))")
        case CURLE_SSL_CACERT_BADFILE: .untrusted("\(host): \(report.words); look at ca_file")
        case CURLE_SSL_CONNECT_ERROR where report.says("wrong version number"):
            unreachable(report.words + "; what answers there does not speak TLS")
        // RFC 8446, section 6.2.
        case CURLE_SSL_CONNECT_ERROR where report.says("alert protocol version"):
            unreachable(report.words + "; it speaks neither TLS 1.2 nor 1.3")
        case CURLE_SSL_CONNECT_ERROR where report.says("alert handshake failure"):
            unreachable(report.words + "; it has no cipher in common with us, or wants a certificate of ours")
        // libcurl has no words for a connection that ends there.
        case CURLE_SSL_CONNECT_ERROR where report.says("SSL_ERROR_SYSCALL"):
            unreachable("the connection ended during the TLS handshake; is there a firewall or a proxy between?")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            // A port for https answers so to a request that is not encrypted.
            unreachable(report.words + (isSecure || usesProxy ? "" : "; does the service want https://?"))
        default: unreachable(report.words)
        }
    }

    /// Why no name can be resolved, where that is this machine's fault. c-ares asks 127.0.0.1 then.
    private var reason: String {
        access("/etc/resolv.conf", R_OK) == 0 ? "" : "; /etc/resolv.conf, which says whom to ask, cannot be read"
    }

    func unreachable(_ words: String) -> Failure {
        .unreachable(addresses.isEmpty ? "\(host): \(words)" : "\(host) \(usesProxy ? "by" : "at") \(place): \(words)")
    }

    /// What is wrong with the certificate, and the next step.
    private func flaw(_ report: Report) -> String {
        let isProxys = report.proxyVerification != 0
        let certificate = isProxys ? "the proxy's certificate" : "its certificate"
        switch CInt(truncatingIfNeeded: isProxys ? report.proxyVerification : report.verification) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return "\(certificate) has expired, or this machine's clock is ahead"
        case X509_V_ERR_CERT_NOT_YET_VALID: return "\(certificate) is not valid yet, or this machine's clock is behind"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "\(certificate) is signed by itself; set ca_file to it if it is the right one"
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "\(certificate) comes from an authority that this machine does not trust; set ca_file to it"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "\(certificate) comes from an authority that this machine does not know; set ca_file to it, "
                + "or let the service send its whole chain"
        // libcurl compares the names itself before it asks OpenSSL for its verdict.
        case X509_V_OK where report.says("match"), X509_V_ERR_UNSPECIFIED where report.says("match"):
            return "\(certificate) is for another name; is that the service's address?"
        default: return report.words
        }
    }
}
