import TestService

extension Faults {
    private static func flaw(_ flaw: String) -> Play { Play(rules: "certificate \(flaw)", tls: true) }

    /// No TLS is spoken where it is expected, or not to its end.
    private static func wire(_ fault: FaultyWire.Fault, tls: Bool = false, setUp: String = "15") -> Play {
        Play(
            settings: ["COGNIGY_CALL_SETUP_TIMEOUT": setUp], tls: tls, wire: .init(fault: fault),
            prepare: { pbx in
                pbx.environment["COGNIGY_BASE_URL"] =
                    pbx.environment["COGNIGY_BASE_URL"]?.replacing("http:", with: "https:")
                return nil
            })
    }

    private static func distrusted(_ name: String, _ play: Play, _ words: String) -> Fault {
        Fault(
            .certificates, name, play, caller: .people("unreachable") + .atOnce,
            log: .says("UNAVAILABLE unreachable", words))
    }

    static let certificates: [Fault] = [
        distrusted("a certificate that has expired", flaw("expired"), "expired"),
        distrusted("a certificate that is not valid yet", flaw("not-yet"), "not valid yet"),
        distrusted("a certificate for another name", flaw("wrong-name"), "another name"),
        distrusted("a certificate that signed itself", flaw("self-signed"), "signed by itself"),
        distrusted(
            "an issuer that nobody knows",
            Play(
                tls: true,
                prepare: {
                    $0.environment["COGNIGY_CA_FILE"] = nil
                    return nil
                }), "an authority that this machine does not know"),
        Fault(
            .certificates, "a ca_file that is not there",
            Play(settings: ["COGNIGY_CA_FILE": "/nowhere/ca.pem"], tls: true), caller: .people("unreachable") + .atOnce,
            log: .says("UNAVAILABLE unreachable", "/nowhere/ca.pem; look at ca_file")),
        Fault(
            .certificates, "plain HTTP on the port",
            wire(.answersAndCloses("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
            caller: .people("unreachable") + .atOnce, left: .counted,
            log: .says("UNAVAILABLE unreachable", "does not speak TLS")),
        Fault(
            .certificates, "only TLS 1.1, answered by an alert (RFC 5246, protocol_version)",
            wire(.answersAndCloses("\u{15}\u{03}\u{01}\u{00}\u{02}\u{02}\u{46}")),
            caller: .people("unreachable") + .atOnce, left: .counted,
            log: .says("UNAVAILABLE unreachable", "it speaks neither TLS 1.2 nor 1.3")),
        Fault(
            .certificates, "no cipher in common (handshake_failure)",
            wire(.answersAndCloses("\u{15}\u{03}\u{03}\u{00}\u{02}\u{02}\u{28}")),
            caller: .people("unreachable") + .atOnce, left: .counted,
            log: .says("UNAVAILABLE unreachable", "it has no cipher in common with us")),
        Fault(
            .certificates, "bytes that are no TLS", wire(.answersAndCloses("SSH-2.0-OpenSSH_9.2p1\r\n")),
            caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable", "TLS")),
        Fault(
            .certificates, "a handshake that hangs", wire(.isSilent, setUp: "18"),
            caller: .people("setup_timeout") + .after("setup_timeout", .seconds(18)), left: .counted,
            log: .says("UNAVAILABLE setup_timeout", "TLS")),
        Fault(
            .certificates, "a handshake that is cut in its middle, always", wire(.cuts(after: 200), tls: true),
            caller: .people("unreachable") + .atOnce, left: .counted,
            log: .says("UNAVAILABLE unreachable", "ended during the TLS handshake")),
        Fault(
            .certificates, "a handshake that is reset in its middle, once",
            Play(tls: true, wire: .init(fault: .resetsAfter(200), times: 1)), caller: .served,
            log: .perhaps("trying again", "attempt")),
        Fault(
            .certificates, "a handshake that stands still in its middle",
            wire(.stalls(after: 200), tls: true, setUp: "18"),
            caller: .people("setup_timeout") + .after("setup_timeout", .seconds(18)), left: .counted,
            log: .says("UNAVAILABLE setup_timeout", "TLS")),
    ]
}
