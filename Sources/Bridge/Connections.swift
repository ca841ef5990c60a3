import HTTP
import Transport

/// The hosts that a turn of the call asks: the recogniser, the dialog, the voice. A connection to each stands before there is
/// something to ask, so no turn waits for names, TCP and TLS.
struct Connections {
    private let hosts: [Location]

    /// Of several addresses at the same host, one is enough.
    init(_ addresses: [Location]) {
        hosts = addresses.reduce(into: []) { hosts, next in
            if !hosts.contains(where: { $0.hasSameOrigin(as: next) }) { hosts.append(next) }
        }
    }

    /// Opens what is not open, or not any more: many services close a connection on which nothing is asked for five seconds.
    func open(_ client: HTTPClient) {
        for host in hosts { client.open(to: host) }
    }
}
