import HTTP

/// Decides which audio addresses of a service may be fetched, and makes the requests.
public struct AudioDownload: Sendable {
    private let base: Location
    /// Places beside base_url's origin: `host` or `host:port`; a leading dot means any subdomain.
    private let places: [(host: Substring, port: Int?)]

    public static let limit = 10 << 20
    public static let timeout = Duration.seconds(15)
    public static let mostRedirects = 3

    public init(base: Location, hosts: [String]) {
        self.base = base
        places = hosts.map { place in
            let parts = place.lowercased().split(separator: ":", maxSplits: 1)
            return (parts.first ?? "", parts.count == 2 ? Int(parts[1]) : nil)
        }
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

    /// The request for an address that the service or a redirect named. Only base_url's own origin gets the token.
    public func request(_ reference: String, from previous: Location?, token: String?) throws(Refusal) -> Request {
        guard let location = previous?.resolving(reference) ?? Location(reference) else { throw .notAnAddress }
        let isOwn = location.hasSameOrigin(as: base)
        let known = places.filter { place in
            place.host.hasPrefix(".") ? location.host.hasSuffix(place.host) : location.host == place.host
        }
        guard location.host == base.host || !known.isEmpty else { throw .unknownHost(location.host) }
        guard location.isSecure || (!base.isSecure && base.isLoopback && location.isLoopback) else {
            throw .notSecure(host: location.host)
        }
        let usual = location.isSecure ? 443 : 80
        let allowed = known.filter { ($0.port ?? usual) == location.port }
        guard isOwn || !allowed.isEmpty else { throw .unknownHost("\(location.host):\(location.port)") }
        let isNamed = isOwn || allowed.contains { !$0.host.hasPrefix(".") }
        var headers: [Header] = []
        if let token, isOwn { headers.append(.bearer(token)) }
        return Request(
            .get, location, headers: headers, timeout: AudioDownload.timeout, limit: AudioDownload.limit,
            publicAddressesOnly: !isNamed)
    }
}
