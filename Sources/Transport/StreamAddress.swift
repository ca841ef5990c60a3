import HTTP

/// Where somebody speaks a protocol that is neither HTTP nor WebSocket.
public struct StreamAddress: Equatable, Sendable {
    enum Place: Equatable, Sendable {
        /// Its path is of no meaning.
        case host(Location)
        /// The path of a socket of this machine.
        case local(String)
    }

    let place: Place
    /// nil: those of the client.
    let trust: TrustStore?
    /// For people.
    public let name: String

    /// nil where it is no host. `trust` counts where it `isSecure`.
    public init?(host: String, port: Int, isSecure: Bool, trust: TrustStore? = nil) {
        let authority = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        guard let location = Location("\(isSecure ? "https" : "http")://\(authority)/") else { return nil }
        place = .host(location)
        self.trust = trust
        name = authority
    }

    public init(path: String) {
        place = .local(path)
        trust = nil
        name = path
    }
}
