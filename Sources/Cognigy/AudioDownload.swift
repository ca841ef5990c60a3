import HTTP

/// Which of the places that a service names may be fetched, and how.
public struct AudioDownload: Sendable {
    private let base: Location
    /// Hosts beside base_url's; a leading dot means any subdomain.
    private let hosts: [String]

    public static let limit = 10 << 20
    public static let timeout = Duration.seconds(15)
    public static let mostRedirects = 3

    public init(base: Location, hosts: [String]) {
        self.base = base
        self.hosts = hosts.map { $0.lowercased() }
    }

    public enum Refusal: Error, Equatable, CustomStringConvertible {
        case notAnAddress
        case notSecure(host: String)
        case unknownHost(String)
        case tooManyRedirects

        public var description: String {
            switch self {
            case .notAnAddress: "audioUrl is no http or https address"
            case .notSecure(let host): "audio from \(host) must come by https"
            case .unknownHost(let host): "audio host \(host) is not allowed; add it to audio_hosts if it should be"
            case .tooManyRedirects: "the audio is redirected more than \(AudioDownload.mostRedirects) times"
            }
        }
    }

    /// The request for an address that the service or a redirect named. Authorization goes to base_url's origin alone.
    public func request(_ reference: String, from previous: Location?, token: String?) throws(Refusal) -> Request {
        guard let location = previous?.resolving(reference) ?? Location(reference) else { throw .notAnAddress }
        let isOwn = location.host == base.host
        let isNamed = isOwn || hosts.contains(location.host)
        guard isNamed || hosts.contains(where: { $0.hasPrefix(".") && location.host.hasSuffix($0) }) else {
            throw .unknownHost(location.host)
        }
        guard location.isSecure || (!base.isSecure && base.isLoopback && location.isLoopback) else {
            throw .notSecure(host: location.host)
        }
        var headers: [Header] = []
        if let token, location.hasSameOrigin(as: base) { headers.append(.bearer(token)) }
        return Request(
            .get, location, headers: headers, timeout: AudioDownload.timeout, limit: AudioDownload.limit,
            publicAddressesOnly: !isNamed)
    }
}
